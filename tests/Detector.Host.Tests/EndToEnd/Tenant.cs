using System.Globalization;
using System.Text;
using System.Text.Json;
using Detector.Engine.Alerts;
using Detector.Simulation;

namespace Detector.Host.Tests.EndToEnd;

/// <summary>A synthetic tenant as records and truth, and what a replay says of any bytes made from it.</summary>
internal sealed class Tenant
{
    private static readonly Dictionary<string, string> s_ruleIds = Detector.Rules.RuleFolder.Load((string?)null).Rules is { } rules
        ? rules.Sigma.Select(rule => (rule.Name, rule.Id)).Concat(rules.Scores.Select(rule => (rule.Name, rule.Id))).ToDictionary(StringComparer.Ordinal)
        : throw new InvalidOperationException("The shipped rules do not load.");

    public Tenant(SimulationOptions options)
    {
        using var records = new MemoryStream();
        using var truth = new StringWriter();
        Summary = TenantSimulation.Generate(options, records, truth, TestContext.Current.CancellationToken);
        Records = records.ToArray();
        Truth = truth.ToString();
    }

    public byte[] Records { get; }

    public string Truth { get; }

    public SimulationSummary Summary { get; }

    public string[] Lines => Encoding.UTF8.GetString(Records).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What the truth file expects: rule, subject, score, severity and factors of each alert.</summary>
    public IReadOnlyList<string> Expected => [.. Truth.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(line => JsonDocument.Parse(line).RootElement.GetProperty("expected").EnumerateArray())
        .Select(alert => Describe(
            alert.GetProperty("rule").GetString()!, alert.GetProperty("subject").GetString()!, Number(alert.GetProperty("score")), alert.GetProperty("severity").GetString()!,
            alert.GetProperty("factors").EnumerateObject().Select(factor => $"{factor.Name}={factor.Value.GetInt32().ToString(CultureInfo.InvariantCulture)}")))
        .Order(StringComparer.Ordinal)];

    /// <summary>The same words for the alerts of a replay; the subject is proved by the alert's id.</summary>
    public IReadOnlyList<string> Found(byte[] records, out Outcome run, params string[] options)
    {
        run = Cli.Run(["replay", "--only", Only.FirstRules, "-", .. options], new MemoryStream(records));
        Assert.Equal(0, run.Exit);
        return [.. Alerts(run).Select(Describe).Order(StringComparer.Ordinal)];
    }

    private static IReadOnlyList<JsonElement> Alerts(Outcome run) =>
        [.. run.Lines.Select(line => JsonDocument.Parse(line).RootElement)];

    private string Describe(JsonElement alert)
    {
        var rule = alert.GetProperty("ruleName").GetString()!;
        var id = alert.GetProperty("alertId").GetGuid();
        var tenant = alert.GetProperty("tenantId").GetString();
        var subject = Subjects(rule).FirstOrDefault(candidate => AlertId.From(tenant, s_ruleIds[rule], candidate) == id) ?? "(no subject of the truth)";
        return Describe(
            rule, subject, Number(alert.GetProperty("score")), alert.GetProperty("severity").GetString()!,
            alert.GetProperty("factors").EnumerateArray().Select(factor => $"{factor.GetProperty("id").GetString()}={factor.GetProperty("points").GetInt32().ToString(CultureInfo.InvariantCulture)}"));
    }

    private IEnumerable<string> Subjects(string rule) => Truth.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(line => JsonDocument.Parse(line).RootElement.GetProperty("expected").EnumerateArray())
        .Where(alert => alert.GetProperty("rule").GetString() == rule)
        .Select(alert => alert.GetProperty("subject").GetString()!);

    private static string Describe(string rule, string subject, int? score, string severity, IEnumerable<string> factors) =>
        $"{rule} {subject} {score?.ToString(CultureInfo.InvariantCulture) ?? "-"} {severity} {string.Join(' ', factors.Order(StringComparer.Ordinal))}";

    private static int? Number(JsonElement element) => element.ValueKind == JsonValueKind.Null ? null : element.GetInt32();
}
