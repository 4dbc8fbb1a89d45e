using System.Text;
using Detector.Engine.Enrichment;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using FsCheck.Xunit;
using Xunit;

namespace Detector.Engine.Tests.Logs;

/// <summary>The prefilter may only save work: with it and without it the same events come out.</summary>
public sealed class PrefilterTests
{
    private static readonly string[] s_categories = ["SignInLogs", "signinlogs", "NonInteractiveUserSignInLogs", "ServicePrincipalSignInLogs", "AuditLogs", "RoleManagement", "Other"];
    private static readonly string[] s_operations = ["Sign-in activity", " Sign-in activity ", "Add member to role", "Add member to role completed (PIM activation)"];
    private static readonly string[] s_results = ["\"0\"", "\"0\"", "\"0\"", "\"0\"", "\"0\"", "\"50076\"", "0", "0", "50126", "\"50126\"", "\"Failure\"", "null", "\"\""];
    private static readonly string[] s_users = ["\"break-glass\"", "\"someone\"", "\"someone else\"", "\"third\"", "\"4th\"", "\"5th\"", "\"6th\"", "null", "\"\"", "\"bre\\u0061k-glass\""];

    [Property(MaxTest = 1500)]
    public bool Prefilter_changes_no_result(int seed)
    {
        var lines = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 6).Select(i => Record(new Dice(unchecked(seed * 31 + i))))));
        var plan = Plan();
        return Ids(plan, lines, true).SequenceEqual(Ids(plan, lines, false));
    }

    // Most begin as the one before, so what was learned of that one is used; what differs must be seen.
    [Property(MaxTest = 500)]
    public bool A_record_that_begins_as_another_is_judged_by_its_own_texts(int seed)
    {
        var dice = new Dice(seed);
        var lines = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 24).Select(_ => Alike(dice))));
        var plan = Plan();
        return Ids(plan, lines, true).SequenceEqual(Ids(plan, lines, false));
    }

    [Fact]
    public void Generated_records_are_dismissed_parsed_and_matched()
    {
        var lines = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 3000).Select(i => Record(new Dice(i * 7919)))));
        var batch = Read(Plan(), lines, true);
        Assert.Empty(batch.Rejects.Select(r => r.Reason));
        Assert.Equal(3000, batch.Records);
        Assert.InRange(batch.Parsed, 500, 2800);
        Assert.InRange(batch.Events.Count, 200, 2000);
    }

    [Fact]
    public void Dismissed_records_are_counted_by_the_category_that_parsing_finds()
    {
        var lines = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 3000).Select(i => Record(new Dice(i * 7919)))) + "\n{\"torn");
        var filtered = Read(Plan(), lines, true);
        var parsed = Read(Plan(), lines, false);
        Assert.Equal(parsed.OfCategory.ToArray(), filtered.OfCategory.ToArray());
        Assert.Equal(3000, filtered.OfCategory.ToArray().Sum());
        Assert.Single(filtered.Rejects);
        Assert.True(filtered.OfCategory.ToArray().Count(count => count > 0) > 4);
    }

    [Fact]
    public void A_successful_sign_in_of_nobody_special_is_dismissed_and_costs_no_memory()
    {
        var line = Golden.SignIn.Replace("+00:00", "Z", StringComparison.Ordinal).Replace("\"50126\"", "\"0\"", StringComparison.Ordinal).Replace("\"errorCode\":50126", "\"errorCode\":0", StringComparison.Ordinal);
        var block = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat(line, 200)) + "\n" + string.Join('\n', Enumerable.Repeat(Golden.Spaced(line), 200)));
        var reader = new RecordReader(Plan());
        var batch = new EventBatch { Source = "test" };
        reader.ReadLines(block, 0, batch);
        Assert.Equal((400L, 0L), (batch.Records, batch.Parsed));
        var least = long.MaxValue;
        for (var i = 0; i < 20 && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            reader.ReadLines(block, 0, batch);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Break_glass_by_account_passes()
    {
        var line = Golden.SignIn.Replace("\"50126\"", "\"0\"", StringComparison.Ordinal).Replace("a1111111-1111-4111-8111-111111111111", "break-glass", StringComparison.Ordinal);
        Assert.Single(Reading.Lines(line, Plan()).Events);
    }

    [Theory]
    [InlineData("""{"category":"SignInLogs","operationName":"x","resultType":"0","a":"b"}{"time":"2026-01-01T00:00:00Z","category":"AuditLogs","operationName":"Add member to role","properties":{"id":"whole"}}""")]
    [InlineData("""{"time":"2026-01-01T00:00:00Z","category":"SignInLogs","operationName":"x","resultType":"0","properties":{"id":"torn","userI{"time":"2026-01-01T00:00:00Z","category":"AuditLogs","operationName":"Add member to role","properties":{"id":"whole"}}""")]
    [InlineData("""{"time":"2026-01-01T00:00:00Z","category":"SignInLogs","operationName":"x","resultType":"0","properties":{"id":"torn",{"time":"2026-01-01T00:00:00Z","category":"AuditLogs","operationName":"Add member to role","properties":{"id":"whole"}}""")]
    [InlineData("""{"time":"2026-01-01T00:00:00Z","category":"SignInLogs","operationName":"x","resultType":"0","properties":{"id":"to\{"time":"2026-01-01T00:00:00Z","category":"AuditLogs","operationName":"Add member to role","properties":{"id":"whole"}}""")]
    [InlineData("""{"time":"2026-01-01T00:00:00Z","category":"SignInLogs","operationName":"x","resultType":"0","properties":{"userId":"a","userPrincipalName":"b","status":{"time":"2026-01-01T00:00:00Z","category":"AuditLogs","operationName":"Add member to role","properties":{"id":"whole"}}""")]
    public void A_whole_record_glued_to_a_torn_one_is_read(string line)
    {
        var batch = Reading.Lines(line, Plan());
        Assert.Equal("whole", Assert.Single(batch.Events).Event.Id);
        Assert.NotEmpty(batch.Rejects);
    }

    private static List<string> Ids(DetectionPlan plan, byte[] lines, bool prefilter) =>
        [.. Read(plan, lines, prefilter).Events.Select(e => $"{e.Event.Id} {string.Join(',', e.Matches)} {Reading.Show(e.Event)}")];

    private static EventBatch Read(DetectionPlan plan, byte[] lines, bool prefilter)
    {
        var batch = new EventBatch { Source = "test" };
        new RecordReader(plan) { UsesPrefilter = prefilter }.ReadLines(lines, 0, batch);
        return batch;
    }

    private static DetectionPlan Plan() => Reading.Plan(FieldSchema.Canonical, new TenantProfile(),
        new All(new Field(CanonicalField.Category, "SignInLogs", "ServicePrincipalSignInLogs"), new Field(CanonicalField.ResultType, "50126")),
        new All(new Field(CanonicalField.Category, "SignInLogs", "NonInteractiveUserSignInLogs"), new Field(CanonicalField.UserId, "break-glass")),
        new All(new Field(CanonicalField.Category, "RoleManagement"), new Field(CanonicalField.OperationName, "Add member to role")),
        new All(new Field(CanonicalField.Category, "AuditLogs"), new Not(new Field(CanonicalField.Category, "RoleManagement")), new Field(CanonicalField.OperationName, "Add member to role")),
        new All(new Field(CanonicalField.Category, "SignInLogs"), new Field(CanonicalField.OperationName, "odd")));

    // Members in any order and number, decoys in texts and inner objects, names with escapes, spaces or none.
    private static string Record(Dice dice)
    {
        var top = new List<string>();
        for (var i = Some(dice); i > 0; i--) top.Add(Member(dice, "category", Quote(dice, dice.Pick(s_categories))));
        for (var i = Some(dice); i > 0; i--) top.Add(Member(dice, "operationName", dice.Next(30) == 0 ? "{\"value\":\"odd\"}" : Quote(dice, dice.Pick(s_operations))));
        for (var i = Some(dice); i > 0; i--) top.Add(Member(dice, "resultType", dice.Pick(s_results)));
        if (dice.Next(10) == 0) top.Add("\"resultDescription\":" + Quote(dice, "a \"category\":\"AuditLogs\", {\"resultType\":\"50126\"} text"));
        if (dice.Next(10) == 0) top.Add("\"decoy\":{\"category\":\"AuditLogs\",\"resultType\":\"50126\",\"properties\":{\"userId\":\"break-glass\"}}");
        if (dice.Next(12) == 0) top.Add("\"list\":[{\"category\":\"AuditLogs\"},\"properties\",{\"userId\":\"x\"}]");
        if (dice.Next(6) == 0) top.Add(Member(dice, "userId", dice.Pick(s_users)));
        if (dice.Next(8) == 0) top.Add("\"properties\":\"text\"");
        if (dice.Next(8) == 0) top.Add("\"Type\":\"AuditLogs\"");
        for (var i = dice.Next(12) == 0 ? 2 : 1; i > 0; i--) top.Add("\"properties\":" + Properties(dice));
        if (dice.Next(3) == 0) dice.Shuffle(top);
        if (dice.Next(4) != 0) top.Insert(0, "\"time\":\"2026-01-01T00:00:00Z\"");
        else top.Add("\"time\":\"2026-01-01T00:00:00Z\"");
        return "{" + string.Join(dice.Next(2) == 0 ? "," : ", ", top) + "}";
    }

    private static string Properties(Dice dice)
    {
        var inner = new List<string> { $"\"id\":\"{dice.Next(1 << 20)}\"" };
        for (var i = Some(dice); i > 0; i--) inner.Add(Member(dice, "userId", dice.Pick(s_users)));
        for (var i = Some(dice); i > 0; i--) inner.Add(Member(dice, "userPrincipalName", "\"a@b\""));
        if (dice.Next(2) == 0) inner.Add(Member(dice, "category", Quote(dice, dice.Pick(s_categories))));
        if (dice.Next(2) == 0) inner.Add("\"status\":{\"errorCode\":" + (dice.Next(2) == 0 ? "50126" : "0") + ",\"userId\":\"break-glass\"}");
        if (dice.Next(12) == 0) inner.Add("\"note\":\"\\\"userId\\\":\\\"break-glass\\\"\"");
        if (dice.Next(2) == 0) inner.Add($"\"filler\":\"{new string('x', dice.Next(200))}é\"");
        if (dice.Next(3) == 0) dice.Shuffle(inner);
        inner.Add($"\"tail\":\"{new string('x', dice.Next(2) * 150)}\"");
        return "{" + string.Join(",", inner) + "}";
    }

    private static string Alike(Dice dice)
    {
        var id = $"\"id\":\"{dice.Next(1 << 20):d7}\"";
        var name = dice.Next(6) switch
        {
            0 => "\"userDisplayName\":null",
            1 => "\"userDisplayName\":\"a \\\" b\"",
            2 => $"\"userDisplayName\":\"{new string('é', dice.Next(50))}\"",
            _ => $"\"userDisplayName\":\"{new string('n', dice.Next(20))}\"",
        };
        var user = dice.Next(6) == 0 ? Member(dice, "userId", dice.Pick(s_users)) : $"\"userId\":{dice.Pick(s_users)}";
        var inner = new List<string> { id, name, "\"userPrincipalName\":\"a@b\"", user };
        if (dice.Next(8) == 0) dice.Shuffle(inner);
        if (dice.Next(12) == 0) inner.RemoveAt(dice.Next(inner.Count));
        if (dice.Next(12) == 0) inner.Insert(dice.Next(inner.Count), "\"status\":{\"userId\":\"break-glass\"}");
        inner.Add($"\"originalRequestId\":\"{dice.Next(1 << 20)}\",\"tail\":\"{new string('x', 150)}\"");
        var result = dice.Next(3) == 0 ? "50126" : "0";
        var time = dice.Next(12) == 0 ? "2026-01-01T00:00:00\\u005a" : $"2026-01-01T00:00:0{dice.Next(10)}Z";
        var header = $"\"time\":\"{time}\",\"operationName\":\"Sign-in activity\",\"category\":\"SignInLogs\",\"resultType\":\"{result}\",\"identity\":\"someone\"";
        return $"{{{header},\"properties\":{{{string.Join(',', inner)}}}}}";
    }

    private static int Some(Dice dice) => dice.Next(8) switch { 0 => 0, 1 => 2, _ => 1 };

    private static string Member(Dice dice, string name, string value)
    {
        if (dice.Next(12) == 0) name = char.ToUpperInvariant(name[0]) + name[1..];
        var at = dice.Next(name.Length);
        var key = dice.Next(80) == 0 ? $"{name[..at]}\\u{(int)name[at]:x4}{name[(at + 1)..]}" : name;
        return $"\"{key}\"{(dice.Next(8) == 0 ? " " : "")}:{(dice.Next(2) == 0 ? " " : "")}{value}";
    }

    private static string Quote(Dice dice, string text)
    {
        var escaped = text.Replace("\"", "\\\"", StringComparison.Ordinal);
        if (dice.Next(60) == 0) escaped = $"\\u{(int)text[0]:x4}" + escaped[1..];
        return $"\"{escaped}\"";
    }
}
