using System.Diagnostics;
using System.Globalization;
using Detector.Host.Run;

namespace Detector.Host.Tests.Run;

/// <summary>
/// Two workers on the same messages, as processes: one undisturbed, the other not. What both sinks have accepted in the end must be
/// the same. DETECTOR_CRASH_SEED repeats a run, DETECTOR_CRASH_KILLS makes it longer; DETECTOR_CRASH_KEEP names a folder that keeps
/// what the sinks have accepted.
/// </summary>
internal sealed class DisturbedRun : IDisposable
{
    private const double Rate = 600;
    private readonly ITestOutputHelper _output;
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly HubLoad _load;
    private readonly List<DetectorProcess> _disturbed = [];
    private readonly List<string> _sinks = [];
    private string _errors = "";
    private readonly CancellationTokenSource _stop = new();
    private readonly StringWriter _said = new();
    private Task<int>? _here;
    private DetectorProcess? _calm;
    private Task? _sending;

    public DisturbedRun(ITestOutputHelper output, int brokers = 1, int steps = 4)
    {
        _output = output;
        Steps = Setting("DETECTOR_CRASH_KILLS") ?? steps;
        Seed = Setting("DETECTOR_CRASH_SEED") ?? Environment.ProcessId;
        Random = new Random(Seed);
        _load = new HubLoad((ulong)Seed, records: 3_000 + 600 * Steps);
        Broker = DetectorProcess.Start(Folder.Path, "broker", "--topic", HubLoad.Topic, "--partitions", $"{_load.Partitions}", "--brokers", $"{brokers}");
        output.WriteLine($"seed {Seed}, {Steps} disturbances, {_load.Count} records");
    }

    public Folder Folder { get; } = new();

    public int Seed { get; }

    /// <summary>How often it is disturbed.</summary>
    public int Steps { get; }

    public Random Random { get; }

    public int Partitions => _load.Partitions;

    public DetectorProcess Broker { get; }

    /// <summary>Where the broker is.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The workers that are disturbed.</summary>
    public IReadOnlyList<DetectorProcess> Disturbed => _disturbed;

    /// <summary>Starts the undisturbed worker, and the others under these names; each has a file <c>NAME.ndjson</c> as its sink.</summary>
    /// <param name="names">The names.</param>
    /// <param name="checkpoints">Settings for checkpoints, as members of JSON, for a name; null for a folder of its own.</param>
    /// <param name="sink">The file of the sink of a name; null for that in the folder.</param>
    /// <param name="clock">A clock for another worker, in this process; null for none.</param>
    public async Task StartAsync(IReadOnlyList<string> names, Func<string, string>? checkpoints = null, Func<string, string>? sink = null, TimeProvider? clock = null)
    {
        Address = await Broker.LineAsync(_cancellation);
        _calm = DetectorProcess.Start(Folder.Path, "run", "--config", Config("calm", $"\"Files\": {{\"Path\": \"calm-state\"}}", Folder.At("calm.ndjson")));
        foreach (var name in names)
        {
            var file = sink?.Invoke(name) ?? Folder.At($"{name}.ndjson");
            _sinks.Add(file);
            Config(name, checkpoints?.Invoke(name) ?? $"\"Files\": {{\"Path\": \"{name}-state\"}}", file);
            _disturbed.Add(Start(name));
        }

        if (clock is not null)
        {
            _sinks.Add(Folder.At("here.ndjson"));
            var config = Config("here", "\"Files\": {\"Path\": \"" + Folder.At("here-state") + "\"}", _sinks[^1]);
            _here = Task.Run(() => WorkerHost.RunAsync(config, once: false, new HostStreams { Out = Stream.Null, Error = TextWriter.Synchronized(_said), Clock = clock }, _stop.Token), _cancellation);
        }

        _sending = Task.Run(() => _load.Send(Address, Rate, _cancellation), _cancellation);
    }

    public Task PauseAsync(int from, int to) => Task.Delay(Random.Next(from, to), _cancellation);

