using Detector.Engine.Logs;

namespace Detector.Engine.Pipeline;

/// <summary>Events as bytes, with their fields by name.</summary>
internal static class EventSnapshot
{
    public static void Write(BinaryWriter output, IReadOnlyCollection<LogEvent> events)
    {
        output.Write(events.Count);
        foreach (var logged in events) Write(output, logged);
    }

    public static void Write(BinaryWriter output, LogEvent logged)
    {
        output.Write(logged.Id);
        output.Write(logged.Time.Ticks);
        output.Write(logged.Place.Source ?? "");
        output.Write(logged.Place.Offset);
        output.Write(logged.Place.Line);
        var present = Enumerable.Range(0, logged.Schema.Count).Where(slot => logged[slot].IsPresent).ToList();
        output.Write(present.Count);
        foreach (var slot in present)
        {
            output.Write(logged.Schema.Fields[slot].Name);
            output.Write(logged[slot].Count);
            for (var i = 0; i < logged[slot].Count; i++) output.Write(logged[slot][i]);
        }
    }

    public static List<LogEvent> Read(BinaryReader input, FieldSchema schema)
    {
        var events = new List<LogEvent>();
        for (var left = input.ReadInt32(); left > 0; left--) events.Add(ReadOne(input, schema));
        return events;
    }

    /// <summary>One event; fields that the schema does not have are left out.</summary>
    public static LogEvent ReadOne(BinaryReader input, FieldSchema schema)
    {
        var logged = new LogEvent(schema)
        {
            Id = input.ReadString(),
            Time = new DateTime(input.ReadInt64(), DateTimeKind.Utc),
            Place = new RecordPlace(input.ReadString(), input.ReadInt64(), input.ReadInt64()),
        };
        for (var fields = input.ReadInt32(); fields > 0; fields--)
        {
            var name = input.ReadString();
            var texts = new string[input.ReadInt32()];
            for (var i = 0; i < texts.Length; i++) texts[i] = input.ReadString();
            if (schema.TryGetSlot(name, out var slot)) logged[slot] = FieldValue.Of(texts);
        }

        return logged.Pack();
    }
}
