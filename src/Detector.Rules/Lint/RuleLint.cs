using Detector.Engine.Rules;

namespace Detector.Rules.Lint;

/// <summary>
/// What a person should know of a folder of rules beyond whether it loads: rules that are dead, nobody uses, or leave those
/// whom they wake without a word on what to do. A replay asks for none of it.
/// </summary>
public static class RuleLint
{
    /// <summary>Every problem, those of loading among them, by file and line.</summary>
    /// <param name="loaded">The rules.</param>
    /// <param name="folder">Where they lie, to look for runbooks; null for the rules that are built in.</param>
    public static IReadOnlyList<Diagnostic> Check(RuleLoadResult loaded, string? folder)
    {
        ArgumentNullException.ThrowIfNull(loaded);
        var found = new List<Diagnostic>(loaded.Diagnostics);
        found.AddRange(Dead(loaded).Select(rule => new Diagnostic(
            rule.File, 0, DiagnosticSeverity.Warning, $"The rule '{rule.Name}' is dead: no record can make it true.", "Name fields that records have ('detector rules lint --fields' tells them), or remove it.")));
        if (loaded.Rules is { } rules)
        {
            CheckRunbooks(rules, folder, found);
            CheckTitles(rules, found);
            CheckUnused(rules, found);
        }

        return [.. found.OrderBy(problem => problem.File, StringComparer.Ordinal).ThenBy(problem => problem.Line).ThenBy(problem => problem.Message, StringComparer.Ordinal)];
    }

    /// <summary>Rules that no record can make true. Where files have errors, detections alone are looked at.</summary>
    public static IReadOnlyList<Rule> Dead(RuleLoadResult loaded)
    {
        ArgumentNullException.ThrowIfNull(loaded);
        return loaded.Readable is { } rules ? [.. new DeadRules(rules, loaded.FieldUses).Find()] : [];
    }

    private static bool Alerts(Rule rule) => rule is ScoreRule or SigmaRule { Alerts: true } or WindowRule { Alerts: true };

    private static void CheckRunbooks(RuleSet rules, string? folder, List<Diagnostic> found)
    {
        foreach (var rule in rules.All.Where(Alerts))
        {
            if (string.IsNullOrWhiteSpace(rule.Runbook))
                found.Add(new Diagnostic(rule.File, 0, DiagnosticSeverity.Warning, "The rule alerts and has no runbook: whoever is woken does not know what to do.", "Add 'runbook: runbooks/NAME.md' (in Sigma files under 'custom_attributes.detector') and write that file."));
            else if (folder is not null && !IsAddress(rule.Runbook) && !File.Exists(Path.Combine(folder, rule.Runbook)))
                found.Add(new Diagnostic(rule.File, 0, DiagnosticSeverity.Warning, Shown($"There is no runbook '{rule.Runbook}'."), "Give its path from the folder of rules on, or the address of a page."));
        }
    }

    private static bool IsAddress(string runbook) =>
        runbook.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || runbook.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    private static void CheckTitles(RuleSet rules, List<Diagnostic> found)
    {
        foreach (var same in rules.All.GroupBy(rule => rule.Title.Trim(), StringComparer.OrdinalIgnoreCase))
        {
            foreach (var repeated in same.Skip(1))
                found.Add(new Diagnostic(repeated.File, 0, DiagnosticSeverity.Warning, Shown($"The title '{same.Key}' is also that of {same.First().File}."), "Say in each title what sets the rule apart: nobody can tell their alerts apart."));
        }
    }

    private static void CheckUnused(RuleSet rules, List<Diagnostic> found)
    {
        var used = new HashSet<Rule>(ReferenceEqualityComparer.Instance);
        foreach (var score in rules.Scores)
        {
            used.Add(rules.Sigma[score.On]);
            foreach (var count in score.Factors.OfType<CountFactor>()) used.Add(rules.Sigma[count.Count]);
        }

        foreach (var input in rules.Windows.SelectMany(window => window.Inputs))
        {
            if (input.Kind == SourceKind.Sigma) used.Add(rules.Sigma[input.Index]);
            else if (input.Kind == SourceKind.Window) used.Add(rules.Windows[input.Index]);
        }

        foreach (var rule in rules.All.Where(rule => !Alerts(rule) && rule is not SigmaRule { Session: true } && !used.Contains(rule)))
            found.Add(new Diagnostic(rule.File, 0, DiagnosticSeverity.Info, $"No rule uses the building block '{rule.Name}', and it alerts nobody itself.", "Remove it, or let it alert."));
    }

    // Titles and paths are the author's, and end up on terminals.
    private static string Shown(string text) => Diagnostics.Clean(text);
}
