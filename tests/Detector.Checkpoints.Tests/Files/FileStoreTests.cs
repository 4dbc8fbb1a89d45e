namespace Detector.Checkpoints.Tests.Files;

/// <summary>The promises of every store, on a folder.</summary>
public sealed class FileStoreTests : CheckpointStoreTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override ICheckpointStore Store(bool takesFromTheLiving = false) => _folder.Store(takesFromTheLiving);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Two_workers_fight(int seed)
    {
        var fight = new Fight(() => _folder.Store(isWithoutLock: true), seed, rounds: 40);
        await fight.RunAsync(Stop);
        fight.Check();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {fight.Takeovers} takeovers, {fight.Accepted} heads accepted");
        Assert.True(fight.IsFought);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Two_workers_fight_for_the_lock(int seed)
    {
        var fight = new Fight(() => _folder.Store(), seed, rounds: 60);
        await fight.RunAsync(Stop);
        fight.Check();
        Assert.True(fight.IsFought);
    }
}
