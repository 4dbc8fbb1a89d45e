using System.Net;
using System.Net.Sockets;

namespace Detector.Host.Tests.Run;

/// <summary><c>detector health</c>: what a container's health check asks.</summary>
public sealed class HealthTests : IDisposable
{
    private readonly Folder _folder = new();
    private readonly int _port = FreePort();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_says_whether_the_worker_does_its_work_and_what_does_not()
    {
        // Listens on every address, as in a container; it is asked on its own.
        var config = Config($"http://0.0.0.0:{_port}/");
        using var worker = DetectorProcess.Start(_folder.Path, "run", "--config", config);
        await UntilAsync(ExitCode.Done, worker, "health", "--live", "--config", config);
        Assert.Equal("alive\n", Cli.Run("health", "--live", "--config", config).Out);

        await UntilAsync(ExitCode.Found, worker, "health", "--config", config);
        var outcome = await SaysAsync("is not there (yet)", "health", "--config", config);
        Assert.Equal(ExitCode.Found, outcome.Exit);
        Assert.StartsWith("not ready\n", outcome.Out, StringComparison.Ordinal);
        Assert.Contains($"source: {_folder.At("in")} is not there (yet).", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("sink:File: ok", outcome.Out, StringComparison.Ordinal);

        Directory.CreateDirectory(_folder.At("in"));
        await UntilAsync(ExitCode.Done, worker, "health", "--url", $"http://127.0.0.1:{_port}/");
        Assert.StartsWith("ready\n", Cli.Run("health", "--config", config).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_stops_no_detection_and_is_taken_up_later()
    {
        var other = FreePort();
        var listener = new TcpListener(IPAddress.Loopback, _port);
        listener.Start();
        using var metrics = new TcpListener(IPAddress.Loopback, other);
        metrics.Start();
        Directory.CreateDirectory(_folder.At("in"));
        _folder.Write("in/a.ndjson", Records.Activation("a1", Records.SundayNight));
        var config = _folder.Write("run.json", $$$"""
            {"Source": {"Files": {"Paths": ["in"]}}, "Sinks": {"File": {"Path": "alerts.ndjson"}},
             "Health": {"Url": "http://127.0.0.1:{{{_port}}}/"}, "Telemetry": {"Prometheus": {"Url": "http://127.0.0.1:{{{other}}}/"} } }
            """);
        using var worker = DetectorProcess.Start(_folder.Path, "run", "--config", config);
        for (var i = 0; i < 600 && !worker.HasExited && (_folder.Lines("alerts.ndjson").Length == 0 || !worker.Errors.Contains("tried again", StringComparison.Ordinal)); i++) await Task.Delay(50, Cancellation);
        Assert.NotEmpty(_folder.Lines("alerts.ndjson"));
        Assert.Contains($"http://127.0.0.1:{_port}/ cannot be listened on and is tried again", worker.Errors, StringComparison.Ordinal);
        Assert.Contains($"http://127.0.0.1:{other}/metrics/ cannot be listened on and is tried again", worker.Errors, StringComparison.Ordinal);

        listener.Stop();
        await UntilAsync(ExitCode.Done, worker, "health", "--config", config);
        Assert.Equal(0, await worker.StopAsync(Cancellation));
    }

    [Fact]
    public async Task A_place_for_checkpoints_that_cannot_be_used_is_told_of_and_waited_for()
    {
        // A file lies where the folder should be.
        _folder.Write("state", "");
        Directory.CreateDirectory(_folder.At("in"));
        var config = Config($"http://127.0.0.1:{_port}/");
        using var worker = DetectorProcess.Start(_folder.Path, "run", "--config", config);
        var outcome = await SaysAsync("cannot be used", "health", "--config", config);
        Assert.Equal(ExitCode.Found, outcome.Exit);
        Assert.Contains($"worker: The checkpoint folder {_folder.At("state")} cannot be used: ", outcome.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Input, Cli.Run("run", "--once", "--config", config).Exit);

        File.Delete(_folder.At("state"));
        await UntilAsync(ExitCode.Done, worker, "health", "--config", config);
        Assert.Equal(0, await worker.StopAsync(Cancellation));
    }

    [Fact]
    public void Where_nobody_answers_that_is_said()
    {
        var outcome = Cli.Run("health", "--config", Config($"http://127.0.0.1:{_port}/"));
        Assert.Equal(ExitCode.Found, outcome.Exit);
        Assert.Contains($"http://127.0.0.1:{_port}/readyz does not answer: ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_address_it_says_what_to_set()
    {
        var outcome = Cli.Run("health", "--config", Config(url: null));
        Assert.Equal(ExitCode.Usage, outcome.Exit);
        Assert.Contains("Health:Url is not set", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, Cli.Run("health", "--url", "localhost").Exit);
    }

    [Fact]
    public async Task Another_program_on_that_port_is_no_worker()
    {
        using var listener = new HttpListener();
        listener.Prefixes.Add($"http://127.0.0.1:{_port}/");
        listener.Start();
        var answering = Task.Run(
            async () =>
            {
                var context = await listener.GetContextAsync();
                context.Response.StatusCode = 404;
                context.Response.Close();
            },
            Cancellation);
        var outcome = Cli.Run("health", "--url", $"http://127.0.0.1:{_port}/");
        await answering;
        Assert.Equal(ExitCode.Found, outcome.Exit);
        Assert.Contains("404, and not that of a worker", outcome.Out, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static async Task UntilAsync(int exit, DetectorProcess worker, params string[] args)
    {
        var outcome = Cli.Run(args);
        for (var i = 0; i < 600 && outcome.Exit != exit && !worker.HasExited; i++)
        {
            await Task.Delay(50, Cancellation);
            outcome = Cli.Run(args);
        }

        Assert.True(outcome.Exit == exit, $"{outcome.Out}{outcome.Error}{worker.Errors}");
    }

    private static async Task<Outcome> SaysAsync(string text, params string[] args)
    {
        var outcome = Cli.Run(args);
        for (var i = 0; i < 600 && !outcome.Out.Contains(text, StringComparison.Ordinal); i++)
        {
            await Task.Delay(50, Cancellation);
            outcome = Cli.Run(args);
        }

        return outcome;
    }

    private string Config(string? url) => _folder.Write("run.json", $$$"""
        {"Source": {"Files": {"Paths": ["{{{_folder.At("in")}}}"]}}, "Checkpoints": {"Files": {"Path": "{{{_folder.At("state")}}}"}},
         "Sinks": {"File": {"Path": "{{{_folder.At("alerts.ndjson")}}}"}} {{{(url is null ? "" : $", \"Health\": {{\"Url\": \"{url}\"}}")}}} }
        """);
}
