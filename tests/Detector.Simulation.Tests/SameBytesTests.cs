using System.Text.Json;
using FsCheck.Xunit;
using Xunit;

namespace Detector.Simulation.Tests;

public sealed class SameBytesTests
{
    private static readonly SimulationOptions s_small = new() { Seed = 7, Records = 1500, Attacks = 24, Users = 200 };

    public static TheoryData<LogShape, RecordLayout, JsonStyle> Ways()
    {
        var ways = new TheoryData<LogShape, RecordLayout, JsonStyle>();
        foreach (var shape in Enum.GetValues<LogShape>())
        {
            foreach (var layout in Enum.GetValues<RecordLayout>())
            {
                foreach (var json in Enum.GetValues<JsonStyle>())
                {
                    if (new SimulationOptions { Shape = shape, Layout = layout, Json = json }.Problems().Count == 0) ways.Add(shape, layout, json);
                }
            }
        }

        return ways;
    }

    [Theory, MemberData(nameof(Ways))]
    public void Same_options_give_the_same_bytes_and_truth(LogShape shape, RecordLayout layout, JsonStyle json)
    {
        var options = s_small with { Shape = shape, Layout = layout, Json = json };

        var (first, second) = (Simulated.Of(options), Simulated.Of(options));

        Assert.Equal(first.Bytes, second.Bytes);
        Assert.Equal(first.Truth, second.Truth);
        Assert.Equal(first.Bytes.Length, first.Summary.Bytes);
    }

    [Theory, MemberData(nameof(Ways))]
    public void The_way_of_writing_changes_nothing_in_what_happened(LogShape shape, RecordLayout layout, JsonStyle json)
    {
        var other = Simulated.Of(s_small with { Shape = shape, Layout = layout, Json = json });
        var plain = Simulated.Of(s_small);

        Assert.Equal(plain.Truth, other.Truth);
        Assert.Equal(plain.Summary with { Bytes = 0 }, other.Summary with { Bytes = 0 });
    }

    [Fact]
    public void Another_seed_gives_other_records_and_other_users()
    {
        var (first, second) = (Simulated.Of(s_small), Simulated.Of(s_small with { Seed = 8 }));

        Assert.Empty(IdsOf(first).Intersect(IdsOf(second), StringComparer.Ordinal));
        Assert.NotEqual(first.Truth, second.Truth);
    }

    [Property(MaxTest = 25)]
    public void Any_seed_and_count_gives_as_many_records_as_asked_for_all_of_them_JSON(ulong seed, ushort records, byte days, bool isBenchmark)
    {
        var options = new SimulationOptions
        {
            Seed = seed,
            Records = records % 700,
            Days = 1 + days % 40,
            Users = 20 + days,
            LateShare = days / 600.0,
            DuplicateShare = days / 2000.0,
            Profile = isBenchmark ? LifeProfile.Benchmark : LifeProfile.Office,
        };

        var simulated = Simulated.Of(options);

        var surplus = simulated.Records.Count() - options.Records;
        // A story that begins at the very end may leave a few rows more than there was room for.
        Assert.InRange(surplus, 0, 12);
        Assert.Equal(simulated.Summary.Records, simulated.Records.Count());
    }

    [Fact]
    public void Envelopes_and_arrays_hold_the_same_records_as_lines()
    {
        var lines = Simulated.Of(s_small).Records.Select(record => record.GetRawText()).ToList();

        var envelopes = Simulated.Of(s_small with { Layout = RecordLayout.Envelope }).Records.ToList();
        var array = Simulated.Parse(Simulated.Of(s_small with { Layout = RecordLayout.Array }).Text);

        Assert.Equal(lines, envelopes.SelectMany(envelope => envelope.GetProperty("records").EnumerateArray()).Select(record => record.GetRawText()));
        Assert.Equal(lines, array.EnumerateArray().Select(record => record.GetRawText()));
        Assert.All(envelopes.SkipLast(1), envelope => Assert.Equal(100, envelope.GetProperty("records").GetArrayLength()));
    }

    [Theory]
    [InlineData(RecordLayout.Lines, "")]
    [InlineData(RecordLayout.Envelope, "")]
    [InlineData(RecordLayout.Array, "[\n\n]\n")]
    public void No_records_are_an_empty_file_of_the_layout(RecordLayout layout, string expected) =>
        Assert.Equal(expected, Simulated.Of(new SimulationOptions { Records = 0, Layout = layout }).Text);

    [Fact]
    public void A_size_in_bytes_is_met_to_a_few_percent()
    {
        foreach (var profile in Enum.GetValues<LifeProfile>())
        {
            var bytes = Simulated.Of(new SimulationOptions { Bytes = 20_000_000, Profile = profile }).Bytes.Length;
            Assert.InRange(bytes, 19_000_000, 21_000_000);
        }
    }

    [Fact]
    public void Spaced_JSON_is_ASCII_and_means_the_same()
    {
        var spaced = Simulated.Of(s_small with { Json = JsonStyle.Spaced });
        var compact = Simulated.Of(s_small);

        Assert.True(System.Text.Ascii.IsValid(spaced.Bytes));
        Assert.Contains("\": \"", spaced.Text, StringComparison.Ordinal);
        // Sizes are chosen in the style, so that the number of policies may differ; ids and names may not.
        Assert.Equal(
            compact.Records.Select(record => record.GetProperty("properties").GetProperty("initiatedBy", "userDisplayName")),
            spaced.Records.Select(record => record.GetProperty("properties").GetProperty("initiatedBy", "userDisplayName")));
    }

    private static IEnumerable<string> IdsOf(Simulated simulated) => simulated.Records.Select(record => record.GetProperty("properties").GetProperty("id").GetString()!);
}

internal static class JsonElements
{
    /// <summary>The first member that is there, as compact text.</summary>
    public static string GetProperty(this JsonElement element, params string[] names)
    {
        foreach (var name in names)
        {
            if (element.TryGetProperty(name, out var value)) return JsonSerializer.Serialize(value);
        }

        return "";
    }
}
