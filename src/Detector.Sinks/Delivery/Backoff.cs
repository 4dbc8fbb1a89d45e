namespace Detector.Sinks.Delivery;

/// <summary>
/// Pauses between attempts: they double from a tenth of a second to a minute, each shortened by up to half by chance, so that many
/// senders do not come back at the same moment. What a service asks for is waited for, up to an hour.
/// </summary>
internal sealed class Backoff(Random random)
{
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_most = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_askedMost = TimeSpan.FromHours(1);

    private TimeSpan _next = s_first;

    /// <summary>Begins anew after a success.</summary>
    public void Reset() => _next = s_first;

    /// <summary>The next pause; <paramref name="asked"/> is what the service asks for, null where it does not.</summary>
    public TimeSpan Next(TimeSpan? asked)
    {
        var pause = _next * (0.5 + (random.NextDouble() / 2));
        _next = _next * 2 < s_most ? _next * 2 : s_most;
        if (asked is not { } wished || wished <= pause) return pause;
        return wished < s_askedMost ? wished : s_askedMost;
    }
}