    /// <summary>kill -9, and started again.</summary>
    public void Kill(int number, string name)
    {
        Assert.False(_disturbed[number].HasExited, _disturbed[number].Errors);
        _disturbed[number].Kill();
        _errors += _disturbed[number].Errors;
        _disturbed[number].Dispose();
        _disturbed[number] = Start(name);
    }

    /// <summary>Waits until both have said everything, stops them, and compares.</summary>
    /// <param name="hasCrashed">Whether repeats may be: of what a sink had accepted in the moment before.</param>
    public async Task<RecordedAlerts> EqualAsync(bool hasCrashed)
    {
#pragma warning disable VSTHRD003 // It was begun by this object and waits for no context.
        await _sending!;
#pragma warning restore VSTHRD003
        var (undisturbed, disturbed) = await SettledAsync();
        Assert.Equal(0, await _calm!.StopAsync(_cancellation));
        await _stop.CancelAsync();
#pragma warning disable VSTHRD003 // As above.
        if (_here is not null) Assert.Equal(0, await _here);
#pragma warning restore VSTHRD003
        _errors += _said;
        foreach (var worker in _disturbed)
        {
            Assert.Equal(0, await worker.StopAsync(_cancellation));
            _errors += worker.Errors;
        }

        if (Environment.GetEnvironmentVariable("DETECTOR_CRASH_KEEP") is { Length: > 0 } keep)
        {
            foreach (var path in (string[])[Folder.At("calm.ndjson"), .. _sinks]) File.Copy(path, Path.Combine(keep, Path.GetFileName(path)), overwrite: true);
        }

        _output.WriteLine($"{Steps} kills, {_load.Count} records, {undisturbed.Ids.Count} alerts, {disturbed.Repeats} repeats of {disturbed.Lines} lines");
        if (undisturbed.Ids.Count != disturbed.Ids.Count) _output.WriteLine(_errors);
        Assert.DoesNotContain("may be lost", _errors, StringComparison.Ordinal);
        Assert.NotEmpty(undisturbed.Findings);
        Assert.Equal(0, undisturbed.Repeats);
        Assert.Equal(undisturbed.Findings, disturbed.Findings);
        Assert.Equal(undisturbed.Ids.Count, disturbed.Ids.Count);
        Assert.Empty(disturbed.Contradictions);
        if (!hasCrashed) Assert.Equal(0, disturbed.Repeats);
        return disturbed;
    }

    public void Dispose()
    {
        foreach (var process in _disturbed) process.Dispose();
        _calm?.Dispose();
        _stop.Dispose();
        _said.Dispose();
        Broker.Dispose();
        Folder.Dispose();
    }

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : null;

    private DetectorProcess Start(string name) => DetectorProcess.Start(Folder.Path, "run", "--config", Folder.At($"{name}.json"));

    // Until both have said the same and say no more; a worker that was just started may say nothing for a while.
    private async Task<(RecordedAlerts Undisturbed, RecordedAlerts Disturbed)> SettledAsync()
    {
        var since = Stopwatch.StartNew();
        var last = -1;
        while (true)
        {
            await Task.Delay(1500, _cancellation);
            var undisturbed = RecordedAlerts.Read(Folder.At("calm.ndjson"));
            var disturbed = RecordedAlerts.Read(_sinks);
            var lines = undisturbed.Lines + disturbed.Lines;
            var isEqual = undisturbed.Ids.Count == disturbed.Ids.Count && undisturbed.Findings.SequenceEqual(disturbed.Findings, StringComparer.Ordinal);
            if (lines == last && (isEqual || since.Elapsed > TimeSpan.FromSeconds(150))) return (undisturbed, disturbed);
            last = lines;
        }
    }

    private string Config(string name, string checkpoints, string sink) => Folder.Write(
        $"{name}.json",
        $$$$"""
        {"Source": {"Kind": "eventhubs", "EventHubs": {"Brokers": "{{{{Address}}}}", "Topics": ["{{{{HubLoad.Topic}}}}"], "Auth": "none"}},
         "Checkpoints": {"Interval": "00:00:00.300", "JournalBytes": 200000, {{{{checkpoints}}}}},
         "Sinks": {"File": {"Path": "{{{{sink}}}}"}}}
        """);
}
