using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Detector.Engine.Logs;

namespace Detector.Sources.LogAnalytics;

/// <summary>Several streams of batches, each in the order of its times, as one; the next batch of each is fetched ahead.</summary>
internal static class EventMerge
{
    /// <summary>Events of one batch handed out.</summary>
    private const int BatchEvents = 1024;

    public static async IAsyncEnumerable<EventBatch> MergeAsync(string source, IReadOnlyList<IAsyncEnumerable<EventBatch>> streams, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var heads = streams.Select(stream => new Head(stream, stop.Token)).ToList();
        try
        {
            var merged = new EventBatch { Source = source };
            while (await LoadAsync(heads, merged, stop.Token))
            {
                Take(heads, merged);
                if (merged.Events.Count < BatchEvents && merged.Rejects.Count == 0 && merged.Records == 0) continue;
                yield return merged;
                merged = new EventBatch { Source = source };
            }

            yield return merged;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(heads.Select(head => head.Fetching));
        }
    }

    // Every stream that has not ended must show its next event before one is the earliest.
    private static async Task<bool> LoadAsync(List<Head> heads, EventBatch merged, CancellationToken cancellation)
    {
        for (var i = 0; i < heads.Count;)
        {
            if (heads[i].HasCurrent) i++;
            else if (await heads[i].LoadAsync(merged, cancellation)) continue;
            else heads.RemoveAt(i);
        }

        return heads.Count > 0;
    }

    // Moves events of the earliest until another is earlier; ties go by the order of the streams.
    private static void Take(List<Head> heads, EventBatch merged)
    {
        var first = heads[0];
        foreach (var head in heads.Skip(1))
        {
            if (head.Time < first.Time) first = head;
        }

        var others = heads.Where(head => head != first).ToList();
        var limit = others.Count == 0 ? DateTime.MaxValue : others.Min(head => head.Time);
        do
        {
            merged.Events.Add(first.Current);
            first.MoveNext();
        }
        while (first.HasCurrent && first.Time < limit && merged.Events.Count < BatchEvents);
    }

    private sealed class Head
    {
        private readonly Channel<EventBatch> _fetched = Channel.CreateBounded<EventBatch>(1);
        private EventBatch? _batch;
        private int _at;

        public Head(IAsyncEnumerable<EventBatch> stream, CancellationToken cancellation) => Fetching = FetchAsync(stream, cancellation);

        /// <summary>Ends without failing: what went wrong is told by <see cref="LoadAsync"/>, or nobody wants to know.</summary>
        public Task Fetching { get; }

        public bool HasCurrent => _batch is not null && _at < _batch.Events.Count;

        public MatchedEvent Current => _batch!.Events[_at];

        public DateTime Time => Current.Event.Time;

        public void MoveNext() => _at++;

        /// <summary>Takes the next batch and counts it as handed out.</summary>
        /// <returns>False when the stream has ended.</returns>
        public async Task<bool> LoadAsync(EventBatch merged, CancellationToken cancellation)
        {
            _at = 0;
            _batch = null;
            if (!await _fetched.Reader.WaitToReadAsync(cancellation) || !_fetched.Reader.TryRead(out _batch)) return false;
            merged.AddCounts(_batch);
            merged.Rejects.AddRange(_batch.Rejects);
            return true;
        }

        private async Task FetchAsync(IAsyncEnumerable<EventBatch> stream, CancellationToken cancellation)
        {
            try
            {
                await foreach (var batch in stream.WithCancellation(cancellation)) await _fetched.Writer.WriteAsync(batch, cancellation);
                _fetched.Writer.Complete();
            }
#pragma warning disable CA1031 // Whatever it is, the reader of the channel is told.
            catch (Exception cause)
#pragma warning restore CA1031
            {
                _fetched.Writer.Complete(cause);
            }
        }
    }
}
