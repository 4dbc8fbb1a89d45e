using Detector.Engine.Alerts;
using Detector.Engine.Logs;
using Detector.Engine.Rules;
using Detector.Engine.Streams;
using Detector.Engine.Windows;

namespace Detector.Engine.Pipeline;

/// <summary>The state of window rules as bytes, each rule's apart, so that it lives on when others come, go or change.</summary>
internal static class WindowSnapshot
{
    public static void Save(BinaryWriter output, WindowSet windows, FieldSchema schema)
    {
        output.Write(windows.Tables.Length);
        foreach (var table in windows.Tables)
        {
            output.Write(KeyOf(table.Rule, schema));
            using var content = new MemoryStream();
            using (var writer = new BinaryWriter(content, System.Text.Encoding.UTF8, leaveOpen: true)) Write(writer, table);
            output.Write(content.Length);
            output.Write(content.GetBuffer().AsSpan(0, (int)content.Length));
        }
    }

    public static void Restore(BinaryReader input, WindowSet windows, FieldSchema schema)
    {
        var tables = windows.Tables.ToDictionary(table => KeyOf(table.Rule, schema), StringComparer.Ordinal);
        for (var left = input.ReadInt32(); left > 0; left--)
        {
            var key = input.ReadString();
            var bytes = input.ReadBytes(checked((int)input.ReadInt64()));
            if (!tables.TryGetValue(key, out var table)) continue;
            using var reader = new BinaryReader(new MemoryStream(bytes), System.Text.Encoding.UTF8);
            Read(reader, table, schema);
        }
    }

    // State belongs to a rule and to what it groups and looks at: a rule that now groups by other fields begins anew, one
    // with another threshold goes on.
    private static string KeyOf(WindowRule rule, FieldSchema schema)
    {
        return $"{rule.Id}|{rule.GetType().Name}|{string.Join(';', rule.Inputs.Select(input => $"{input.Kind}:{input.Name}:{Names(input.Key)}"))}|{(rule is FirstSeenRule first ? Names(first.Fields) : "")}";

        string Names(IEnumerable<int> slots) => string.Join(',', slots.Select(slot => schema.Fields[slot].Name));
    }

    private static void Write(BinaryWriter output, WindowTable table)
    {
        output.Write(table.Origin.Ticks);
        output.Write(table.Order);
        output.Write(table.Memory is not null);
        table.Memory?.Save(output);
        output.Write(table.Count);
        foreach (var group in table.Groups)
        {
            WriteKey(output, group.Key);
            if (table.Memory is not null)
            {
                WriteKey(output, group.Value!.Key.Group);
                WriteKey(output, group.Value.Key.Value);
            }

            output.Write(group.DealtUntil.Ticks);
            output.Write(group.Value?.Last?.Ticks ?? -1);
            output.Write(group.Entries.Count);
            foreach (var entry in group.Entries)
            {
                WriteKey(output, entry.Id);
                output.Write(entry.Time.Ticks);
                output.Write(entry.Inputs);
                output.Write(entry.IsHit);
                output.Write(entry.IsJudged);
                EventSnapshot.Write(output, entry.Event);
            }

            output.Write(group.Changed is not null);
            output.Write(group.Changed?.From.Ticks ?? 0);
            output.Write(group.Changed?.To.Ticks ?? 0);
            output.Write(group.Open.Count);
            foreach (var episode in group.Open)
            {
                output.Write(episode.Order);
                output.Write(episode.AlertId.ToByteArray());
                output.Write(episode.First.Ticks);
                output.Write(episode.Last.Ticks);
                output.Write(episode.Stands);
                output.Write(episode.Sent?.Revision ?? -1);
                output.Write(episode.SentCount);
            }
        }
    }

    private static void Read(BinaryReader input, WindowTable table, FieldSchema schema)
    {
        table.Origin = Time(input.ReadInt64());
        table.Order = input.ReadInt64();
        if (input.ReadBoolean()) table.Memory?.Restore(input);
        for (var groups = input.ReadInt32(); groups > 0; groups--)
        {
            var group = table.Make(ReadKey(input), table.Memory is null ? null : new GroupValue(ReadKey(input), ReadKey(input)));
            group.DealtUntil = Time(input.ReadInt64());
            if (input.ReadInt64() is >= 0 and var seen && group.Value is { } value) value.Last = Time(seen);
            for (var entries = input.ReadInt32(); entries > 0; entries--) group.Restore(ReadEntry(input, schema));
            var (isChanged, from, to) = (input.ReadBoolean(), input.ReadInt64(), input.ReadInt64());
            if (isChanged)
            {
                group.Note(Time(from));
                group.Note(Time(to));
            }

            for (var episodes = input.ReadInt32(); episodes > 0; episodes--) group.AddOpen(ReadEpisode(input, table.Rule));
        }
    }

    private static WindowEntry ReadEntry(BinaryReader input, FieldSchema schema)
    {
        var (id, time, inputs, isHit, isJudged) = (ReadKey(input), Time(input.ReadInt64()), input.ReadUInt64(), input.ReadBoolean(), input.ReadBoolean());
        return new WindowEntry(id, time, EventSnapshot.ReadOne(input, schema), inputs) { IsHit = isHit, IsJudged = isJudged };
    }

    private static WindowEpisode ReadEpisode(BinaryReader input, WindowRule rule)
    {
        var episode = new WindowEpisode(input.ReadInt64(), new Guid(input.ReadBytes(16)))
        {
            First = Time(input.ReadInt64()),
            Last = Time(input.ReadInt64()),
            Stands = input.ReadBoolean(),
        };
        var revision = input.ReadInt32();
        episode.SentCount = input.ReadInt32();

        // A marker that carries the revision; what was said follows from the events.
        if (revision >= 0)
            episode.Sent = new Alert { Id = episode.AlertId, Rule = rule, Severity = Severity.Informational, EventTime = episode.First, FirstEventTime = episode.First, LastEventTime = episode.Last, Evidence = [], Revision = revision };
        return episode;
    }

    private static DateTime Time(long ticks) => new(ticks, DateTimeKind.Utc);

    private static void WriteKey(BinaryWriter output, Key128 key)
    {
        output.Write(key.High);
        output.Write(key.Low);
    }

    private static Key128 ReadKey(BinaryReader input) => new(input.ReadUInt64(), input.ReadUInt64());
}
