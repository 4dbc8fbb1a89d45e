using System.Text.Unicode;
using Detector.Engine.Entra;
using Detector.Engine.Pipeline;
using Detector.Engine.Rules;

namespace Detector.Engine.Logs;

/// <summary>
/// Bytes to matched events: prefilter, projection, enrichment and rule matching of single records, in one pass.
/// Holds scratch memory: one object per thread.
/// </summary>
public sealed class RecordReader(DetectionPlan plan)
{
    /// <summary>The largest record that is read; longer ones are rejected.</summary>
    public const int RecordBytesMax = 2 * 1024 * 1024;

    private const int EnvelopesMax = 2;

    private readonly EventProjection _projection = new(plan.Schema, new TextIntern());
    private readonly CountedProjection _counted = new(plan, new TextIntern());
    private readonly RecordSalvage _salvage = new();
    private readonly Prefilter _prefilter = new(plan);
    private readonly CandidateRules _candidates = new(plan.Rules);
    private int _envelopes;
    private LogEvent _spare = new(plan.Schema);

    /// <summary>The plan that says which records and fields matter.</summary>
    public DetectionPlan Plan { get; } = plan;

    /// <summary>Off, every record is parsed: for tests that hold the prefilter sound.</summary>
    internal bool UsesPrefilter { get; set; } = true;

    /// <summary>
    /// Reads a block of whole lines, each one record (or one envelope of records); empty lines are skipped. The last
    /// line may lack its line end. Whatever the bytes, every record ends as matched, dismissed or rejected in
    /// <paramref name="into"/>; nothing is thrown for bad input. Lines in places count from 1 at the start of the block.
    /// </summary>
    /// <param name="block">The lines.</param>
    /// <param name="offset">Where the block begins in its source.</param>
    /// <param name="into">Takes events, rejects and counts; gives the source's name.</param>
    /// <returns>The number of line ends in the block.</returns>
    public long ReadLines(ReadOnlySpan<byte> block, long offset, EventBatch into)
    {
        ArgumentNullException.ThrowIfNull(into);
        long lines = 0;
        while (!block.IsEmpty)
        {
            var scan = LineScan.From(block);
            var line = block[..scan.Length];
            if (!IsWhole(line, scan)) Read(line, new RecordPlace(into.Source, offset, lines + 1), into);
            else if (UsesPrefilter && IsSettled(line, new RecordPlace(into.Source, offset, lines + 1), into)) into.Records++;
            else ReadWhole(line, new RecordPlace(into.Source, offset, lines + 1), into);
            var step = scan.HasEnd ? scan.Length + 1 : scan.Length;
            if (scan.HasEnd) lines++;
            block = block[step..];
            offset += step;
        }

        return lines;
    }

    /// <summary>Reads one JSON record in any shape, or an envelope or array of them.</summary>
    public void ReadRecord(ReadOnlySpan<byte> record, long offset, EventBatch into)
    {
        ArgumentNullException.ThrowIfNull(into);
        Read(record, new RecordPlace(into.Source, offset), into);
    }

