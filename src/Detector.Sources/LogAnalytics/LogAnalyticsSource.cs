using System.Runtime.CompilerServices;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Sources.Files;

namespace Detector.Sources.LogAnalytics;

/// <summary>
/// The records of a Log Analytics workspace, in the order of their times. The query API has no pages: times are asked
/// for in windows, each as large as one answer can be. What arrives for the last two days while they are read is read
/// at the end, after everything else. The same rows give the same events in the same order, however answers were split.
/// </summary>
public sealed class LogAnalyticsSource : ILogSource
{
    // Entra writes most records within minutes, and catches up within two days after its own outages.
    private static readonly TimeSpan s_lateness = TimeSpan.FromDays(2);

    // A row is stamped some time before queries find it, by a clock that is not ours.
    private static readonly TimeSpan s_margin = TimeSpan.FromMinutes(15);

    private readonly DetectionPlan _plan;
    private readonly LogAnalyticsOptions _options;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private ReadProgress _progress;

    /// <summary>Checks what is asked for; nothing is sent yet.</summary>
    /// <exception cref="ArgumentException">The options make no sense, or would send a token over plain http.</exception>
    public LogAnalyticsSource(DetectionPlan plan, LogAnalyticsOptions options, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Tables.FirstOrDefault(table => !QueryText.IsTable(table)) is { } wrong) throw new ArgumentException($"'{wrong}' is no name of a table.", nameof(options));
        if (options.Tables.Count == 0 || options.RowsMax < 1 || options.AnswerBytesMax < 1 || options.QueriesMax < 1) throw new ArgumentException("At least one table, row, byte and query are needed.", nameof(options));
        var isHere = options.Credential is null && options.Endpoint.IsLoopback && options.Endpoint.Scheme == Uri.UriSchemeHttp;
        if (!isHere && (options.Credential is null || options.Endpoint.Scheme != Uri.UriSchemeHttps)) throw new ArgumentException("A credential and an https endpoint are needed; http without one goes to this machine alone.", nameof(options));
        _plan = plan;
        _options = options;
        _clock = clock ?? TimeProvider.System;
        _progress = new ReadProgress(0, 0, 0, 0, 0, options.Tables.Count, 0, HasEnd: true) { Share = 0 };
    }

    /// <inheritdoc />
    public IReadOnlyList<string> Inputs => [.. _options.Tables.Select(table => $"log-analytics/{_options.Workspace:D}/{table}")];

    /// <inheritdoc />
    public ReadProgress Progress
    {
        get
        {
            lock (_gate) return _progress;
        }
    }

    /// <inheritdoc />
    public IEnumerable<EventBatch> Read(CancellationToken cancellation = default) => ReadAsync(cancellation).ToBlockingEnumerable(cancellation);

    /// <summary>As <see cref="Read"/>, for those who need not wait on a thread.</summary>
    /// <exception cref="InputException">The workspace cannot be read, or not be read on.</exception>
    public async IAsyncEnumerable<EventBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var desk = new QueryDesk(_plan, _options, _clock);
        var begun = _clock.GetUtcNow().UtcDateTime;
        var until = _options.Until < begun ? _options.Until : begun;
        var seen = new SeenRecords(begun - s_lateness);
        var tables = _options.Tables.Select(table => (Name: table, Reader: new TableReader(desk, table, _options))).ToList();
        await foreach (var batch in EventMerge.MergeAsync(desk.Name, [.. tables.Select(table => table.Reader.ReadAsync(_options.Since, until, null, cancellation))], cancellation))
        {
            seen.Add(batch);
            Count(batch, until);
            yield return batch;
        }

        foreach (var (name, _) in tables.Where(table => table.Reader.IsMissing)) _options.Note?.Invoke($"{desk.Name} has no table {name}.");
        if (tables.TrueForAll(table => table.Reader.IsMissing))
            throw new InputException(desk.Name, "it has none of the tables asked for.", "Send the Entra logs to this workspace with a diagnostic setting, or give the workspace that has them.");

        await foreach (var batch in ReadLateAsync(desk, [.. tables.Where(table => !table.Reader.IsMissing).Select(table => table.Reader)], until, begun, seen, cancellation))
        {
            Count(batch, until);
            yield return batch;
        }

        lock (_gate) _progress = _progress with { Share = 1, FilesDone = _progress.FilesTotal };
    }

    private static async IAsyncEnumerable<EventBatch> OnlyNewAsync(IAsyncEnumerable<EventBatch> batches, SeenRecords seen)
    {
        await foreach (var batch in batches)
        {
            lock (seen) seen.RemoveFrom(batch);
            yield return batch;
        }
    }

    private IAsyncEnumerable<EventBatch> ReadLateAsync(QueryDesk desk, IReadOnlyList<TableReader> readers, DateTime until, DateTime begun, SeenRecords seen, CancellationToken cancellation)
    {
        var since = _options.Since > seen.From ? _options.Since : seen.From;
        return EventMerge.MergeAsync(desk.Name, [.. readers.Select(reader => OnlyNewAsync(reader.ReadAsync(since, until, begun - s_margin, cancellation), seen))], cancellation);
    }

    private void Count(EventBatch batch, DateTime until)
    {
        lock (_gate)
        {
            var span = until - _options.Since;
            var share = batch.Events.Count > 0 && span > TimeSpan.Zero ? (batch.Events[^1].Event.Time - _options.Since) / span : 0;
            _progress = _progress with
            {
                BytesDone = _progress.BytesDone + batch.Bytes,
                Records = _progress.Records + batch.Records,
                Parsed = _progress.Parsed + batch.Parsed,
                Rejects = _progress.Rejects + batch.Rejects.Count,
                Share = Math.Clamp(Math.Max(share, _progress.Share ?? 0), 0, 1),
            };
        }
    }
}
