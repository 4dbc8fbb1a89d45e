using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Detector.Testing;

namespace Detector.Deploy.Tests;

/// <summary>
/// The Dockerfile, as far as it can be held to be true without an engine: what it copies is there, what it runs works, and what
/// it publishes runs as the image would run it.
/// </summary>
public sealed partial class DockerfileTests
{
    private static readonly TimeSpan s_publish = TimeSpan.FromMinutes(10);
    private static readonly string[] s_lines = [.. File.ReadAllLines(RepositoryFolder.Path("Dockerfile")).Where(line => line.Length > 0 && line[0] != '#')];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void What_it_copies_is_there_and_is_not_left_out_of_the_build()
    {
        var ignored = File.ReadAllLines(RepositoryFolder.Path(".dockerignore")).Select(line => line.TrimEnd('/')).ToList();
        var copied = Arguments("COPY").Where(args => !args[0].StartsWith("--from", StringComparison.Ordinal)).Select(args => args[^2]).ToList();
        Assert.Equal([".", "rules"], copied);
        Assert.All(copied, path => Assert.True(Path.Exists(RepositoryFolder.Path(path)), path));
        Assert.All(copied, path => Assert.DoesNotContain(path, ignored));
        Assert.DoesNotContain(ignored, path => path is "src" or "rules" or "Directory.Packages.props");

        // Of another stage: what that has made.
        Assert.Equal(["/app", "/state"], Arguments("COPY").Where(args => args[0] == "--from=build").Select(args => args[^2]));
        Assert.Contains(s_lines, line => line == "RUN mkdir /state");
        Assert.Contains(s_lines, line => line.StartsWith("RUN dotnet publish src/Detector.Host ", StringComparison.Ordinal) && line.Contains(" -o /app ", StringComparison.Ordinal));
    }

    [Fact]
    public void Its_bases_are_those_of_the_framework()
    {
        var framework = FrameworkVersion().Match(File.ReadAllText(RepositoryFolder.Path("Directory.Build.props"))).Groups["version"].Value;
        Assert.Equal([$"mcr.microsoft.com/dotnet/sdk:{framework} AS build", $"mcr.microsoft.com/dotnet/runtime-deps:{framework}"], Arguments("FROM").Select(args => string.Join(' ', args)));
    }

    [Fact]
    public void It_runs_as_nobody_and_keeps_its_state_in_a_volume()
    {
        Assert.Equal("$APP_UID", Arguments("USER").Last()[0]);
        Assert.Equal(["/state"], Arguments("VOLUME").Select(args => args[0]));

        // Where the worker keeps state when nothing is said, from its working directory.
        Assert.Equal(["/"], Arguments("WORKDIR").TakeLast(1).Select(args => args[0]));
        var settings = BicepTests.SettingsOf("""{"Source": {"Files": {"Paths": ["in"]}}, "Sinks": {"Console": {}}}""");
        Assert.Equal("/state", Path.Combine("/", settings.Checkpoints.Path));
        Assert.Contains(Arguments("COPY"), args => args.Contains("--chown=$APP_UID:$APP_UID") && args[^1] == "/state");
    }

    [Fact]
    public async Task What_it_publishes_runs_and_its_health_check_is_a_command_that_there_is()
    {
        var app = await PublishedAsync();

        // The image is that of the framework: it has no library but those of the C runtime and of the framework.
        var library = Assert.Single(Directory.EnumerateFiles(app, "*librdkafka*"));
        Assert.Equal(-1, (await File.ReadAllBytesAsync(library, Cancellation)).AsSpan().IndexOf("libsasl2.so"u8));
        Assert.Equal("127.0.0.1:", (await BrokerAsync(app))[..10]);
        var (version, said, _) = await RunAsync(app, "--version");
        Assert.Equal(0, version);
        Assert.Matches(@"^\d+\.\d+\.\d+", said);

        // As HEALTHCHECK asks, with no worker there.
        var check = JsonSerializer.Deserialize<string[]>(string.Join(' ', Arguments("HEALTHCHECK").Single().SkipWhile(arg => arg != "CMD").Skip(1)))!;
        Assert.Equal("/app/detector", check[0]);
        var (health, _, error) = await RunAsync(app, [.. check[1..], "--url", "http://127.0.0.1:1/"]);
        Assert.Equal(1, health);
        Assert.Contains("http://127.0.0.1:1/healthz does not answer", error, StringComparison.Ordinal);
        Assert.Equal("/app/detector", JsonSerializer.Deserialize<string[]>(Arguments("ENTRYPOINT").Single()[0])![0]);
    }

    // The command of the Dockerfile, and its clean-up, beside the other builds.
    private static async Task<string> PublishedAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The image is one of Linux.");
        Assert.SkipUnless(HasLinker(), "Neither clang nor gcc is here, which the native program needs: what the Dockerfile publishes is not tried.");
        var line = s_lines.Single(line => line.StartsWith("RUN dotnet publish ", StringComparison.Ordinal));
        var app = RepositoryFolder.Path("artifacts/image/app");
        var command = line["RUN ".Length..].Replace("/app", app, StringComparison.Ordinal).Replace("dotnet publish ", $"dotnet publish --artifacts-path '{RepositoryFolder.Path("artifacts/image/build")}' ", StringComparison.Ordinal);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(s_publish);
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = RepositoryFolder.Path("."), RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var output = shell.StandardOutput.ReadToEndAsync(patience.Token);
        var error = shell.StandardError.ReadToEndAsync(patience.Token);
        await shell.WaitForExitAsync(patience.Token);
        Assert.True(shell.ExitCode == 0, await output + await error);
        return app;
    }

    private static bool HasLinker() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "clang")) || File.Exists(Path.Combine(folder, "gcc")));

    // With nothing to write to but what the image has.
    private static async Task<(int Exit, string Out, string Error)> RunAsync(string app, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(app, "detector"), args) { WorkingDirectory = "/", RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        var error = process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, await output, await error);
    }

    // It loads the library that the worker reads hubs with.
    private static async Task<string> BrokerAsync(string app)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(app, "detector"), ["broker", "--topic", "audit"]) { WorkingDirectory = "/", RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false })!;
        try
        {
            return await process.StandardOutput.ReadLineAsync(Cancellation) ?? "";
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(Cancellation);
        }
    }

    private static IEnumerable<string[]> Arguments(string instruction) => s_lines.Where(line => line.StartsWith($"{instruction} ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1..]);

    [GeneratedRegex("<TargetFramework>net(?<version>[0-9.]+)</TargetFramework>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex FrameworkVersion();
}
