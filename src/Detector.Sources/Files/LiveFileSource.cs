using System.Threading.Channels;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Sources.Live;

namespace Detector.Sources.Files;

/// <summary>
/// Files and folders as they grow. What has come since the last look is read as one stream by event time. Each path of the
/// configuration is a stream of its own that may lag behind the others, as two collectors do; give each collector its folder.
/// </summary>
public sealed class LiveFileSource : ILiveSource
{
    private const int SlicesAheadMax = 16;

    private readonly Channel<LiveSlice> _slices = Channel.CreateBounded<LiveSlice>(new BoundedChannelOptions(SlicesAheadMax) { SingleReader = true, SingleWriter = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, FollowedFile> _files = new(StringComparer.Ordinal);
    private readonly DetectionPlan _plan;
    private readonly LiveFileOptions _options;
    private readonly IReadOnlyDictionary<string, SourcePosition> _positions;
    private readonly TimeProvider _clock;
    private readonly Action<string> _tell;
    private readonly Task _reading;
    private string? _trouble;
    private volatile bool _isCaughtUp;

    /// <summary>Begins to read.</summary>
    /// <param name="plan">Says which records matter.</param>
    /// <param name="options">What to read.</param>
    /// <param name="positions">Where to go on, by the path of a file.</param>
    /// <param name="clock">Tells when records arrive.</param>
    /// <param name="tell">Takes sentences on troubles for whoever runs this; called from any thread.</param>
    public LiveFileSource(DetectionPlan plan, LiveFileOptions options, IReadOnlyDictionary<string, SourcePosition> positions, TimeProvider clock, Action<string> tell)
    {
        _plan = plan;
        _options = options;
        _positions = positions;
        _clock = clock;
        _tell = tell;
        _reading = Task.Factory.StartNew(Run, _stop.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <inheritdoc />
    public SourceHealth Health => new(_trouble is null, _isCaughtUp, _trouble ?? (_isCaughtUp ? null : "Files are being read."));

    /// <inheritdoc />
    public bool HasEnded { get; private set; }

    /// <inheritdoc />
    public async ValueTask<LiveSlice?> ReadAsync(TimeSpan patience, CancellationToken cancellation)
    {
        if (_slices.Reader.TryRead(out var ready)) return ready;
        ThrowIfFailed();
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        waiting.CancelAfter(patience);
        try
        {
            if (await _slices.Reader.WaitToReadAsync(waiting.Token)) return _slices.Reader.TryRead(out var slice) ? slice : null;

            // The last word is whether it failed, which is known a moment after the end of what it hands on.
#pragma warning disable VSTHRD003 // This object started it.
            await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
#pragma warning restore VSTHRD003
            ThrowIfFailed();
            HasEnded = true;
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public void Saved(IReadOnlyDictionary<string, SourcePosition> positions)
    {
        // Nobody else looks.
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
#pragma warning disable VSTHRD003 // This object started it.
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
#pragma warning restore VSTHRD003
        _stop.Dispose();
    }

    private void ThrowIfFailed()
    {
        if (_reading.Exception is { InnerException: { } failure }) throw failure is InputException ? failure : new InvalidOperationException($"Reading files failed: {failure.Message}", failure);
    }

    private void Run()
    {
        try
        {
            foreach (var path in _options.Paths) HandOn(path, new EventBatch { Source = path }, []);
            do
            {
                var news = Look();
                if (news.Count > 0) Read(news);
                _isCaughtUp = news.Count == 0 || _options.Once;
            }
            while (!_options.Once && !_stop.Token.WaitHandle.WaitOne(_isCaughtUp ? _options.LookEvery : TimeSpan.Zero));
        }
        catch (OperationCanceledException)
        {
            // It was asked to stop.
        }
        finally
        {
            _slices.Writer.Complete();
        }
    }

    private List<(FollowedFile File, InputFile New)> Look()
    {
        var problems = new List<string>();
        var present = new HashSet<string>(StringComparer.Ordinal);
        var news = new List<(FollowedFile, InputFile)>();
        foreach (var stream in _options.Paths)
        {
            var found = InputList.Present(stream, out var problem);
            if (problem is not null && _options.Once) throw new InputException(stream, problem, "Check Source:Files:Paths.");
            if (problem is not null) problems.Add(problem);
            foreach (var path in found.Where(present.Add))
            {
                try
                {
                    if (FileOf(path, stream).Look(_options.Once) is { } part) news.Add((_files[path], part));
                }
                catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
                {
                    problems.Add(InputList.Unreadable(path, cause).Message);
                }
            }
        }

        foreach (var gone in _files.Keys.Where(path => !present.Contains(path)).ToList()) _files.Remove(gone);
        var trouble = problems.Count == 0 ? null : string.Join(' ', problems);
        if (trouble is not null && !string.Equals(trouble, _trouble, StringComparison.Ordinal)) _tell(trouble);
        _trouble = trouble;
        return news;
    }

    private FollowedFile FileOf(string path, string stream)
    {
        if (_files.TryGetValue(path, out var known)) return known;
        var file = new FollowedFile(path, stream);
        if (_positions.TryGetValue(path, out var position)) file.Resume(position);
        _files.Add(path, file);
        return file;
    }

    private void Read(List<(FollowedFile File, InputFile New)> news)
    {
        var source = new FileSource(_plan, new FileSourceOptions { Paths = [], Workers = _options.Workers }, [.. news.Select(part => part.New)]);
        foreach (var batch in source.Read(_stop.Token))
        {
            foreach (var stream in batch.Events.GroupBy(matched => _files[matched.Event.Place.Source].Stream, StringComparer.Ordinal))
                HandOn(stream.Key, Copy(batch, stream), Positions(stream));
            if (batch.Events.Count == 0) HandOn(news[0].File.Stream, Copy(batch, []), []);
        }

        foreach (var (file, part) in news) file.Finish(part);
        HandOn(news[0].File.Stream, new EventBatch { Source = news[0].File.Stream }, [.. news.Select(part => KeyValuePair.Create(part.File.Path, part.File.Position))]);
    }

    // What was counted of the whole batch is told once, with its first stream.
    private static EventBatch Copy(EventBatch batch, IEnumerable<MatchedEvent> events)
    {
        var copy = new EventBatch { Source = batch.Source };
        copy.AddCounts(batch);
        copy.Events.AddRange(events);
        copy.Rejects.AddRange(batch.Rejects);
        batch.ClearCounts();
        batch.Rejects.Clear();
        return copy;
    }

    // Of each file the place of its last record: after a restart that one comes again, and is known by its id.
    private List<KeyValuePair<string, SourcePosition>> Positions(IEnumerable<MatchedEvent> events)
    {
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var matched in events) last[matched.Event.Place.Source] = matched.Event.Place.Offset;
        foreach (var (path, offset) in last) _files[path].MoveTo(offset);
        return [.. last.Keys.Select(path => KeyValuePair.Create(path, _files[path].Position))];
    }

    private void HandOn(string stream, EventBatch batch, IReadOnlyList<KeyValuePair<string, SourcePosition>> positions)
    {
        var slice = new LiveSlice { Stream = stream, Batch = batch, Arrival = _clock.GetUtcNow().UtcDateTime, Positions = positions, Bytes = batch.Bytes };
        while (!_slices.Writer.TryWrite(slice))
        {
            if (_stop.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(2))) throw new OperationCanceledException(_stop.Token);
        }
    }
}
