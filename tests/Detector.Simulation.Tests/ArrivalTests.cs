using Xunit;

namespace Detector.Simulation.Tests;

public sealed class ArrivalTests
{
    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(0.02, 0.005)]
    [InlineData(0.4, 0.3)]
    public void Shares_of_late_and_doubled_records_are_as_asked_and_none_is_too_late(double late, double doubled)
    {
        var options = new SimulationOptions { Seed = 5, Records = 12_000, Days = 7, LateShare = late, DuplicateShare = doubled };

        var simulated = Simulated.Of(options);

        var (newest, seen, behind, copies) = (DateTimeOffset.MinValue, new HashSet<string>(StringComparer.Ordinal), 0, 0);
        foreach (var record in simulated.Records)
        {
            var time = record.GetProperty("time").GetDateTimeOffset();
            if (!seen.Add(record.GetProperty("properties").GetProperty("id").GetString()!)) copies++;
            else if (time < newest) behind++;
            Assert.True(newest - time < TimeSpan.FromMinutes(30), $"A record of {time:O} comes after one of {newest:O}.");
            if (time > newest) newest = time;
        }

        Assert.Equal(copies, simulated.Summary.Duplicates);
        Assert.InRange(copies / (double)seen.Count, doubled * 0.8, doubled * 1.2);
        Assert.InRange(simulated.Summary.Late / (double)seen.Count, late * 0.8, late * 1.2);
        Assert.InRange(behind, late * seen.Count * 0.5, late * seen.Count * 1.2);
    }

    [Fact]
    public void Failures_of_a_planted_attack_arrive_after_the_activation_that_they_count_for()
    {
        var simulated = Simulated.Of(new SimulationOptions { Records = 30_000, Days = 14, Attacks = 24 });
        var order = simulated.Records.Select((record, index) => (Id: record.GetProperty("properties").GetProperty("id").GetString()!, index)).DistinctBy(pair => pair.Id).ToDictionary(pair => pair.Id, pair => pair.index, StringComparer.Ordinal);

        var alert = Assert.Single(Assert.Single(simulated.TruthLines, line => line.Kind == "late_failures").Expected);

        Assert.Equal(3, alert.RecordIds.Count);
        Assert.All(alert.RecordIds.Skip(1), id => Assert.True(order[id] > order[alert.RecordIds[0]]));
    }

    [Fact]
    public void A_planted_completed_row_comes_three_times()
    {
        var simulated = Simulated.Of(new SimulationOptions { Records = 3000, Attacks = 24 });

        var alert = Assert.Single(Assert.Single(simulated.TruthLines, line => line.Kind == "doubled_activation").Expected);

        Assert.Equal(3, simulated.Lines.Count(line => line.Contains(alert.RecordIds[0], StringComparison.Ordinal)));
        Assert.Single(simulated.Lines.Where(line => line.Contains(alert.RecordIds[0], StringComparison.Ordinal)).Distinct(StringComparer.Ordinal));
    }
}
