using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;

namespace Detector.Benchmarks.Live;

/// <summary>A stand-in broker and a worker that reads from it, in a folder of their own.</summary>
internal sealed class LiveStage : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("detector-live-");
    private readonly StringBuilder _said = new();
    private readonly Uri _health = new($"http://127.0.0.1:{FreePort()}/");
    private readonly string _program;

    private LiveStage(string program, IReadOnlyList<string> topics, int partitions)
    {
        _program = program;
        Broker = Start(program, _folder.FullName, ["broker", .. topics.SelectMany(topic => (string[])["--topic", topic]), "--partitions", $"{partitions}"]);
        Worker = null!;
    }

    public Process Broker { get; }

    public Process Worker { get; private set; }

    /// <summary>Where the broker listens.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Where the worker's metrics are.</summary>
    public Uri Metrics { get; } = new($"http://127.0.0.1:{FreePort()}/");

    /// <summary>What the worker has said.</summary>
    public string Words
    {
        get
        {
            lock (_said) return _said.ToString();
        }
    }

    /// <summary>Starts both; returns when the worker is ready.</summary>
    public static async Task<LiveStage> StartAsync(string program, IReadOnlyList<string> topics, int partitions)
    {
        var stage = new LiveStage(program, topics, partitions);
        try
        {
            stage.Address = await stage.Broker.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The broker did not start.");
            await File.WriteAllTextAsync(Path.Combine(stage._folder.FullName, "run.json"), $$"""
                {"Source": {"Kind": "eventhubs", "EventHubs": {"Brokers": "{{stage.Address}}", "Auth": "none", "Topics": [{{string.Join(", ", topics.Select(topic => $"\"{topic}\""))}}]} },
                 "Sinks": {"File": {"Path": "alerts.ndjson"} }, "Health": {"Url": "{{stage._health}}"}, "Telemetry": {"Prometheus": {"Url": "{{stage.Metrics}}"} } }
                """);
            await stage.StartWorkerAsync();
            return stage;
        }
        catch
        {
            stage.Dispose();
            throw;
        }
    }

    /// <summary>Starts the worker, and returns when it is ready.</summary>
    public async Task StartWorkerAsync()
    {
        lock (_said) _said.Clear();
        Worker = Start(_program, _folder.FullName, "run", "--config", "run.json");
        Worker.ErrorDataReceived += (_, line) =>
        {
            lock (_said) _said.AppendLine(line.Data);
        };
        Worker.BeginErrorReadLine();
        await WaitUntilReadyAsync(_health, Worker);
    }

    /// <summary>Bytes of the files under a name in the folder.</summary>
    public long BytesOf(string name) => new DirectoryInfo(Path.Combine(_folder.FullName, name)).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    /// <summary>Starts another process beside them.</summary>
    public static Process Start(string program, string folder, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = arguments[0] == "run", RedirectStandardInput = true, UseShellExecute = false })!;

    /// <summary>Stops the worker as systemd does, and waits for its end.</summary>
    public async Task StopWorkerAsync()
    {
        using (var stop = Process.Start("kill", ["-TERM", Worker.Id.ToString(CultureInfo.InvariantCulture)])) await stop.WaitForExitAsync();
        await Worker.WaitForExitAsync();
    }

    public void Dispose()
    {
        foreach (var process in (Process?[])[Worker, Broker])
        {
            if (process is { HasExited: false }) process.Kill();
            process?.WaitForExit();
            process?.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private static async Task WaitUntilReadyAsync(Uri health, Process worker)
    {
        using var http = new HttpClient();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < s_patience; await Task.Delay(50))
        {
            if (worker.HasExited) throw new InvalidOperationException("The worker has ended.");
            try
            {
                using var answer = await http.GetAsync(new Uri(health, "readyz"));
                if (answer.StatusCode == HttpStatusCode.OK) return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }

        throw new InvalidOperationException("The worker was not ready within a minute.");
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
