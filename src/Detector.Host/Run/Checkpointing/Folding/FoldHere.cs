using Detector.Engine.Pipeline;

namespace Detector.Host.Run.Checkpointing.Folding;

/// <summary>Folds by a second pipeline in this process. With a large state its garbage holds up whatever else the process does.</summary>
internal sealed class FoldHere(DetectionPlan plan) : IFold
{
    public async Task<FoldOutcome> FoldAsync(FoldInput input, Stream output, CancellationToken cancellation)
    {
        using var restoration = Restoration.Begin(plan, input.Snapshot);
        using var pipeline = restoration.Pipeline;
        await foreach (var piece in input.Pieces.WithCancellation(cancellation)) restoration.Take(piece, input.Accepted);
        pipeline.Save(output);
        var unsent = restoration.Unsent(input.Accepted);
        return new FoldOutcome(unsent.Count == 0 ? null : JournalPart.Write(plan, [], unsent), restoration.Open(input.Quiet));
    }
}
