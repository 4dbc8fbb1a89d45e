using Detector.Checkpoints;
using Detector.Host.Run.Checkpointing.Folding;

namespace Detector.Host.Run.Checkpointing;

/// <summary>
/// Has the journal folded into a new snapshot when it has grown as large as that, from what is written, so that detection never
/// stops for it (<see cref="IFold"/>).
/// </summary>
internal sealed class BaseRenewal(ICheckpointLease lease, CheckpointTools tools) : IAsyncDisposable
{
    private const int PartsMax = 20_000;
    private const int PartsSmall = 1_000;

    private readonly CancellationTokenSource _ending = new();
    private Task<Renewed>? _working;
    private long _journalBytes;
    private long _journalParts;
    private long _baseBytes;
    private long _lastPart;

    /// <summary>So much became a complete part of the journal; 0 when none did.</summary>
    public void Wrote(long bytes)
    {
        if (bytes == 0) return;
        _journalBytes += bytes;
        _journalParts++;
    }

    /// <summary>Begins to fold when that is due and nothing is being folded.</summary>
    public void StartWhenDue(CheckpointHead head, CancellationToken cancellation)
    {
        if (_working is not null || !IsDue || head.Journal is not [.., var last]) return;
        _lastPart = last.Last;
        (_journalBytes, _journalParts) = (0, 0);
        _working = Task.Run(
            async () =>
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _ending.Token);
                return await FoldAsync(head, stop.Token);
            },
            cancellation);
    }

    /// <summary>What was folded since it was last asked; null when nothing was.</summary>
    public Renewed? TakeRenewed()
    {
        if (_working is not { IsCompleted: true } done) return null;
        _working = null;
        if (done.IsCompletedSuccessfully)
        {
#pragma warning disable VSTHRD002 // It has completed.
            var renewed = done.Result;
#pragma warning restore VSTHRD002
            _baseBytes = renewed.Bytes;
            return renewed;
        }

        if (done.Exception?.InnerException is { } cause) tools.Tell($"The snapshot could not be renewed; the journal goes on: {cause.Message}");
        return null;
    }

    /// <summary>The head that begins with the new snapshot: of the journal what came after it stays, and the alerts that some sink does not have.</summary>
    public static CheckpointHead Apply(CheckpointHead head, Renewed renewed, long epoch)
    {
        // Numbers go on from owner to owner.
        var rest = head.Journal.Where(range => range.Last > renewed.LastPart).Select(range => range with { First = Math.Max(range.First, renewed.LastPart + 1) }).ToList();
        if (renewed.Carried is not null) rest.Insert(0, new PartRange(epoch, renewed.CarriedNumber, renewed.CarriedNumber));
        return head with { Base = renewed.Base, Journal = rest, Quiet = renewed.Quiet, BaseChanges = renewed.Changes };
    }

    /// <summary>Gives up what is being folded: the journal has it all.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        if (_working is { } working) await ((Task)working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    private bool IsDue => _journalBytes >= Math.Max(tools.RenewFromBytes, _baseBytes) || (_journalParts >= PartsSmall && _journalBytes >= _baseBytes / 8) || _journalParts >= PartsMax;

    private async Task<Renewed> FoldAsync(CheckpointHead head, CancellationToken cancellation)
    {
        var journal = new JournalReader(lease, head);
        var name = PartRange.BaseName(lease.Epoch, _lastPart);
        long bytes = 0;
        FoldOutcome? outcome = null;
        await lease.WritePartAsync(
            name,
            async (stream, stop) =>
            {
                await using var snapshot = head.Base is { } part ? await lease.ReadPartAsync(part, stop) : null;
                await using var counted = new CountedStream(stream);
                outcome = await tools.Fold.FoldAsync(new FoldInput(snapshot, journal.ReadAsync(withEnd: false, stop), head.Settled, head.Quiet), counted, stop);
                bytes = counted.Written;
            },
            cancellation);
        return new Renewed(name, bytes, _lastPart, outcome!.Carried) { Quiet = outcome.Quiet, Changes = journal.Changes };
    }

    /// <summary>A new snapshot.</summary>
    /// <param name="Base">Its part.</param>
    /// <param name="Bytes">Its size.</param>
    /// <param name="LastPart">The last part of the journal that is in it.</param>
    /// <param name="Carried">A part with the alerts of those parts that some sink does not have and the outbox neither; null where there are none.</param>
    internal sealed record Renewed(string Base, long Bytes, long LastPart, byte[]? Carried)
    {
        /// <summary>Of the quiet alerts those that may still be closed by what comes after the snapshot.</summary>
        public required IReadOnlyDictionary<Guid, int> Quiet { get; init; }

        /// <summary>The number of the last change that is in it.</summary>
        public required long Changes { get; init; }

        /// <summary>Numbers of carried parts are below 0, so that they never meet those of the journal.</summary>
        public long CarriedNumber => -LastPart;

        public string CarriedName(long epoch) => PartRange.JournalName(epoch, CarriedNumber);
    }
}
