using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Azure.Storage;
using Azure.Storage.Blobs;
using Detector.Checkpoints.Blobs;
using Detector.Testing;

namespace Detector.Checkpoints.Tests.Blobs;

/// <summary>
/// The blob service on this machine, as a process that ends with the tests. It is installed once, from the lock file
/// beside this one; without npm or its packages the tests skip and say why.
/// </summary>
public sealed partial class Azurite : IAsyncLifetime
{
    public const string Collection = "azurite";

    private const string Account = "detector";

    private readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
    private Process? _process;
    private string? _reason;
    private int _containers;
    private Uri? _endpoint;

    /// <summary>Where it listens, without the account. Skips the test where there is none.</summary>
    public Uri Endpoint
    {
        get
        {
            Assert.SkipWhen(_endpoint is null, _reason ?? "Azurite is not there.");
            return _endpoint;
        }
    }

    public async ValueTask InitializeAsync()
    {
        try
        {
            await StartAsync(await NpmFolder.InstallAsync("tests/Detector.Checkpoints.Tests/Blobs/azurite", "azurite"));
        }
        catch (Exception cause) when (cause is System.ComponentModel.Win32Exception or InvalidOperationException or IOException or OperationCanceledException)
        {
            _reason = $"Azurite cannot be run here, so blobs are not tested: {cause.Message}";
        }
    }

    /// <summary>A container of its own for a test.</summary>
    /// <param name="through">Where requests go instead of to Azurite itself.</param>
    /// <param name="isMade">Whether it exists.</param>
    public async Task<BlobCheckpointOptions> ContainerAsync(Uri? through = null, bool isMade = true)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test-{Interlocked.Increment(ref _containers)}");
        var container = Client(name);
        if (isMade) await container.CreateAsync();
        return new BlobCheckpointOptions
        {
            Container = new Uri(through ?? Endpoint, $"/{Account}/{name}"),
            AccountKey = _key,
            LeaseTime = TimeSpan.FromSeconds(2),
            TryTimeout = TimeSpan.FromSeconds(5),
        };
    }

    /// <summary>The container itself, to look at and to damage.</summary>
    public BlobContainerClient Client(string container) => new(new Uri(Endpoint, $"/{Account}/{container}"), new StorageSharedKeyCredential(Account, _key));

    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task StartAsync(string folder)
    {
        string[] arguments = ["start.js", "--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck", "--silent", "--blobPort", "0"];
        var start = new ProcessStartInfo("node", arguments) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["AZURITE_ACCOUNTS"] = $"{Account}:{_key}";
        _process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (Listening().Match(line) is not { Success: true } match) continue;
            _endpoint = new Uri($"http://127.0.0.1:{match.Groups["port"].Value}/");
            _process.BeginErrorReadLine();
            _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            return;
        }

        throw new InvalidOperationException($"it ended: {(await _process.StandardError.ReadToEndAsync(patience.Token)).Trim()}");
    }

    [GeneratedRegex(@"listens on http://127\.0\.0\.1:(?<port>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Listening();
}

/// <summary>The tests that share one Azurite.</summary>
[CollectionDefinition(Azurite.Collection)]
public sealed class AzuriteTests : ICollectionFixture<Azurite>;
