using Detector.Checkpoints.Files;
using Detector.Engine.Pipeline;
using Detector.Host.Run.Checkpointing;
using Detector.Host.Run.Checkpointing.Folding;
using Detector.Rules;

namespace Detector.Host.Tests.Run.Checkpointing;

/// <summary>A snapshot is folded by another process as it would be here, and whatever happens to that one is told.</summary>
public sealed class FoldTests : IDisposable
{
    private readonly Folder _folder = new();
    private readonly List<string> _told = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_process_gives_the_same_bytes(bool isShipped)
    {
        // Of the rules one alone, and not from its place: the files in force are handed over.
        var loaded = isShipped ? RuleFolder.Load(folder: null) : RuleFolder.LoadOnly(folder: null, ["pim_activation_risk"]);
        var plan = new DetectionPlan(loaded.Rules!, loaded.Tenant);
        var pieces = await PiecesAsync();
        Assert.True(pieces.Count > 3, $"{pieces.Count} pieces");
        var quiet = new Dictionary<Guid, int> { [Guid.Parse("0191f7b6-0000-7000-8000-000000000001")] = 3 };

        var (first, firstOutcome) = await FoldAsync(new FoldHere(plan), null, pieces[..2], long.MaxValue, quiet);
        Assert.Null(firstOutcome.Carried);
        var (here, outcomeHere) = await FoldAsync(new FoldHere(plan), first, pieces[2..], 1, quiet);
        var (there, outcomeThere) = await FoldAsync(Elsewhere(loaded.Files, plan), first, pieces[2..], 1, quiet);

        Assert.Equal(here, there);
        Assert.NotEqual(first, there);
        Assert.NotNull(outcomeHere.Carried);
        Assert.Equal(outcomeHere.Carried, outcomeThere.Carried);
        Assert.Equal(quiet, outcomeThere.Quiet);
        Assert.Empty(_told);
    }

