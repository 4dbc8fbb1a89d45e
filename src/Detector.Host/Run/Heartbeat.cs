using System.Globalization;
using Detector.Sinks.Delivery;

namespace Detector.Host.Run;

/// <summary>
/// Says at a set interval, into a sink that people read, that Detector runs and what is not well: a flow behind a webhook can die without anybody
/// being told, and then this is what is missed. Counted from midnight in the tenant's time zone, so that a restart moves nothing; in quiet hours it waits for their end.
/// </summary>
internal sealed class Heartbeat(IHeartbeatSink sink, TimeSpan every, QuietHours? quiet, TimeZoneInfo zone, Func<IReadOnlyList<string>> report, TimeProvider clock, Action<string> tell)
{
    private static readonly TimeSpan s_againAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    /// <summary>The sink's name.</summary>
    public string Name => sink.Name;

    /// <summary>Why the last one was not accepted, as a sentence; null while all is well.</summary>
    public string? Trouble { get; private set; }

    /// <summary>The next time, UTC, after one.</summary>
    public DateTime Next(DateTime after)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(after, zone);
        var due = local.Date + every * (Math.Floor(local.TimeOfDay / every) + 1);

        // Each day begins anew, so that an interval that does not divide it keeps its hours.
        if (due.Date > local.Date) due = local.Date.AddDays(1);
        while (zone.IsInvalidTime(due)) due = due.AddMinutes(15);
        var next = TimeZoneInfo.ConvertTimeToUtc(DateTime.SpecifyKind(due, DateTimeKind.Unspecified), zone);
        if (next <= after) next = after + every;
        return next + (quiet?.Left(next) ?? TimeSpan.Zero);
    }

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var now = clock.GetUtcNow().UtcDateTime;
            await Task.Delay(Next(now) - now, clock, cancellation);
            while (!await TrySayAsync(cancellation)) await Task.Delay(s_againAfter, clock, cancellation);
        }
    }

    private async Task<bool> TrySayAsync(CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(s_deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        var next = TimeZoneInfo.ConvertTimeFromUtc(Next(clock.GetUtcNow().UtcDateTime), zone);
        try
        {
            await sink.SendHeartbeatAsync("Detector is on watch", [.. report(), string.Create(CultureInfo.InvariantCulture, $"The next of these messages comes on {next:dddd d MMMM} at {next:HH:mm}. If it does not, look at the worker and at what stands behind this channel.")], either.Token).WaitAsync(either.Token);
            Trouble = null;
            return true;
        }
#pragma warning disable CA1031 // Whatever the sink meets, it is tried again.
        catch (Exception cause) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            var reason = cause is OperationCanceledException ? $"it did not answer within {s_deadline.TotalSeconds:0} seconds." : cause.Message;
            if (Trouble is null) tell($"{sink.Name}: the heartbeat could not be sent and is tried again: {reason}");
            Trouble = $"The heartbeat of {sink.Name} is not accepted: {reason}";
            return false;
        }
    }
}
