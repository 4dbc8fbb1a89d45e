using Detector.Engine.Pipeline;
using Detector.Sinks.Delivery;
using Detector.Sources.Live;

namespace Detector.Host.Run.Checkpointing;

/// <summary>
/// What detection did since the last part was written. Detection adds, the writer takes; what is taken is whole slices, so that
/// entries, alerts and places always belong together.
/// </summary>
internal sealed class JournalPending(CheckpointHead head)
{
    /// <summary>With more than this waiting, detection waits for the writer.</summary>
    public const int EntriesMax = 100_000;

    private readonly Lock _gate = new();
    private readonly List<string> _streams = [.. head.Streams];
    private Dictionary<string, SourcePosition> _moved = new(StringComparer.Ordinal);
    private int _streamsTaken = head.Streams.Count;
    private List<JournalEntry> _entries = [];
    private List<OutgoingAlert> _alerts = [];

    /// <summary>The number of the last alert that arose. Only detection reads and raises it.</summary>
    public long Alerts { get; private set; } = head.Alerts;

    /// <summary>How many entries wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _entries.Count;
        }
    }

    /// <summary>Adds what one slice gave.</summary>
    public void Add(IReadOnlyList<JournalEntry> entries, IReadOnlyList<OutgoingAlert> alerts, IReadOnlyList<KeyValuePair<string, SourcePosition>> positions)
    {
        lock (_gate)
        {
            _entries.AddRange(entries);
            _alerts.AddRange(alerts);
            foreach (var (name, position) in positions) _moved[name] = position;
            if (alerts.Count > 0) Alerts = alerts[^1].Number;
        }
    }

    /// <summary>The number of a stream; a new one gets the next.</summary>
    public int StreamNumber(string stream, out bool isNew)
    {
        lock (_gate)
        {
            var number = _streams.IndexOf(stream);
            isNew = number < 0;
            if (!isNew) return number;
            _streams.Add(stream);
            return _streams.Count - 1;
        }
    }

    /// <summary>Takes everything.</summary>
    public Taken Take()
    {
        lock (_gate)
        {
            var taken = new Taken(_entries, _alerts, _moved, _streams[_streamsTaken..], Alerts);
            _entries = new List<JournalEntry>(Math.Min(_entries.Count, 4096));
            _alerts = [];
            _moved = new Dictionary<string, SourcePosition>(StringComparer.Ordinal);
            _streamsTaken = _streams.Count;
            return taken;
        }
    }

    /// <summary>What was taken, with the places that have moved and the streams that are new.</summary>
    internal sealed record Taken(List<JournalEntry> Entries, List<OutgoingAlert> Alerts, Dictionary<string, SourcePosition> Moved, List<string> NewStreams, long LastAlert);
}
