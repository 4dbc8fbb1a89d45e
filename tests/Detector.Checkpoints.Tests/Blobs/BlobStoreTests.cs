using Detector.Checkpoints.Blobs;

namespace Detector.Checkpoints.Tests.Blobs;

/// <summary>The promises of every store, on a container.</summary>
[Collection(Azurite.Collection)]
public sealed class BlobStoreTests(Azurite azurite) : CheckpointStoreTests, IAsyncLifetime
{
    private BlobCheckpointOptions? _options;

    public async ValueTask InitializeAsync() => _options = await azurite.ContainerAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override ICheckpointStore Store(bool takesFromTheLiving = false) => new BlobCheckpointStore(_options! with { Prefix = "a/b" }) { TakesFromTheLiving = takesFromTheLiving };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Two_workers_fight(int seed)
    {
        var fight = new Fight(() => Store(takesFromTheLiving: true), seed, rounds: 40);
        await fight.RunAsync(Stop);
        fight.Check();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {fight.Takeovers} takeovers, {fight.Accepted} heads accepted");
        Assert.True(fight.IsFought);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Two_workers_fight_over_a_line_that_fails(int seed)
    {
        var random = new Random(seed);
        using var line = new FaultyLine(azurite.Endpoint, _ =>
        {
            lock (random) return random.Next(100) switch { < 4 => LineFault.Busy, < 8 => LineFault.CutAfter, < 11 => LineFault.CutBefore, < 12 => LineFault.Hang, _ => LineFault.None };
        });
        var options = _options! with { Container = new Uri(line.Endpoint, _options.Container.AbsolutePath), TryTimeout = TimeSpan.FromMilliseconds(400) };
        var fight = new Fight(() => new BlobCheckpointStore(options) { TakesFromTheLiving = true }, seed, rounds: 30);
        await fight.RunAsync(Stop);
        fight.Check();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {fight.Takeovers} takeovers, {fight.Accepted} heads accepted, faults: {line.Played}");
        Assert.True(fight.IsFought);
    }
}
