namespace Detector.Sinks.Delivery;

/// <summary>
/// How many messages a sink that people read may get: so many at once, then one each so often. The last few are kept for critical
/// alerts, which never wait behind a storm.
/// </summary>
/// <param name="Burst">Messages at once.</param>
/// <param name="RefillEvery">A further one after so long.</param>
/// <param name="Reserve">Of the burst, those that only critical alerts may use.</param>
public sealed record SinkPace(int Burst, TimeSpan RefillEvery, int Reserve)
{
    /// <summary>For a channel that people read: ten messages at once, and two a minute; three of the ten are for critical alerts.</summary>
    public static SinkPace Channel { get; } = new(10, TimeSpan.FromSeconds(30), 3);
}

/// <summary>What is left of a <see cref="SinkPace"/> at each moment.</summary>
internal sealed class PaceBucket(SinkPace pace, TimeProvider clock)
{
    private double _left = pace.Burst;
    private long _at = clock.GetTimestamp();

    /// <summary>How long a message has to wait; zero for not at all.</summary>
    public TimeSpan WaitFor(bool isCritical)
    {
        Refill();
        var need = 1 + (isCritical ? 0 : pace.Reserve);
        return _left >= need ? TimeSpan.Zero : pace.RefillEvery * (need - _left);
    }

    /// <summary>A message went out.</summary>
    public void Take()
    {
        Refill();
        _left = Math.Max(0, _left - 1);
    }

    private void Refill()
    {
        var now = clock.GetTimestamp();
        _left = Math.Min(pace.Burst, _left + (clock.GetElapsedTime(_at, now) / pace.RefillEvery));
        _at = now;
    }
}
