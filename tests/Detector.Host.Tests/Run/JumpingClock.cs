namespace Detector.Host.Tests.Run;

/// <summary>A wall clock that somebody sets; what measures spans goes on as it should.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private long _offset;

    public void Jump(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _offset));
}
