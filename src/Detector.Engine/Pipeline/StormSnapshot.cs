using Detector.Engine.Alerts;
using Detector.Engine.Rules;
using Detector.Engine.Storms;
using Detector.Engine.Streams;

namespace Detector.Engine.Pipeline;

/// <summary>The state of storms as bytes, each rule's apart, so that it lives on when others come or go.</summary>
internal static class StormSnapshot
{
    public static void Save(BinaryWriter output, StormSet storms)
    {
        var watches = storms.Watches.Where(watch => watch.Value.Entries.Count > 0 || watch.Value.Order > 0).OrderBy(watch => watch.Key, StringComparer.Ordinal).ToList();
        output.Write(watches.Count);
        foreach (var (rule, watch) in watches)
        {
            output.Write(rule);
            using var content = new MemoryStream();
            using (var writer = new BinaryWriter(content, System.Text.Encoding.UTF8, leaveOpen: true)) Write(writer, watch);
            output.Write(content.Length);
            output.Write(content.GetBuffer().AsSpan(0, (int)content.Length));
        }
    }

    public static void Restore(BinaryReader input, StormSet storms)
    {
        for (var left = input.ReadInt32(); left > 0; left--)
        {
            var rule = input.ReadString();
            var bytes = input.ReadBytes(checked((int)input.ReadInt64()));
            if (!storms.Watches.TryGetValue(rule, out var watch)) continue;
            using var reader = new BinaryReader(new MemoryStream(bytes), System.Text.Encoding.UTF8);
            Read(reader, watch);
        }
    }

    private static void Write(BinaryWriter output, StormWatch watch)
    {
        output.Write(watch.Order);
        output.Write(watch.DealtUntil.Ticks);
        output.Write(watch.More.Count);
        output.Write(watch.More.Last.Ticks);
        output.Write(watch.Entries.Count);
        foreach (var entry in watch.Entries)
        {
            output.Write(entry.Id.High);
            output.Write(entry.Id.Low);
            output.Write(entry.Time.Ticks);
            output.Write((byte)entry.Severity);
            WriteText(output, entry.TenantId);
            WriteText(output, entry.Actor?.Id);
            WriteText(output, entry.Actor?.Upn);
            output.Write(entry.Record.Id);
            output.Write(entry.Record.Time.Ticks);
            WriteText(output, entry.Record.Category);
            WriteText(output, entry.Record.Operation);
            WriteText(output, entry.Record.Result);
        }

        output.Write(watch.Open.Count);
        foreach (var episode in watch.Open)
        {
            output.Write(episode.Order);
            output.Write(episode.AlertId.ToByteArray());
            output.Write(episode.First.Ticks);
            output.Write(episode.Last.Ticks);
            output.Write(episode.Stands);
            output.Write(episode.Sent.Revision);
            output.Write(episode.SentCount);
        }
    }

    private static void Read(BinaryReader input, StormWatch watch)
    {
        watch.Order = input.ReadInt64();
        watch.DealtUntil = Time(input.ReadInt64());
        watch.More = (input.ReadInt64(), Time(input.ReadInt64()));
        var more = watch.More;
        for (var entries = input.ReadInt32(); entries > 0; entries--) watch.Put(ReadEntry(input));
        watch.More = more;
        for (var episodes = input.ReadInt32(); episodes > 0; episodes--)
        {
            var (order, id, first, last, stands) = (input.ReadInt64(), new Guid(input.ReadBytes(16)), Time(input.ReadInt64()), Time(input.ReadInt64()), input.ReadBoolean());

            // A marker that carries the revision; what was said follows from the entries.
            var sent = new Alert { Id = id, Rule = watch.Rule, StormOf = watch.Rule.About, Severity = Severity.Informational, EventTime = first, FirstEventTime = first, LastEventTime = last, Evidence = [], Revision = input.ReadInt32() };
            watch.Restore(new StormEpisode(order, id) { First = first, Last = last, Stands = stands, Sent = sent, SentCount = input.ReadInt64() });
        }
    }

    private static StormEntry ReadEntry(BinaryReader input)
    {
        var (id, time, severity, tenant) = (new Key128(input.ReadUInt64(), input.ReadUInt64()), Time(input.ReadInt64()), (Severity)input.ReadByte(), ReadText(input));
        var (actorId, actorUpn) = (ReadText(input), ReadText(input));
        var record = new Evidence(input.ReadString(), Time(input.ReadInt64()), ReadText(input), ReadText(input), ReadText(input));
        return new StormEntry(id, time, severity, tenant, actorId is null && actorUpn is null ? null : new Principal(actorId, actorUpn), record);
    }

    private static DateTime Time(long ticks) => new(ticks, DateTimeKind.Utc);

    private static void WriteText(BinaryWriter output, string? text)
    {
        output.Write(text is not null);
        if (text is not null) output.Write(text);
    }

    private static string? ReadText(BinaryReader input) => input.ReadBoolean() ? input.ReadString() : null;
}
