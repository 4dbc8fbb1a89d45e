using System.Globalization;
using Detector.Checkpoints;
using Detector.Engine.Pipeline;
using Detector.Engine.Rules;
using Detector.Host.Run.Checkpointing;
using Detector.Host.Run.Settings;
using Detector.Sources.Files;

namespace Detector.Host.Run.WarmUp;

/// <summary>
/// Reads the past before the first live record, where there is no checkpoint yet, and makes the first checkpoint of it. What
/// arises of the past goes to no sink. Until that checkpoint is written nothing is: a crash makes it begin again.
/// </summary>
internal sealed class WarmUpRun(WorkerParts parts)
{
    private static readonly TimeSpan s_tellEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_retryMin = TimeSpan.FromSeconds(5), s_retryMax = TimeSpan.FromMinutes(5);

    private bool _hasTold;

    /// <summary>What it is at or waits for, as a sentence; null when it is not at work.</summary>
    public string? Waiting { get; private set; }

    /// <summary>Reads the past when that is wanted and there is no checkpoint.</summary>
    /// <exception cref="InputException">It cannot be read, and the worker has no time to wait for it (<c>--once</c>).</exception>
    public async Task RunAsync(ICheckpointLease lease, DetectionPlan plan, CancellationToken stop)
    {
        if (parts.Settings.WarmUp is not { } settings) return;
        if (await lease.ReadHeadAsync(stop) is not null)
        {
            if (!_hasTold) parts.Tell("Warm-up skipped: there is a checkpoint, and the worker goes on from it.");
            _hasTold = true;
            return;
        }

        _hasTold = true;
        for (var delay = s_retryMin; ; delay = delay * 2 < s_retryMax ? delay * 2 : s_retryMax)
        {
            try
            {
                await ReadAsync(settings, lease, plan, stop);
                return;
            }
            catch (InputException cause) when (settings.GoesOnWithout)
            {
                Waiting = null;
                parts.Tell($"Warm-up failed: {cause.Message} The worker goes on without it (WarmUp:OnFailure), and rules that have to know the past learn it as it comes.");
                return;
            }
            catch (InputException cause) when (!parts.Once)
            {
                Waiting = $"The past cannot be read: {cause.Message}";
                parts.Tell(string.Create(CultureInfo.InvariantCulture, $"Warm-up failed: {cause.Message} It is tried again in {delay.TotalSeconds:0} seconds; nothing live is read before (WarmUp:OnFailure)."));
                await Task.Delay(delay, parts.Clock, stop);
            }
        }
    }

    private async Task ReadAsync(WarmUpSettings settings, ICheckpointLease lease, DetectionPlan plan, CancellationToken stop)
    {
        var started = parts.Clock.GetTimestamp();
        var (since, until) = settings.Span(parts.Clock.GetUtcNow().UtcDateTime);
        parts.Tell($"Warm-up: there is no checkpoint yet, so the past is read from {settings.Name}{(since > DateTime.MinValue ? $", {since:yyyy-MM-dd'T'HH:mm:ss'Z'} and later" : "")}. What happened before {until:yyyy-MM-dd'T'HH:mm:ss'Z'} is sent to no sink.");
        TellOfLearners(plan, since, until);
        using var past = new Past(plan, since, until);
        var source = parts.Past!(plan, since, until);
        var reading = Task.Run(() => past.Read(source, stop), stop);
        while (!reading.IsCompleted)
        {
            await reading.WaitAsync(s_tellEvery, parts.Clock, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (reading.IsCompleted) break;
            Waiting = $"Warm-up: {Progress(source.Progress)}";
            parts.Tell(Waiting);
        }

        await reading;
        await SaveAsync(past, lease, stop);
        Waiting = null;
        parts.Tell(string.Create(CultureInfo.InvariantCulture, $"Warm-up done in {parts.Clock.GetElapsedTime(started):hh':'mm':'ss}: {source.Progress.Records:N0} records, {source.Progress.Rejects:N0} rejected; {past.Alerts:N0} alerts of the past are not sent."));
    }

    // A store that is out of reach for a moment must not cost the reading of weeks.
    private async Task SaveAsync(Past past, ICheckpointLease lease, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                var name = PartRange.BaseName(lease.Epoch, 0);
                await lease.WritePartAsync(
                    name,
                    (stream, _) =>
                    {
                        past.Save(stream);
                        return Task.CompletedTask;
                    },
                    stop);
                await lease.WriteHeadAsync(new CheckpointHead { Base = name, Quiet = past.Open }.ToJson(), stop);
                return;
            }
            catch (IOException cause)
            {
                Waiting = $"The checkpoint of the warm-up cannot be written: {cause.Message}";
                parts.Tell($"{Waiting} It is tried again.");
                await Task.Delay(s_retryMin, parts.Clock, stop);
            }
        }
    }

    private void TellOfLearners(DetectionPlan plan, DateTime since, DateTime until)
    {
        foreach (var rule in plan.Rules.Windows.OfType<FirstSeenRule>().Where(rule => until - since < rule.WarmUp).OrderBy(rule => rule.Name, StringComparer.Ordinal))
            parts.Tell(string.Create(CultureInfo.InvariantCulture, $"Warm-up: {rule.Name} has to learn for {rule.WarmUp.TotalDays:0.#} days, and no more than {(until - since).TotalDays:0.#} are read: it stays silent for the rest. Read more with WarmUp:Days."));
    }

    private static string Progress(ReadProgress progress)
    {
        var share = progress.Share ?? (progress is { HasEnd: true, BytesTotal: > 0 } ? (double)progress.BytesDone / progress.BytesTotal : null);
        return string.Create(CultureInfo.InvariantCulture, $"{(share is { } known ? $"{known:P0} of the past is" : "the past is being")} read, {progress.Records:N0} records so far.");
    }
}
