namespace Detector.Sources.Live;

/// <summary>
/// A source that is read as records come. Where to begin is told when it is made, since the checkpoint knows; it keeps no
/// place of its own. It reads ahead of what was taken by a bounded amount and then waits: nothing is buffered without end.
/// What it hands out may be handed out again after a restart, never less.
/// </summary>
public interface ILiveSource : IAsyncDisposable
{
    /// <summary>Whether it reaches what it reads from; a sentence that says why not otherwise.</summary>
    SourceHealth Health { get; }

    /// <summary>
    /// The next piece, or null when nothing has come within <paramref name="patience"/> or the source has ended
    /// (<see cref="HasEnded"/>).
    /// </summary>
    ValueTask<LiveSlice?> ReadAsync(TimeSpan patience, CancellationToken cancellation);

    /// <summary>Whether everything was taken that was there; only a source that was asked to stop at the end ever says so.</summary>
    bool HasEnded { get; }

    /// <summary>These places are in a checkpoint now: for those who watch how far reading is.</summary>
    void Saved(IReadOnlyDictionary<string, SourcePosition> positions);
}
