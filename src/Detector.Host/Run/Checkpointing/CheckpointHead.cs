using System.Text.Json;
using Detector.Engine.Alerts;
using Detector.Sources.Live;

namespace Detector.Host.Run.Checkpointing;

/// <summary>
/// What a restart needs to know first: which parts make the state, where reading goes on, and what each sink has accepted.
/// Small, and replaced whole.
/// </summary>
internal sealed record CheckpointHead
{
    /// <summary>Raised whenever the form changes; another one is refused, never misread. Version 1 had no tail, 2 no log, 3 no outbox; they are read as such.</summary>
    public const string Format = "detector.checkpoint/4";

    private static readonly string[] s_formats = [Format, "detector.checkpoint/3", "detector.checkpoint/2", "detector.checkpoint/1"];

    /// <summary>The part with a snapshot of the pipeline; null while the journal has everything.</summary>
    public string? Base { get; init; }

    /// <summary>Parts of the journal since the snapshot, in order.</summary>
    public IReadOnlyList<PartRange> Journal { get; init; } = [];

    /// <summary>
    /// What the journal has after its last part, in pieces: while it is small it is written with the head, at the cost of one file
    /// rather than two.
    /// </summary>
    public IReadOnlyList<byte[]> Tail { get; init; } = [];

    /// <summary>The log that says how this head has changed since it was written, and has the journal's end; null where there is none.</summary>
    public PartRange? Log { get; init; }

    /// <summary>The number of the last change that this head has.</summary>
    public long Changes { get; init; }

    /// <summary>The number of the last change that is in the snapshot.</summary>
    public long BaseChanges { get; init; }

    /// <summary>The number of the next part.</summary>
    public long NextPart { get; init; } = 1;

    /// <summary>The number of the last alert that arose.</summary>
    public long Alerts { get; init; }

    /// <summary>Where reading goes on, by partition or file.</summary>
    public IReadOnlyDictionary<string, SourcePosition> Positions { get; init; } = new Dictionary<string, SourcePosition>(StringComparer.Ordinal);

    /// <summary>The streams; their place in the list is the number by which the state knows them.</summary>
    public IReadOnlyList<string> Streams { get; init; } = [];

    /// <summary>The number of the last alert that each sink has accepted.</summary>
    public IReadOnlyDictionary<string, long> Accepted { get; init; } = new Dictionary<string, long>(StringComparer.Ordinal);

    /// <summary>The number of the last alert that every sink has accepted.</summary>
    public long AcceptedByAll => Accepted.Count == 0 ? 0 : Accepted.Values.Min();

    /// <summary>Parts with alerts that some sink does not have, in order. The journal need not have those any more.</summary>
    public IReadOnlyList<OutboxPart> Outbox { get; init; } = [];

    /// <summary>The number of the last alert that every sink has, or that is in the outbox: of the journal's alerts those after it have to be kept.</summary>
    public long Settled => Math.Max(AcceptedByAll, Outbox is [.., var last] ? last.Last : 0);

    /// <summary>
    /// Alerts that arose in the warm-up and were open at its end, with their revision: they are told when something live changes
    /// them, and not for their closing.
    /// </summary>
    public IReadOnlyDictionary<Guid, int> Quiet { get; init; } = new Dictionary<Guid, int>();

    /// <summary>The names of all parts of the journal, in order.</summary>
    public IEnumerable<string> JournalParts => Journal.SelectMany(range => range.Names);

    /// <summary>The names of all parts that it needs.</summary>
    public IReadOnlySet<string> Parts => new HashSet<string>(((string?[])[Base]).OfType<string>().Concat(JournalParts).Concat(Log?.Names ?? []).Concat(Outbox.Select(part => part.Name)), StringComparer.Ordinal);

    /// <summary>Whether saying this would tell of the past alone: the closing of an alert that nobody was told of.</summary>
    public bool IsQuiet(Alert alert) => alert.Final && Quiet.TryGetValue(alert.Id, out var revision) && revision == alert.Revision;

