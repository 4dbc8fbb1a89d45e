using System.Globalization;
using Detector.Checkpoints;
using Detector.Host.Run.WarmUp;
using Microsoft.Extensions.Hosting;

namespace Detector.Host.Run;

/// <summary>
/// The hosted worker: takes the lease or stands by for it, and runs sessions until it is stopped. A change of the rules ends
/// a session and begins the next under the new ones.
/// </summary>
internal sealed class Worker(WorkerParts parts, WorkerRules rules, IHostApplicationLifetime lifetime) : BackgroundService
{
    private static readonly TimeSpan s_standBy = TimeSpan.FromSeconds(1);

    private readonly WarmUpRun _warmUp = new(parts);
    private string? _trouble;

    /// <summary>The session that runs; null while there is none.</summary>
    public WorkerSession? Session { get; private set; }

    /// <summary>Why no session runs, as a sentence.</summary>
    public string Waiting { get; private set; } = "It is starting.";

    /// <summary>Whether another worker holds the checkpoints, as it last saw.</summary>
    public bool StandsBy { get; private set; }

    /// <summary>What the process tells its caller.</summary>
    public int Exit { get; private set; } = ExitCode.Done;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var owner = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}");
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                if (await TryWorkAsync(owner, stoppingToken) && parts.Once) break;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // It was asked to stop.
        }
#pragma warning disable CA1031 // Whoever supervises the process shall see that it failed, and start it again.
        catch (Exception cause)
#pragma warning restore CA1031
        {
            parts.Tell(cause is InvalidDataException or CheckpointDamagedException or Sources.Files.InputException or IOException or UnauthorizedAccessException ? cause.Message : cause.ToString());
            Exit = ExitCode.Input;
        }
        finally
        {
            lifetime.StopApplication();
        }
    }

    // A disk that is full or a store that is away may come back, and whoever waits is there at once; a supervisor would take its time.
    private async Task<bool> TryWorkAsync(string owner, CancellationToken stop)
    {
        try
        {
            await using var lease = await parts.Store.TryAcquireAsync(owner, stop);
            StandsBy = lease is null;
            if (lease is not null)
            {
                _trouble = null;
                await HoldAsync(lease, stop);
                return true;
            }

            Waiting = "Another worker holds the checkpoints; this one stands by.";
        }
        catch (IOException cause) when (!parts.Once && !stop.IsCancellationRequested)
        {
            StandsBy = false;
            Waiting = cause.Message;
            if (_trouble != cause.Message) parts.Tell($"{Waiting} It is tried again.");
            _trouble = cause.Message;
        }

        await Task.Delay(s_standBy, parts.Clock, stop);
        return false;
    }

    private async Task HoldAsync(ICheckpointLease lease, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                using var change = CancellationTokenSource.CreateLinkedTokenSource(stop);
                var session = Session = new WorkerSession(parts, lease, rules.InForce, _warmUp);
                var watching = rules.WatchAsync(change);
                await session.RunAsync(() => stop.IsCancellationRequested || !change.IsCancellationRequested, change.Token);
                var ended = !change.IsCancellationRequested;
                await change.CancelAsync();
                await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (ended) return;
            }
        }
        catch (Exception cause) when (cause is LeaseLostException || (cause is OperationCanceledException && lease.Lost.IsCancellationRequested))
        {
            parts.Tell("Another worker has taken over; this one stands by.");
        }
        finally
        {
            Session = null;
        }
    }
}
