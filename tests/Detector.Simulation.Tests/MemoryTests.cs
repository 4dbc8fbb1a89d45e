using Xunit;

namespace Detector.Simulation.Tests;

/// <summary>Alone, since other tests would be measured too.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryTestsAlone;

[Collection(nameof(MemoryTests))]
public sealed class MemoryTests
{
    [Fact]
    public void Memory_does_not_grow_with_the_number_of_records()
    {
        var (small, large) = (HeldWhile(4000), HeldWhile(80_000));

        // Twenty times the records, over a period in which as many are late at a time as is usual for a large tenant.
        Assert.True(large < small + 6_000_000, $"{small} bytes are held for 4,000 records, {large} for 80,000.");
    }

    private static long HeldWhile(int records)
    {
        using var stream = new MeasuringStream();
        TenantSimulation.Generate(new SimulationOptions { Records = records, Profile = LifeProfile.Benchmark, Days = 30, LateShare = 0.1 }, stream, TextWriter.Null);
        return stream.HeldMax;
    }

    /// <summary>Looks, at some of the writes, at how much memory is alive.</summary>
    private sealed class MeasuringStream : Stream
    {
        private int _writes;

        public long HeldMax { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (_writes++ % 20 == 3) HeldMax = Math.Max(HeldMax, GC.GetTotalMemory(forceFullCollection: true));
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