    [Fact]
    public async Task What_is_damaged_is_refused_with_its_reason()
    {
        var plan = Plan();
        var pieces = await PiecesAsync();
        pieces[1][^1] ^= 1;
        var refused = await Assert.ThrowsAsync<IOException>(() => FoldAsync(Elsewhere(null, plan), null, pieces, 0, []));
        Assert.Contains("ended with 3: A part of the journal is damaged", refused.Message, StringComparison.Ordinal);

        refused = await Assert.ThrowsAsync<IOException>(() => FoldAsync(Elsewhere(null, plan), [1, 2, 3], [], 0, []));
        Assert.Contains("ended with 3: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_process_can_be_started_it_is_done_here_and_told_once()
    {
        var plan = Plan();
        var pieces = await PiecesAsync();
        var fold = new FoldProcess(new ProgramStart(_folder.At("nothing"), []), null, new FoldHere(plan), _told.Add);
        var (snapshot, _) = await FoldAsync(fold, null, pieces, 0, []);
        var (again, _) = await FoldAsync(fold, null, pieces, 0, []);
        Assert.Equal(snapshot, again);
        Assert.StartsWith("No other process can be started", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_dies_or_says_nonsense_is_an_error_and_one_that_hangs_is_ended_when_we_stop()
    {
        var plan = Plan();
        var pieces = await PiecesAsync();
        foreach (var (script, said) in ((string, string)[])[("kill -9 $$", "it was killed"), ("cat > /dev/null; printf ab", "ended with 0"), ("echo why >&2; exit 7", "ended with 7: why")])
        {
            var refused = await Assert.ThrowsAsync<IOException>(() => FoldAsync(Shell(script, plan), null, pieces, 0, []));
            Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        }

        using var soon = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var folding = FoldAsync(Shell($"echo $$ > {_folder.At("pid")}; cat > /dev/null; exec sleep 600", plan), null, pieces, 0, [], soon.Token);
        while (!File.Exists(_folder.At("pid")) || (await File.ReadAllTextAsync(_folder.At("pid"), Stop)).Length == 0) await Task.Delay(10, Stop);
        await soon.CancelAsync();
        await Task.WhenAny(folding);
        Assert.True(folding.IsCanceled);
        var id = (await File.ReadAllTextAsync(_folder.At("pid"), Stop)).Trim();
        while (Directory.Exists($"/proc/{id}") && !(await File.ReadAllTextAsync($"/proc/{id}/stat", Stop)).Contains(") Z ", StringComparison.Ordinal)) await Task.Delay(10, Stop);
    }

    [Fact]
    public void What_is_secret_in_our_environment_is_not_in_its()
    {
        const string Name = "DETECTOR_Source__EventHubs__ConnectionString";
        Environment.SetEnvironmentVariable(Name, "planted");
        try
        {
            var start = new ProgramStart("detector", ["first"]).With("fold");
            Assert.DoesNotContain(start.Environment, pair => pair.Value == "planted" || pair.Key.StartsWith("DETECTOR_", StringComparison.OrdinalIgnoreCase));
            Assert.True(start.Environment.ContainsKey("PATH"));
            Assert.Equal(["first", "fold"], start.ArgumentList);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Name, null);
        }
    }

    [Fact]
    public async Task The_worker_folds_elsewhere_and_goes_on_from_it()
    {
        await PiecesAsync();
        var config = Config();
        string? before = null;
        var files = 0;
        for (var run = 0; run < 2; run++)
        {
            // Only a worker that is the program itself starts another. It folds when there is something to write, after enough of it.
            using var worker = DetectorProcess.Start(_folder.Path, "run", "--config", config);
            for (files = 0; Base() is not { } found || found == before; files++)
            {
                Assert.False(worker.HasExited, worker.Errors);
                _folder.Write($"in/more{run}-{files}.ndjson", string.Concat(Enumerable.Range(0, 100).Select(at => Records.Failure($"m{run}-{files}-{at}", $"2026-03-0{2 + run}T10:{at % 30:00}:00Z", $"user{at}"))));
                await Task.Delay(100, Stop);
            }

            before = Base();
            Assert.Equal(0, await worker.StopAsync(Stop));
            Assert.DoesNotContain("renewed", worker.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("folded in this one", worker.Errors, StringComparison.Ordinal);
        }

        _folder.Write("in/last.ndjson", Records.Activation("last", "2026-03-03T10:30:00Z", "user7"));
        Assert.Equal(ExitCode.Done, Cli.Run("run", "--once", "--config", config).Exit);
        Assert.Contains($"{files} × Failed sign-in", (await File.ReadAllLinesAsync(_folder.At("alerts.ndjson"), Stop)).Last(line => line.Contains("\"last\"", StringComparison.Ordinal) && line.Contains("pim_activation_risk", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private string? Base() => Directory.GetFiles(_folder.At("state/parts")).FirstOrDefault(path => Path.GetFileName(path).StartsWith("base-", StringComparison.Ordinal) && !path.EndsWith(".tmp", StringComparison.Ordinal));

    private static DetectionPlan Plan()
    {
        var loaded = RuleFolder.Load(folder: null);
        return new DetectionPlan(loaded.Rules!, loaded.Tenant);
    }

    private FoldProcess Elsewhere(IReadOnlyList<RuleFile>? rules, DetectionPlan plan) =>
        new(new ProgramStart(Path.Combine(AppContext.BaseDirectory, "detector"), []), rules, new FoldHere(plan), _told.Add);

    private FoldProcess Shell(string script, DetectionPlan plan) =>
        new(new ProgramStart("/bin/sh", ["-c", script]), null, new FoldHere(plan), _told.Add);

    private static async Task<(byte[] Snapshot, FoldOutcome Outcome)> FoldAsync(IFold fold, byte[]? snapshot, IEnumerable<byte[]> pieces, long accepted, Dictionary<Guid, int> quiet, CancellationToken? stop = null)
    {
        using var output = new MemoryStream();
        using var input = snapshot is null ? null : new MemoryStream(snapshot);
        var outcome = await fold.FoldAsync(new FoldInput(input, pieces.ToAsyncEnumerable(), accepted, quiet), output, stop ?? Stop);
        return (output.ToArray(), outcome);
    }

    // What a worker wrote on records that give alerts, some of them later than others.
    private async Task<List<byte[]>> PiecesAsync()
    {
        var config = Config();
        for (var run = 0; run < 5; run++)
        {
            _folder.Write($"in/{run}.ndjson", Records.Failure($"f{run}", $"2026-03-01T1{run}:40:00Z") + Records.Activation($"a{run}", $"2026-03-01T1{run}:50:00Z", $"u{run}"));
            Assert.Equal(ExitCode.Done, Cli.Run("run", "--once", "--config", config).Exit);
        }

        var store = new FileCheckpointStore(new FileCheckpointOptions { Path = _folder.At("state") });
        await using var lease = await store.TryAcquireAsync("test", Stop) ?? throw new InvalidOperationException("Another has it.");
        var journal = new JournalReader(lease, CheckpointHead.Parse((await lease.ReadHeadAsync(Stop))!.Value));
        return await journal.ReadAsync(withEnd: true, Stop).ToListAsync(Stop);
    }

    private string Config() => _folder.Write("run.json", $$"""
        {"Source": {"Kind": "files", "Files": {"Paths": ["{{_folder.At("in")}}"] } }, "Sinks": {"File": {"Path": "{{_folder.At("alerts.ndjson")}}"} },
         "Checkpoints": {"Files": {"Path": "{{_folder.At("state")}}" }, "Interval": "00:00:00.020", "JournalBytes": 10000} }
        """);
}
