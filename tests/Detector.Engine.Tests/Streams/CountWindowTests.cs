using Detector.Engine.Streams;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Detector.Engine.Tests.Streams;

public sealed class CountWindowTests
{
    private static readonly DateTime s_noon = new(2026, 3, 3, 12, 0, 0, DateTimeKind.Utc);
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData("f3ad2a46-0f6a-4f64-9dd4-5e2d4f1fb1c5")]
    [InlineData("F3AD2A46-0F6A-4F64-9DD4-5E2D4F1FB1C5")]
    [InlineData("Directory_b425f2d7_FLAW0_72812697")]
    [InlineData("")]
    public void An_id_comes_back_as_it_was_written(string id)
    {
        var window = new CountWindow(s_hour);
        window.Add(Key128.Of("user"), Key128.Of("attempt"), id, s_noon, kind: 7);
        var match = Assert.Single(Collect(window, "user"));
        Assert.Equal((id, s_noon, 7, Key128.Of("attempt")), (match.Id, match.Time, match.Kind, match.Attempt));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void A_match_is_kept_until_the_watermark_is_past_its_retention_to_the_tick(long ticksPast, int kept)
    {
        var window = new CountWindow(s_hour);
        window.Add(Key128.Of("user"), default, "id", s_noon, 0);
        Advance(window, s_noon + s_hour + TimeSpan.FromTicks(ticksPast));
        Assert.Equal(kept, window.Count);
        Assert.Equal(kept, window.Keys);
    }

    [Fact]
    public void A_match_dated_in_the_far_future_does_not_keep_the_others_in_memory()
    {
        var window = new CountWindow(s_hour);
        window.Add(Key128.Of("user"), default, "future", s_noon.AddYears(50), 0);
        for (var i = 0; i < 20_000; i++)
        {
            window.Add(Key128.Of($"user {i % 50}"), default, $"id {i}", s_noon.AddMinutes(i), 0);
            Advance(window, s_noon.AddMinutes(i));
            Assert.InRange(window.Count, 1, 70);
        }

        Assert.Contains(Collect(window, "user"), match => match.Id == "future");
    }

    [Theory]
    [InlineData(CountWindow.EntriesPerKeyMax - 1, 0)]
    [InlineData(CountWindow.EntriesPerKeyMax, 0)]
    [InlineData(CountWindow.EntriesPerKeyMax + 1, 1)]
    public void One_key_keeps_a_bounded_number_of_matches_and_says_what_it_dropped(int added, int dropped)
    {
        var window = new CountWindow(s_hour);
        for (var i = 0; i < added; i++) window.Add(Key128.Of("user"), default, $"id {i}", s_noon.AddTicks(i), 0);
        Assert.Equal(added - dropped, window.Count);
        Assert.Equal(dropped, window.Overflowed);
        var kept = Collect(window, "user").Select(match => match.Id).ToHashSet();
        Assert.Equal(dropped == 0, kept.Contains("id 0"));
        Assert.Contains($"id {added - 1}", kept);
        Advance(window, DateTime.MaxValue);
        Assert.Equal((0, 0), (window.Count, window.Keys));
    }

    [Property(MaxTest = 300)]
    public Property It_keeps_what_a_plain_list_keeps() => Prop.ForAll(ArbMap.Default.ArbFor<(byte User, ushort Second, byte Step)[]>(), steps =>
    {
        var window = new CountWindow(s_hour);
        var plain = new List<(string User, DateTime Time, string Id)>();
        var now = s_noon;
        var number = 0;
        foreach (var (user, second, step) in steps)
        {
            var time = now.AddSeconds(second % 7200);
            window.Add(Key128.Of($"user {user % 4}"), default, $"id {number}", time, 0);
            plain.Add(($"user {user % 4}", time, $"id {number++}"));
            now = now.AddMinutes(step % 40);
            Advance(window, now);
            // What may still be asked for is there; what is far past is gone.
            var needed = plain.Where(match => match.Time >= now - s_hour).ToList();
            for (var i = 0; i < 4; i++)
            {
                var kept = Collect(window, $"user {i}").Where(match => match.Time >= now - s_hour).Select(match => match.Id);
                Assert.Equal(needed.Where(match => match.User == $"user {i}").Select(match => match.Id).Order(StringComparer.Ordinal), kept.Order(StringComparer.Ordinal));
            }
        }

        Advance(window, DateTime.MaxValue);
        Assert.Equal((0, 0), (window.Count, window.Keys));
    });

    private static List<CountedMatch> Collect(CountWindow window, string user)
    {
        var matches = new List<CountedMatch>();
        window.Collect(Key128.Of(user), DateTime.MinValue, DateTime.MaxValue, matches);
        return matches;
    }

    private static void Advance(CountWindow window, DateTime watermark) =>
        window.Advance(watermark, watermark == DateTime.MaxValue ? watermark : watermark + TimeSpan.FromMinutes(40));
}
