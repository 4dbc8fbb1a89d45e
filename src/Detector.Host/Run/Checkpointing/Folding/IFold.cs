namespace Detector.Host.Run.Checkpointing.Folding;

/// <summary>Folds a snapshot, and the journal since then, into a new snapshot: the same entries give the same state.</summary>
internal interface IFold
{
    /// <summary>Writes the new snapshot to <paramref name="output"/>.</summary>
    /// <exception cref="InvalidDataException">What is to be folded is damaged or of another version.</exception>
    /// <exception cref="IOException">It was not possible; nothing depends on what was written.</exception>
    Task<FoldOutcome> FoldAsync(FoldInput input, Stream output, CancellationToken cancellation);
}

/// <summary>What is folded.</summary>
/// <param name="Snapshot">The old snapshot; null where the journal has everything.</param>
/// <param name="Pieces">The pieces of the journal since then, in order.</param>
/// <param name="Accepted">The number of the last alert that need not be kept: every sink has it, or the outbox.</param>
/// <param name="Quiet">Alerts that are not told of for their closing, with their revision.</param>
internal sealed record FoldInput(Stream? Snapshot, IAsyncEnumerable<byte[]> Pieces, long Accepted, IReadOnlyDictionary<Guid, int> Quiet);

/// <summary>What a fold gave beside the snapshot.</summary>
/// <param name="Carried">A part of a journal with the alerts that some sink does not have; null where all have them.</param>
/// <param name="Quiet">Of the quiet alerts those that may still be closed by what comes after the snapshot.</param>
internal sealed record FoldOutcome(byte[]? Carried, IReadOnlyDictionary<Guid, int> Quiet);