    public byte[] ToJson()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteString("base", Base);
            json.WriteStartArray("journal");
            foreach (var range in Journal) Write(json, name: null, range);
            json.WriteEndArray();
            json.WriteStartArray("tail");
            foreach (var piece in Tail) json.WriteBase64StringValue(piece);
            json.WriteEndArray();
            if (Log is { } log) Write(json, "log", log);
            json.WriteNumber("changes", Changes);
            json.WriteNumber("baseChanges", BaseChanges);
            json.WriteNumber("nextPart", NextPart);
            json.WriteNumber("alerts", Alerts);
            json.WriteStartArray("positions");
            foreach (var (name, position) in Positions.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteNumber("next", position.Next);
                if (position.Mark is { } mark) json.WriteString("mark", mark);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("streams");
            foreach (var stream in Streams) json.WriteStringValue(stream);
            json.WriteEndArray();
            json.WriteStartObject("accepted");
            foreach (var (sink, number) in Accepted.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteNumber(sink, number);
            json.WriteEndObject();
            if (Outbox.Count > 0)
            {
                json.WriteStartArray("outbox");
                foreach (var part in Outbox) part.Write(json);
                json.WriteEndArray();
            }

            if (Quiet.Count > 0)
            {
                json.WriteStartObject("quiet");
                foreach (var (alert, revision) in Quiet.OrderBy(pair => pair.Key)) json.WriteNumber(alert.ToString("D"), revision);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <exception cref="InvalidDataException">It is no head, or one of another format.</exception>
    public static CheckpointHead Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            var format = root.GetProperty("format").GetString();
            if (!s_formats.Contains(format)) throw new InvalidDataException($"The checkpoint has format '{format}'; this program reads '{Format}'. Use the version of detector that wrote it, or begin with an empty place for checkpoints.");
            return new CheckpointHead
            {
                Base = root.GetProperty("base").GetString(),
                Journal = [.. root.GetProperty("journal").EnumerateArray().Select(Range)],
                Tail = root.TryGetProperty("tail", out var tail) ? [.. tail.EnumerateArray().Select(piece => piece.GetBytesFromBase64())] : [],
                Log = root.TryGetProperty("log", out var log) ? Range(log) : null,
                Changes = root.TryGetProperty("changes", out var changes) ? changes.GetInt64() : 0,
                BaseChanges = root.TryGetProperty("baseChanges", out var folded) ? folded.GetInt64() : 0,
                NextPart = root.GetProperty("nextPart").GetInt64(),
                Alerts = root.GetProperty("alerts").GetInt64(),
                Positions = root.GetProperty("positions").EnumerateArray().ToDictionary(
                    entry => entry.GetProperty("name").GetString()!,
                    entry => new SourcePosition(entry.GetProperty("next").GetInt64(), entry.TryGetProperty("mark", out var mark) ? mark.GetString() : null),
                    StringComparer.Ordinal),
                Streams = [.. root.GetProperty("streams").EnumerateArray().Select(stream => stream.GetString()!)],
                Accepted = root.GetProperty("accepted").EnumerateObject().ToDictionary(sink => sink.Name, sink => sink.Value.GetInt64(), StringComparer.Ordinal),
                Outbox = root.TryGetProperty("outbox", out var outbox) ? [.. outbox.EnumerateArray().Select(OutboxPart.Read)] : [],
                Quiet = root.TryGetProperty("quiet", out var quiet) ? quiet.EnumerateObject().ToDictionary(alert => Guid.ParseExact(alert.Name, "D"), alert => alert.Value.GetInt32()) : new Dictionary<Guid, int>(),
            };
        }
        catch (Exception cause) when (cause is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"The checkpoint's head is damaged: {cause.Message}", cause);
        }
    }

    private static void Write(Utf8JsonWriter json, string? name, PartRange range)
    {
        if (name is null) json.WriteStartObject();
        else json.WriteStartObject(name);
        json.WriteNumber("epoch", range.Epoch);
        json.WriteNumber("first", range.First);
        json.WriteNumber("last", range.Last);
        if (range.IsLog) json.WriteBoolean("log", value: true);
        json.WriteEndObject();
    }

    private static PartRange Range(JsonElement range) =>
        new(range.GetProperty("epoch").GetInt64(), range.GetProperty("first").GetInt64(), range.GetProperty("last").GetInt64(), range.TryGetProperty("log", out var isLog) && isLog.GetBoolean());
}
