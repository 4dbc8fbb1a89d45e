using System.Text;
using Detector.Checkpoints;
using Detector.Checkpoints.Files;
using Detector.Host.Run.Checkpointing;
using Detector.Sources.Live;

namespace Detector.Host.Tests.Run.Checkpointing;

/// <summary>
/// Changes written through writes that fail, by owners that crash, with snapshots now and then: what is read back is each change that
/// was acknowledged, once and in order, and at most the one besides that nobody was told of.
/// </summary>
public sealed class JournalTests : IDisposable
{
    private readonly Folder _folder = new();
    private readonly Dictionary<string, List<string>> _bases = new(StringComparer.Ordinal);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_acknowledged_change_is_read_back_once_and_in_order(bool hasLog)
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var random = new Random(seed);
            var written = new List<string>();
            for (var owner = 0; owner < 6; owner++)
            {
                // Now and then a place without logs, and one with: as after a change of the program.
                await using var lease = new FaultyLease(await LeaseAsync($"{hasLog}-{seed}"), random, hasLog && (owner > 0 || seed % 2 == 0));
                var (head, found) = await ReadAsync(lease);
                if (found.Count == written.Count + 1) written.Add(found[^1]);
                Assert.True(written.SequenceEqual(found, StringComparer.Ordinal), $"seed {seed}, owner {owner}: {written.Count} were written, {found.Count} found, the first that differs is {written.Zip(found).TakeWhile(pair => pair.First == pair.Second).Count()}.");
                Assert.Equal(written.Count, head.Alerts);
                Assert.Equal(written.Count == 0 ? 0 : 1, head.Positions.Count);
                if (written.Count > 0) Assert.Equal(written.Count, head.Positions["hub/0"].Next);
                Assert.Equal(Enumerable.Range(1, written.Count).Where(i => i % 10 == 0).Select(i => $"hub/{i}"), head.Streams);
                await WriteAsync(lease, head, written, random);
            }

            Assert.True(written.Count > 100, $"seed {seed}");
        }
    }

    private static string Piece(int number, Random random) => $"DETJRNL1 {number} {new string('x', random.Next(8000))}";

    private async Task WriteAsync(FaultyLease lease, CheckpointHead head, List<string> written, Random random)
    {
        IJournal journal = lease.Log is { } log ? new LogJournal(lease, log, 0) : new HeadJournal(lease);
        for (var i = random.Next(20, 60); i > 0; i--)
        {
            var number = written.Count + 1;
            var piece = Piece(number, random);
            var change = new HeadChange(head.Changes + 1, [KeyValuePair.Create("hub/0", new SourcePosition(number, null))], number % 10 == 0 ? [$"hub/{number}"] : [], number, new Dictionary<string, long> { ["File"] = number - 1 }, Encoding.UTF8.GetBytes(piece));
            var renewed = random.Next(12) == 0 ? await FoldAsync(lease, head) : null;
            var isLast = i == 1;
            while (true)
            {
                try
                {
                    (head, _) = await journal.WriteAsync(head, change, renewed, Stop);
                    written.Add(piece);
                    break;
                }
                catch (IOException)
                {
                    // It dies over the last one, and tries the others again.
                    if (isLast) return;
                }
            }
        }
    }

    // What a snapshot would hold is kept beside it.
    private async Task<BaseRenewal.Renewed?> FoldAsync(FaultyLease lease, CheckpointHead head)
    {
        if (head.Journal is not [.., var last]) return null;
        var reader = new JournalReader(lease, head);
        var folded = new List<string>(head.Base is { } old ? _bases[old] : []);
        await foreach (var piece in reader.ReadAsync(withEnd: false, Stop)) folded.Add(Encoding.UTF8.GetString(piece));
        var name = $"base-{lease.Epoch}-{last.Last}";
        if (name == head.Base) return null;
        _bases[name] = folded;
        return new BaseRenewal.Renewed(name, 1, last.Last, Carried: null) { Quiet = new Dictionary<Guid, int>(), Changes = reader.Changes };
    }

    private async Task<(CheckpointHead Head, List<string> Pieces)> ReadAsync(FaultyLease lease)
    {
        var head = await lease.ReadHeadAsync(Stop) is { } bytes ? CheckpointHead.Parse(bytes) : new CheckpointHead();
        var reader = new JournalReader(lease, head);
        var pieces = new List<string>(head.Base is { } name ? _bases[name] : []);
        await foreach (var piece in reader.ReadAsync(withEnd: true, Stop)) pieces.Add(Encoding.UTF8.GetString(piece));
        return (reader.Head, pieces);
    }

    private async Task<ICheckpointLease> LeaseAsync(string name) => await new FileCheckpointStore(new FileCheckpointOptions { Path = _folder.At(name) }).TryAcquireAsync("test", Stop) ?? throw new InvalidOperationException("Another has it.");
}
