using Detector.Engine.Logs;
using Detector.Engine.Rules;

namespace Detector.Engine.Pipeline;

/// <summary>
/// What a live pipeline was told, as bytes. A snapshot and the journal since give the state of now, so that the state need not
/// be written whole at each checkpoint. Rules and fields are named: a journal can be read under other rules.
/// </summary>
public static class EventJournal
{
    private const int Version = 1;

    private enum Kind : byte
    {
        End,
        Tick,
        Event,
        Expect,
    }

    /// <summary>Writes entries that were read under the plan.</summary>
    public static void Write(BinaryWriter output, DetectionPlan plan, IReadOnlyList<JournalEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(entries);
        output.Write(Version);
        output.Write(plan.Rules.Sigma.Length);
        foreach (var rule in plan.Rules.Sigma) output.Write(rule.Id);
        output.Write(plan.Schema.Count);
        foreach (var field in plan.Schema.Fields) output.Write(field.Name);
        var texts = new JournalTexts();
        for (var i = 0; i < entries.Count; i++) Write(output, entries[i], texts);
        output.Write((byte)Kind.End);
    }

    /// <summary>Reads what was written. Matches of rules, and values of fields, that the plan no longer has are left out.</summary>
    /// <exception cref="InvalidDataException">The bytes are of another version.</exception>
    public static IEnumerable<JournalEntry> Read(BinaryReader input, DetectionPlan plan)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(plan);
        var version = input.ReadInt32();
        if (version != Version) throw new InvalidDataException($"The journal has format version {version}; this program reads version {Version}.");
        var rules = Rules(input, plan.Rules);
        var slots = Slots(input, plan.Schema);
        var texts = new JournalTexts();
        while (true)
        {
            switch ((Kind)input.ReadByte())
            {
                case Kind.End:
                    yield break;
                case Kind.Tick:
                    yield return JournalEntry.Tick(new DateTime(input.ReadInt64(), DateTimeKind.Utc));
                    break;
                case Kind.Expect:
                    yield return JournalEntry.Expect(input.Read7BitEncodedInt(), new DateTime(input.ReadInt64(), DateTimeKind.Utc));
                    break;
                case Kind.Event:
                    var partition = input.Read7BitEncodedInt();
                    var at = new DateTime(input.ReadInt64(), DateTimeKind.Utc);
                    var logged = ReadEvent(input, plan.Schema, slots, texts);
                    var matches = ReadMatches(input, rules);
                    if (matches.Length > 0) yield return new JournalEntry(new MatchedEvent(logged, matches), partition, at);
                    break;
                default:
                    throw new InvalidDataException("The journal is damaged: an entry is of no known kind.");
            }
        }
    }

    private static void Write(BinaryWriter output, in JournalEntry entry, JournalTexts texts)
    {
        if (entry.Matched.Event is not { } logged)
        {
            output.Write((byte)(entry.Partition < 0 ? Kind.Tick : Kind.Expect));
            if (entry.Partition >= 0) output.Write7BitEncodedInt(entry.Partition);
            output.Write(entry.At.Ticks);
            return;
        }

        output.Write((byte)Kind.Event);
        output.Write7BitEncodedInt(entry.Partition);
        output.Write(entry.At.Ticks);
        texts.Write(output, logged.Id);
        output.Write(logged.Time.Ticks);
        texts.Write(output, logged.Place.Source ?? "");
        output.Write7BitEncodedInt64(logged.Place.Offset);
        output.Write7BitEncodedInt64(logged.Place.Line);
        for (var slot = 0; slot < logged.Schema.Count; slot++)
        {
            if (!logged[slot].IsPresent) continue;
            output.Write7BitEncodedInt(slot + 1);
            output.Write7BitEncodedInt(logged[slot].Count);
            for (var i = 0; i < logged[slot].Count; i++) texts.Write(output, logged[slot][i]);
        }

        output.Write7BitEncodedInt(0);
        output.Write7BitEncodedInt(entry.Matched.Matches.Length);
        foreach (var match in entry.Matched.Matches) output.Write7BitEncodedInt(match);
    }

    private static LogEvent ReadEvent(BinaryReader input, FieldSchema schema, int[] slots, JournalTexts texts)
    {
        var id = texts.Read(input);
        var time = new DateTime(input.ReadInt64(), DateTimeKind.Utc);
        var place = new RecordPlace(texts.Read(input), input.Read7BitEncodedInt64(), input.Read7BitEncodedInt64());
        var logged = new LogEvent(schema) { Id = id, Time = time, Place = place };
        for (var written = input.Read7BitEncodedInt(); written > 0; written = input.Read7BitEncodedInt())
        {
            var several = new string[input.Read7BitEncodedInt()];
            for (var i = 0; i < several.Length; i++) several[i] = texts.Read(input);
            if (slots[written - 1] is >= 0 and var slot) logged[slot] = FieldValue.Of(several);
        }

        return logged.Pack();
    }

    private static int[] ReadMatches(BinaryReader input, int[] rules)
    {
        var matches = new List<int>();
        for (var left = input.Read7BitEncodedInt(); left > 0; left--)
        {
            if (rules[input.Read7BitEncodedInt()] is >= 0 and var index) matches.Add(index);
        }

        matches.Sort();
        return [.. matches];
    }

    // From the index of a rule when it was written to its index now; -1 for one that is gone.
    private static int[] Rules(BinaryReader input, RuleSet rules)
    {
        var now = new Dictionary<string, Queue<int>>(StringComparer.Ordinal);
        for (var i = 0; i < rules.Sigma.Length; i++)
        {
            if (!now.TryGetValue(rules.Sigma[i].Id, out var indexes)) now[rules.Sigma[i].Id] = indexes = new Queue<int>();
            indexes.Enqueue(i);
        }

        var map = new int[input.ReadInt32()];
        for (var i = 0; i < map.Length; i++) map[i] = now.TryGetValue(input.ReadString(), out var indexes) && indexes.TryDequeue(out var index) ? index : -1;
        return map;
    }

    private static int[] Slots(BinaryReader input, FieldSchema schema)
    {
        var map = new int[input.ReadInt32()];
        for (var i = 0; i < map.Length; i++) map[i] = schema.TryGetSlot(input.ReadString(), out var slot) ? slot : -1;
        return map;
    }
}
