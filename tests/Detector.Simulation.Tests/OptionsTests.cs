using Xunit;

namespace Detector.Simulation.Tests;

public sealed class OptionsTests
{
    private static readonly SimulationOptions s_default = new();

    public static TheoryData<string, SimulationOptions> Unusable() => new()
    {
        { "Records", s_default with { Records = -1 } },
        { "Bytes", s_default with { Bytes = -1 } },
        { "Users", s_default with { Users = 19 } },
        { "Users", s_default with { Users = SimulationOptions.UsersMax + 1 } },
        { "Attacks", s_default with { Attacks = -1 } },
        { "Attacks", s_default with { Attacks = SimulationOptions.AttacksMax + 1 } },
        { "RecordBytes", s_default with { RecordBytes = SimulationOptions.RecordBytesMin - 1 } },
        { "RecordBytes", s_default with { RecordBytes = SimulationOptions.RecordBytesMax + 1 } },
        { "Days", s_default with { Days = 0 } },
        { "Days", s_default with { Days = SimulationOptions.DaysMax + 1 } },
        { "Start", s_default with { Start = new DateTime(2026, 1, 1) } },
        { "Start", s_default with { Start = new DateTime(1989, 1, 1, 0, 0, 0, DateTimeKind.Utc) } },
        { "LateShare", s_default with { LateShare = double.NaN } },
        { "LateShare", s_default with { LateShare = 0.51 } },
        { "DuplicateShare", s_default with { DuplicateShare = -0.1 } },
        { "LateMax", s_default with { LateMax = TimeSpan.FromMinutes(30) } },
        { "LateMax", s_default with { LateMax = TimeSpan.Zero } },
        { "not both", s_default with { PlantsEveryRule = true, Attacks = 1 } },
        { "28", s_default with { PlantsEveryRule = true, Days = SimulationOptions.EveryRuleDaysMin - 1 } },
        { "office", s_default with { PlantsEveryRule = true, Profile = LifeProfile.Benchmark } },
        { "CSV", s_default with { Layout = RecordLayout.Csv } },
        { "envelope", s_default with { Layout = RecordLayout.Envelope, Shape = LogShape.LogAnalytics } },
    };

    [Theory, MemberData(nameof(Unusable))]
    public void An_option_that_cannot_be_used_is_named(string name, SimulationOptions options)
    {
        Assert.Contains(name, Assert.Single(options.Problems()), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => TenantSimulation.Generate(options, Stream.Null, null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void All_problems_are_told_at_once() => Assert.Equal(3, (s_default with { Days = 0, Users = 0, Attacks = -1 }).Problems().Count);

    [Fact]
    public void Limits_themselves_can_be_used()
    {
        var edge = s_default with { Users = 20, RecordBytes = SimulationOptions.RecordBytesMin, Days = 1, LateMax = TimeSpan.FromMinutes(30) - TimeSpan.FromTicks(1), LateShare = 0.5, DuplicateShare = 0.5, Records = 200 };

        Assert.Empty(edge.Problems());
        Assert.Equal(200, Simulated.Of(edge).Summary.Records);
        Assert.Equal(200, Simulated.Of(edge with { RecordBytes = SimulationOptions.RecordBytesMax }).Summary.Records);
    }

    [Fact]
    public void A_cancellation_ends_it()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => TenantSimulation.Generate(s_default, Stream.Null, null, stop.Token));
    }
}
