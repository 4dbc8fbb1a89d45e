using System.Text;
using Detector.Engine.Logs;
using Detector.Engine.Rules;

namespace Detector.Rules.Tests;

/// <summary>Rule files in memory, as an author might write them.</summary>
internal static class InMemory
{
    public static RuleLoadResult Load(params (string Name, string Text)[] files) =>
        RuleFolder.Load(files.Select(file => new RuleFile(file.Name, Encoding.UTF8.GetBytes(file.Text))));

    public static RuleLoadResult Load(string sigma) => Load(("rules/a.yml", sigma));

    /// <summary>A whole Sigma rule around a detection, which is indented by two spaces.</summary>
    public static string Sigma(string detection, string id = "5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9001", string more = "") =>
        $"title: A rule\nid: {id}\nlogsource: {{ product: azure, service: auditlogs }}\ndetection:\n{detection}level: low\n{more}";

    /// <summary>Whether the only rule matches an audit record with these fields.</summary>
    public static bool Matches(RuleLoadResult loaded, params (CanonicalField Field, string Text)[] fields)
    {
        Assert(loaded);
        var logged = new LogEvent(loaded.Rules!.Schema);
        logged[CanonicalField.Category] = FieldValue.Of("AuditLogs");
        foreach (var (field, text) in fields) logged[field] = FieldValue.Of(text);
        return loaded.Rules.Sigma[0].Predicate.Matches(logged);
    }

    public static Predicate Predicate(string detection)
    {
        var loaded = Load(Sigma(detection));
        Assert(loaded);
        return loaded.Rules!.Sigma[0].Predicate;
    }

    public static IReadOnlyList<string> Errors(RuleLoadResult loaded) =>
        [.. loaded.Diagnostics.Where(problem => problem.Severity == DiagnosticSeverity.Error).Select(problem => problem.ToString())];

    private static void Assert(RuleLoadResult loaded) => Xunit.Assert.Empty(Errors(loaded));
}
