using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Sources.Files;

namespace Detector.Sources.LogAnalytics;

/// <summary>Where all tables of one reading queue: it holds the number of queries at a time, and the memory for their answers.</summary>
internal sealed class QueryDesk : IDisposable
{
    private const int BlockBytes = 1024 * 1024;

    private readonly QueryClient _client;
    private readonly SemaphoreSlim _free;
    private readonly Stack<(Block Block, RecordReader Reader)> _places = new();

    public QueryDesk(DetectionPlan plan, LogAnalyticsOptions options, TimeProvider clock)
    {
        _client = new QueryClient(options, clock);
        _free = new SemaphoreSlim(options.QueriesMax, options.QueriesMax);
        for (var i = 0; i < options.QueriesMax; i++) _places.Push((new Block(BlockBytes), new RecordReader(plan)));
    }

    /// <summary>The workspace, as errors name it.</summary>
    public string Name => _client.Name;

    /// <summary>Asks for a window and reads its rows.</summary>
    /// <param name="table">The table.</param>
    /// <param name="window">What is asked for.</param>
    /// <param name="ingestedFrom">Only rows that arrived since then; null for all.</param>
    /// <param name="into">Takes the events, in the order of the answer.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<QueryOutcome> ReadAsync(string table, QueryWindow window, DateTime? ingestedFrom, EventBatch into, CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation);
        var place = Take();
        try
        {
            var outcome = await _client.QueryAsync(QueryText.Of(table, window, ingestedFrom), window, place.Block, cancellation);
            if (outcome is QueryOutcome.Rows { Count: > 0 }) Decode(place.Block, place.Reader, into);
            return outcome;
        }
        finally
        {
            lock (_places) _places.Push(place);
            _free.Release();
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _free.Dispose();
    }

    private static void Decode(Block block, RecordReader reader, EventBatch into)
    {
        using var cutter = new TableCutter(into.Source);
        cutter.Cut(block, isFinal: true, isFull: false);
        cutter.Decode(block, reader, into);
        into.Records += block.Rejects.Count;
        into.Rejects.AddRange(block.Rejects);
        into.Bytes += block.Length;
    }

    private (Block Block, RecordReader Reader) Take()
    {
        lock (_places) return _places.Pop();
    }
}
