using System.Text;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Rules;
using Detector.Simulation;
using FsCheck.Xunit;
using Xunit;

namespace Detector.Engine.Tests.Logs;

/// <summary>Sign-ins that are only counted are known by their identity alone: it must be what the parser finds.</summary>
public sealed class CountedTests
{
    private static readonly DetectionPlan s_plan = RuleFolder.Load(folder: null) is { Rules: { } rules } loaded ? new DetectionPlan(rules, loaded.Tenant) : throw new InvalidOperationException();

    [Theory]
    [InlineData(1, JsonStyle.Compact, RecordLayout.Lines, LifeProfile.Office)]
    [InlineData(2, JsonStyle.Spaced, RecordLayout.Lines, LifeProfile.Office)]
    [InlineData(3, JsonStyle.Compact, RecordLayout.Envelope, LifeProfile.Benchmark)]
    [InlineData(4, JsonStyle.Compact, RecordLayout.Lines, LifeProfile.Benchmark)]
    public void A_tenants_events_are_the_same_with_and_without(int seed, JsonStyle json, RecordLayout layout, LifeProfile profile)
    {
        using var records = new MemoryStream();
        TenantSimulation.Generate(
            new SimulationOptions { Seed = (ulong)seed, Records = 1500, Users = 60, Attacks = 30, Days = 7, Json = json, Layout = layout, Profile = profile },
            records, null, TestContext.Current.CancellationToken);
        var events = Read(records.ToArray(), prefilter: true);
        Assert.Equal(Read(records.ToArray(), prefilter: false).Events.Select(Show), events.Events.Select(Show));
        Assert.Contains(events.Events, matched => !s_plan.Matcher.IsShown(matched.Matches));
    }

    [Property(MaxTest = 1000)]
    public bool Odd_records_are_the_same_with_and_without(int seed)
    {
        var lines = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 4).Select(i => Odd(new Dice(unchecked(seed * 31 + i))))));
        return Read(lines, prefilter: true).Events.Select(Show).SequenceEqual(Read(lines, prefilter: false).Events.Select(Show));
    }

    [Theory]
    [InlineData("\"originalRequestId\":\"other\"", "other")]
    [InlineData("\"originalRequestId\" : \"other\"", "other")]
    [InlineData("\"originalRequestId\":\"\"", "id-1")]
    [InlineData("\"originalRequestId\":null", "id-1")]
    [InlineData("\"x\":1", "id-1")]
    [InlineData("\"status\":{\"originalRequestId\":\"inner\"}", "id-1")]
    [InlineData("\"status\":{\"originalRequestId\":\"inner\"},\"originalRequestId\":\"other\"", "other")]
    [InlineData("\"userAgent\":\"a \\\\ b\",\"originalRequestId\":\"other\"", "other")]
    [InlineData("\"userAgent\":\"\\\"originalRequestId\\\":\",\"originalRequestId\":\"other\"", "other")]
    [InlineData("\"originalRequestId\":\"o\\u0074her\"", "other")]
    [InlineData("\"orig\\u0069nalRequestId\":\"other\"", "other")]
    public void The_attempt_is_the_one_of_the_sign_in_itself(string members, string attempt)
    {
        var line = $$$"""{"time":"2026-03-03T10:00:00Z","operationName":"Sign-in activity","category":"SignInLogs","resultType":"50126","properties":{"id":"id-1","userPrincipalName":"a@contoso.nl","userId":"u1",{{{members}}}}}""";
        Assert.Equal(attempt, Assert.Single(Read(Encoding.UTF8.GetBytes(line), prefilter: true).Events).Event.Text(CanonicalField.AttemptId));
        Assert.Equal(attempt, Assert.Single(Read(Encoding.UTF8.GetBytes(line), prefilter: false).Events).Event.Text(CanonicalField.AttemptId));
    }

    private static EventBatch Read(byte[] lines, bool prefilter)
    {
        var batch = new EventBatch { Source = "test" };
        new RecordReader(s_plan) { UsesPrefilter = prefilter }.ReadLines(lines, 0, batch);
        return batch;
    }

    // What the pipeline takes of a counted event; of others, everything.
    private static string Show(MatchedEvent matched) => s_plan.Matcher.IsShown(matched.Matches)
        ? Reading.Show(matched.Event)
        : $"{matched.Event.Id} {matched.Event.Time:O} [{string.Join(',', matched.Matches)}] {string.Join(' ', CountedProjection.Slots.Order().Select(slot => matched.Event[slot]))}";

    private static string Odd(Dice dice)
    {
        var inner = new List<string> { "\"id\":\"" + dice.Next(1000) + "\"", "\"userPrincipalName\":" + dice.Pick(["\"a@contoso.nl\"", "\"breakglass1@contoso.nl\"", "\"\"", "null"]), "\"userId\":" + dice.Pick(["\"u1\"", "\"00000000-B7EA-4b1a-8000-000000000001\"", "null", "\"\""]) };
        for (var i = dice.Next(4); i > 0; i--)
        {
            inner.Add(dice.Pick(
            [
                "\"originalRequestId\":\"r1\"", "\"originalRequestId\":\"\"", "\"originalRequestId\": null", "\"originalRequestId\":7", "\"originalRequestId\":{\"a\":1}",
                "\"decoy\":{\"originalRequestId\":\"inner\"}", "\"list\":[{\"originalRequestId\":\"inner\"}]", "\"text\":\"\\\"originalRequestId\\\":\\\"in text\\\"\"", "\"slash\":\"\\\\\"",
                "\"status\":{\"errorCode\":50126}", "\"originalRequestId\":\"a\\u0062\"",
            ]));
        }

        if (dice.Next(4) == 0) dice.Shuffle(inner);
        var top = new List<string>
        {
            "\"time\":\"2026-03-03T10:00:0" + dice.Next(10) + "Z\"", "\"operationName\":" + dice.Pick(["\"Sign-in activity\"", "\" Sign-in activity \"", "null"]),
            "\"category\":" + dice.Pick(["\"SignInLogs\"", "\"NonInteractiveUserSignInLogs\""]), "\"resultType\":" + dice.Pick(["\"50126\"", "50126", "\"0\"", "\"Failure\"", "\"50053\""]),
            "\"properties\":{" + string.Join(',', inner) + "}",
        };
        if (dice.Next(5) == 0) top.Insert(1, "\"originalRequestId\":\"top\"");
        if (dice.Next(4) == 0) dice.Shuffle(top);
        return "{" + string.Join(',', top) + "}";
    }
}