    /// <summary>
    /// Reads what a <see cref="JsonStreamSplitter"/> found in a block: its records, and its damage as rejects.
    /// </summary>
    /// <param name="block">The block that was split.</param>
    /// <param name="ranges">What the splitter found.</param>
    /// <param name="offset">Where the block begins in its source.</param>
    /// <param name="into">Takes events, rejects and counts; gives the source's name.</param>
    public void ReadRanges(ReadOnlySpan<byte> block, IReadOnlyList<RecordRange> ranges, long offset, EventBatch into)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        ArgumentNullException.ThrowIfNull(into);
        ReadRanges(block, ranges, new RecordPlace(into.Source, offset), into);
    }

    // What a line must be for its first members to be taken at their word.
    private static bool IsWhole(ReadOnlySpan<byte> line, in LineScan scan)
    {
        if (line.IsEmpty || line[0] != '{' || line.Length > RecordBytesMax) return false;
        if (line[^1] != '}' && !(line.Length > 1 && line[^1] == '\r' && line[^2] == '}')) return false;
        if (!scan.IsAscii && !Utf8.IsValid(line)) return false;
        return !scan.IsSuspect || JsonScan.SkipContainer(line, 1, 1) is var end && (end == line.Length || (end == line.Length - 1 && line[^1] == '\r'));
    }

    private void ReadWhole(ReadOnlySpan<byte> line, RecordPlace place, EventBatch into)
    {
        if (JsonEnvelope.Open(line, out _) == EnvelopeKind.Records)
        {
            ReadEnvelope(line, place, into);
            return;
        }

        into.Records++;
        Parse(line.TrimEnd((byte)'\r'), place, into);
    }

    private void Read(ReadOnlySpan<byte> bytes, RecordPlace place, EventBatch into)
    {
        var start = 0;
        if (bytes.StartsWith("\uFEFF"u8)) start = 3;
        while (start < bytes.Length && IsSpace(bytes[start])) start++;
        var end = bytes.Length;
        while (end > start && IsSpace(bytes[end - 1])) end--;
        if (start == end) return;
        bytes = bytes[start..end];
        place = place with { Offset = place.Offset + start };
        if (bytes[0] == '[' || (bytes[0] == '{' && JsonEnvelope.Open(bytes, out _) == EnvelopeKind.Records)) ReadEnvelope(bytes, place, into);
        else ReadOne(bytes, place, into, isWhole: bytes.Length <= RecordBytesMax && JsonScan.SkipContainer(bytes, 1, 1) == bytes.Length);
    }

    private void ReadEnvelope(ReadOnlySpan<byte> bytes, RecordPlace place, EventBatch into)
    {
        if (_envelopes == EnvelopesMax)
        {
            into.Records++;
            Reject(bytes, place, "The record is an envelope within an envelope.", into);
            return;
        }

        _envelopes++;
        var ranges = new List<RecordRange>();
        new JsonStreamSplitter().Split(bytes, isLast: true, ranges);
        ReadRanges(bytes, ranges, place, into);
        _envelopes--;
    }

    private void ReadRanges(ReadOnlySpan<byte> block, IReadOnlyList<RecordRange> ranges, RecordPlace place, EventBatch into)
    {
        foreach (var range in ranges)
        {
            var within = place with { Offset = place.Offset + range.Start };
            var part = block.Slice(range.Start, range.Length);
            if (range.Fault is null)
            {
                ReadOne(part, within, into, isWhole: true);
                continue;
            }

            into.Records++;
            Reject(part, within, range.Fault, into);
        }
    }

    private void ReadOne(ReadOnlySpan<byte> bytes, RecordPlace place, EventBatch into, bool isWhole)
    {
        into.Records++;
        if (bytes.Length > RecordBytesMax)
        {
            RejectAndSalvage(bytes, place, $"The record is over {RecordBytesMax} bytes.", into);
            return;
        }

        if (!Utf8.IsValid(bytes))
        {
            RejectAndSalvage(bytes, place, $"The record has invalid UTF-8 at byte {FirstInvalid(bytes)}.", into);
            return;
        }

        if (!isWhole || !UsesPrefilter || !IsSettled(bytes, place, into)) Parse(bytes, place, into);
    }

    // Whether the prefilter was enough: the record concerns no rule, or it is counted.
    private bool IsSettled(ReadOnlySpan<byte> record, in RecordPlace place, EventBatch into)
    {
        switch (_prefilter.Judge(record, out var counted))
        {
            case PrefilterAnswer.Dismiss:
                into.Saw(counted.Header.Stream);
                return true;
            case PrefilterAnswer.Count when _counted.Fill(record, counted, place) is { } logged:
                into.Saw(counted.Header.Stream);
                into.Events.Add(new MatchedEvent(logged, counted.Matches));
                into.Parsed++;
                return true;
            default:
                return false;
        }
    }

    private void Parse(ReadOnlySpan<byte> bytes, RecordPlace place, EventBatch into)
    {
        if (!TryParse(bytes, place, into, out var reason)) RejectAndSalvage(bytes, place, reason, into);
    }

    // A torn record and the whole one after it on the same line: the whole one counts.
    private void RejectAndSalvage(ReadOnlySpan<byte> bytes, RecordPlace place, string reason, EventBatch into)
    {
        Reject(bytes, place, reason, into);
        foreach (var range in _salvage.Find(bytes))
        {
            var part = bytes.Slice(range.Start, range.Length);
            if (TryParse(part, place with { Offset = place.Offset + range.Start }, into, out _)) into.Records++;
        }
    }

    private bool TryParse(ReadOnlySpan<byte> bytes, RecordPlace place, EventBatch into, out string reason)
    {
        var members = _projection.Members;
        switch (members.Scan(bytes))
        {
            case ScanResult.Malformed:
                reason = members.Fault;
                return false;
            case ScanResult.Envelope:
                reason = "";
                into.Records--;
                ReadEnvelope(bytes.Slice(members.Envelope.Start, members.Envelope.Length), place with { Offset = place.Offset + members.Envelope.Start }, into);
                return true;
            default:
                return TryMatch(bytes, place, into, out reason);
        }
    }

    private bool TryMatch(ReadOnlySpan<byte> bytes, RecordPlace place, EventBatch into, out string reason)
    {
        var candidate = _spare;
        candidate.Clear();
        candidate.Place = place;
        if (!_projection.Fill(bytes, candidate, out reason)) return false;
        Plan.Enricher.Enrich(candidate);
        var matches = Plan.Matcher.Match(candidate, _candidates);
        if (matches.Length > 0)
        {
            if (!_projection.Complete(bytes, candidate, Plan.Matcher.IsShown(matches), out reason)) return false;
            var kept = candidate.Pack();
            into.Events.Add(new MatchedEvent(kept, matches));
            if (ReferenceEquals(kept, candidate)) _spare = new LogEvent(Plan.Schema);
        }

        into.Saw((LogStream)EventBatch.CategoryOf(candidate));
        into.Parsed++;
        return true;
    }

    private static void Reject(ReadOnlySpan<byte> bytes, RecordPlace place, string reason, EventBatch into) =>
        into.Rejects.Add(new RejectedRecord(place, reason, bytes[..Math.Min(bytes.Length, RejectedRecord.BytesKeptMax)].ToArray()));

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && System.Text.Rune.DecodeFromUtf8(bytes[at..], out _, out var used) == System.Buffers.OperationStatus.Done) at += used;
        return at;
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
