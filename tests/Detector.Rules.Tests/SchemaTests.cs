using Detector.Engine.Logs;
using Detector.Testing;
using NJsonSchema;
using Xunit;
using YamlDotNet.Serialization;

namespace Detector.Rules.Tests;

/// <summary>The schemas with which editors complete and check rule files say what the loader says.</summary>
public sealed class SchemaTests
{
    private static readonly ISerializer s_json = new SerializerBuilder().JsonCompatible().Build();
    private static readonly IDeserializer s_yaml = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();

    public static TheoryData<string> Files => [.. Directory.GetFiles(RepositoryFolder.Path("rules"), "*.y*ml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(RepositoryFolder.Root, file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_shipped_file_is_valid_under_its_schema(string file) =>
        Assert.Empty(await Problems(SchemaOf(file), await File.ReadAllTextAsync(RepositoryFolder.Path(file), TestContext.Current.CancellationToken)));

    [Theory]
    [InlineData("pim/pim_activation_risk.detector.yaml", "type: score", "type: scores")]
    [InlineData("pim/pim_activation_risk.detector.yaml", "add: 20", "ad: 20")]
    [InlineData("pim/pim_activation_risk.detector.yaml", "within: 1h", "within: an hour")]
    [InlineData("pim/pim_activation_risk.detector.yaml", "40: high", "forty: high")]
    [InlineData("pim/pim_activation_risk.detector.yaml", "level: high", "level: hihg")]
    [InlineData("pim/pim_activation_risk.detector.yaml", "event: activation", "event: activatoin")]
    [InlineData("pim/pim_activation_risk.detector.yaml", "title: Risky PIM activation", "titel: Risky PIM activation")]
    [InlineData("pim/first_activation.detector.yaml", "warm-up: 14d", "warmup: 14d")]
    [InlineData("pim/first_activation.detector.yaml", "fields: [Role.Id]", "fields: []")]
    [InlineData("policy/tier0_approved_activation.detector.yaml", "rules: [pim_request_approved, tier0_activation]", "rules: [pim_request_approved]")]
    [InlineData("tiering/account_in_two_countries.detector.yaml", "{ neq: Location.Country }", "{ differs: Location.Country }")]
    [InlineData("policy/approval_pending_stage1.detector.yaml", "type: absence\n", "type: absence\n  look: behind\n")]
    [InlineData("pim/pim_repeated_failures.yml", "type: value_count", "type: count_values")]
    [InlineData("pim/pim_repeated_failures.yml", "    runbook:", "    runbok:")]
    [InlineData("pim/pim_activation_completed.yml", "logsource:", "logsources:")]
    [InlineData("tenant.yaml", "timeZone:", "timezone:")]
    [InlineData("tenant.yaml", "set: nl", "set: de")]
    [InlineData("tenant.yaml", "lateness: 30m", "lateness: 30")]
    [InlineData("tenant.yaml", "start: '08:00'", "start: '8 am'")]
    [InlineData("fields.yaml", "Actor.Upn: { is", "Actor.Upm: { is")]
    [InlineData("fields.yaml", "Username: User.Upn", "Username: User.Name")]
    [InlineData("lists/interrupts.yaml", "entries:", "values:")]
    [InlineData("lists/interrupts.yaml", "{ value: 50140,", "{ values: 50140,")]
    public async Task A_file_with_a_mistake_is_not(string file, string right, string wrong)
    {
        var text = await File.ReadAllTextAsync(RepositoryFolder.Path($"rules/{file}"), TestContext.Current.CancellationToken);
        Assert.Contains(right, text, StringComparison.Ordinal);
        Assert.NotEmpty(await Problems(SchemaOf($"rules/{file}"), text.Replace(right, wrong, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Fields_and_events_that_editors_complete_are_those_that_exist()
    {
        var rule = await Schema("detector-rule.json");
        Assert.Equal(CanonicalFields.Names.Order(StringComparer.Ordinal), rule.Definitions["field"].AnyOf.First().Enumeration.Cast<string>().Order(StringComparer.Ordinal));
        var tests = await Schema("tests.json");
        Assert.Equal(EventTemplates.Names, tests.Definitions["event"].Properties["event"].Enumeration.Cast<string>());
        Assert.Equal(["score", "first_seen", "absence", "join", "aggregate"], rule.Properties["detector"].OneOf.Select(kind => kind.ActualSchema.Properties["type"].Enumeration.Single()));
    }

    [Fact]
    public void Every_rule_of_our_own_kinds_names_its_schema()
    {
        foreach (var file in Directory.GetFiles(RepositoryFolder.Path("rules"), "*.detector.yaml", SearchOption.AllDirectories))
        {
            var first = File.ReadLines(file).First();
            const string Mark = "# yaml-language-server: $schema=";
            Assert.StartsWith(Mark, first, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(file)!, first[Mark.Length..])), file);
        }
    }

    private static string SchemaOf(string file) => Path.GetFileName(file) switch
    {
        "tenant.yaml" or "test-tenant.yaml" => "tenant.json",
        "fields.yaml" => "fields.json",
        var name when name.EndsWith(".detector.yaml", StringComparison.Ordinal) => "detector-rule.json",
        var name when name.EndsWith(".yml", StringComparison.Ordinal) => "sigma-rule.json",
        _ => "list.json",
    };

    private static Task<JsonSchema> Schema(string name) => JsonSchema.FromFileAsync(RepositoryFolder.Path($"rules/schemas/{name}"), TestContext.Current.CancellationToken);

    private static async Task<IReadOnlyList<string>> Problems(string schema, string yaml) =>
        [.. (await Schema(schema)).Validate(s_json.Serialize(s_yaml.Deserialize(yaml)!)).Select(problem => problem.ToString())];
}
