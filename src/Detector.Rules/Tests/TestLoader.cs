using System.Globalization;
using Detector.Engine.Logs;
using Detector.Rules.Yaml;

namespace Detector.Rules.Tests;

/// <summary>Reads the tests inside a rule file.</summary>
internal sealed class TestLoader(string ruleName, bool isBuildingBlock, LoadContext context, Diagnostics problems)
{
    /// <summary>One test may have at most so many events, repeated ones counted.</summary>
    public const int EventsMax = 100_000;

    // Without its date a time would be one of the day on which the test runs.
    private static readonly string[] s_timeFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd' 'HH:mm:ssK", "yyyy-MM-dd' 'HH:mmK",
    ];

    public IReadOnlyList<RuleTest> Load(YamlNode? node, int ruleLine)
    {
        var tests = new List<RuleTest>();
        if (node is not (null or YamlList)) problems.Error(node.Line, "'tests' is not a list.", "Write '- name: …' for each test.");
        foreach (var item in (node as YamlList)?.Items ?? [])
        {
            if (item is not YamlMap map)
            {
                problems.Error(item.Line, "A test is not a map.", "Write '- name: …', 'at:', 'events:' and 'expect:'.");
                continue;
            }

            if (Read(map) is { } test) tests.Add(test);
        }

        if (problems.HasErrors) return tests;
        if (!tests.Exists(test => test.Finds)) problems.Warning(node?.Line ?? ruleLine, "No test of the rule finds anything.", "Add a test with an event that it must find.");
        if (!tests.Exists(test => !test.Finds)) problems.Warning(node?.Line ?? ruleLine, "No test of the rule is a near miss.", "Add a test that differs in one thing and finds nothing.");
        return tests;
    }

    private RuleTest? Read(YamlMap map)
    {
        Keys.Check(map, "A test", problems, "name", "at", "with", "events", "expect", "matches");
        var name = Keys.RequiredText(map, "name", "A test", problems);
        var at = Time(map["at"], map.Line);
        var with = Keys.Texts(map, "with", problems);
        var events = new List<TestEvent>();
        foreach (var item in (map["events"] as YamlList)?.Items ?? [])
        {
            if (item is YamlMap written && ReadEvent(written, at) is { } read) events.Add(read);
            else if (item is not YamlMap) problems.Error(item.Line, "An event is not a map.", "Write '- { event: activation }'.");
        }

        if (events.Sum(written => (long)written.Times) > EventsMax) problems.Error(map.Line, $"The test has more than {EventsMax} events.", "Repeat them fewer times.");
        if (events.Count == 0 && !problems.HasErrors) problems.Error(map.Line, "The test has no events.", "Add 'events:' with at least one.");
        var matches = Keys.Integer(map["matches"], "matches", problems);
        var expect = map["expect"] is YamlList list ? list.Items.Select(ReadExpected).OfType<ExpectedAlert>().ToList() : null;
        if (isBuildingBlock && matches is null) problems.Error(map.Line, "The rule is a building block and alerts nobody, so its tests count matches.", "Write 'matches: 1' (or 0) in place of 'expect'.");
        else if (!isBuildingBlock && expect is null) problems.Error(map["expect"]?.Line ?? map.Line, "The test does not say what it expects.", "Add 'expect: []' or a list of alerts.");
        if (problems.HasErrors || name is null) return null;
        return new RuleTest { RuleName = ruleName, File = problems.File, Line = map.Line, Name = name, At = at, With = with, Events = events, Expect = expect, Matches = matches };
    }

    private TestEvent? ReadEvent(YamlMap map, DateTime at)
    {
        var template = Keys.RequiredText(map, "event", "An event", problems);
        if (template is null) return null;
        if (!EventTemplates.TryGet(template, out _))
        {
            problems.Error(map["event"]!.Line, $"There is no event '{template}'.", Suggestion.For(template, EventTemplates.Names) ?? $"Use one of {string.Join(", ", EventTemplates.Names)}.");
            return null;
        }

        var times = Keys.Integer(map["times"], "times", problems) ?? 1;
        if (times is < 1 or > EventsMax) problems.Error(map["times"]!.Line, $"'times' is not between 1 and {EventsMax}.", "Give a number in between.");
        var time = map["at"] is { } own ? EventTime(own, at) : at;
        var fields = new List<(string, IReadOnlyList<string>)>();
        foreach (var (key, value) in map.Entries.Where(entry => entry.Key.Text is not ("event" or "times" or "at")))
        {
            var resolved = context.Fields.Resolve(key.Text);
            if (resolved.Field.Kind == FieldKind.Canonical && CanonicalFields.TryParse(resolved.Field.Name, out var canonical) && CanonicalFields.IsDerived(canonical))
                problems.Error(key.Line, $"'{key.Text}' is derived and cannot be set.", BaseOf(canonical));
            else if (resolved.Field.Kind == FieldKind.Canonical && resolved.Field.Name == CanonicalFields.Name(CanonicalField.Time))
                problems.Error(key.Line, $"'{key.Text}' cannot be set as a field.", "Set the time with 'at'.");
            else if (resolved.Binding == FieldBinding.Unknown)
                problems.Error(key.Line, $"No record has the field '{key.Text}'.", Suggestion.For(key.Text, context.Fields.KnownNames) ?? "See rules/fields.yaml for the names that can be used.");
            context.Schema.Ask(resolved.Field);
            fields.Add((resolved.Field.Name, Values(value)));
            if (value is YamlMap || (value is YamlList { Items: var items } && items.Any(item => item is not YamlScalar)))
                problems.Error(value.Line, $"The value of '{key.Text}' is not a text or a list of texts.", "Name the inner field by its path, such as DeviceDetail.browser.");
        }

        return new TestEvent(template, times, time, fields);
    }

    private static IReadOnlyList<string> Values(YamlNode value) => value switch
    {
        YamlScalar { IsNull: true } => [],
        YamlScalar scalar => [scalar.Text],
        YamlList list => [.. list.Items.OfType<YamlScalar>().Select(item => item.Text)],
        _ => [],
    };

    private static string BaseOf(CanonicalField derived) => derived switch
    {
        CanonicalField.RoleTier or CanonicalField.RolePrivileged => "Set Role.Name or Role.Id.",
        CanonicalField.DevicePaw => "Set Device.Id to one of the tenant's paws.",
        >= CanonicalField.TimeHour and <= CanonicalField.TimeWorking => "Set the time with 'at'.",
        _ => "Set User.Id (sign-ins) or Actor.Id (audit records) to an account of tenant.yaml.",
    };

    // Absolute, or before the test's own time: -30m, -1h1t.
    private DateTime EventTime(YamlNode node, DateTime at)
    {
        if (node is not YamlScalar { Text: ['-' or '+', .. var span] } offset || !Duration.TryParse(span, out var length)) return Time(node, node.Line);
        var time = offset.Text[0] == '-' ? at - length : at + length;
        if (time > LogEvent.TimeMin && time < LogEvent.TimeMax) return time;
        problems.Error(node.Line, "The event lies before any log, or after.", "Write '-30m' or '-2d'.");
        return at;
    }

    private DateTime Time(YamlNode? node, int line)
    {
        if (node is YamlScalar scalar
            && DateTimeOffset.TryParseExact(scalar.Text, s_timeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            && time.UtcDateTime > LogEvent.TimeMin && time.UtcDateTime < LogEvent.TimeMax)
            return time.UtcDateTime;
        problems.Error(node?.Line ?? line, "This is no time.", "Write it in quotes with its offset, as '2026-03-03T22:00:00+01:00'; events may also say '-30m'.");
        return new DateTime(2026, 3, 3, 12, 0, 0, DateTimeKind.Utc);
    }

    private ExpectedAlert? ReadExpected(YamlNode node)
    {
        if (node is not YamlMap map)
        {
            problems.Error(node.Line, "An expected alert is not a map.", "Write '- { score: 50, level: high }', or '- {}' for any.");
            return null;
        }

        Keys.Check(map, "An expected alert", problems, "score", "level", "factors");
        Dictionary<string, int>? factors = null;
        if (map["factors"] is YamlMap points)
            factors = points.Entries.ToDictionary(entry => entry.Key.Text, entry => Keys.Integer(entry.Value, entry.Key.Text, problems) ?? 0, StringComparer.Ordinal);
        return new ExpectedAlert(Keys.Integer(map["score"], "score", problems), RuleHeader.ReadLevel(map["level"], problems), factors);
    }
}
