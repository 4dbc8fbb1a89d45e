using System.CommandLine;
using Detector.Engine.Logs;
using Detector.Rules;
using Detector.Rules.Lint;
using Detector.Sinks.Console;

namespace Detector.Host.Commands;

/// <summary><c>detector rules lint</c>: every problem of a folder of rules, and on request what became of each field.</summary>
internal static class LintCommand
{
    private const int NameCharsMax = 240;

    public static Command Make(HostStreams streams)
    {
        var folder = ReplayArguments.Rules();
        var fields = new Option<bool>("--fields") { Description = "Tell for each rule which fields bind, which are translated and which no record has, instead of a line for each field." };
        var command = new Command("lint", "Tells every problem of the rules: file, line, what, and what to do.") { folder, fields };
        command.SetAction(parsed => Run(parsed.GetValue(folder), parsed.GetValue(fields), streams));
        return command;
    }

    private static int Run(string? folder, bool hasFields, HostStreams streams)
    {
        if (LoadedRules.Load(folder, streams, today: DateOnly.FromDateTime(streams.Clock.GetUtcNow().UtcDateTime)) is not { } loaded) return ExitCode.Usage;
        using var output = new StreamWriter(streams.Out, leaveOpen: true);
        var problems = RuleLint.Check(loaded, LoadedRules.Folder(folder));
        if (hasFields) WriteFields(output, loaded, problems);
        else foreach (var problem in problems) output.WriteLine(problem.ToString());

        var errors = problems.Count(problem => problem.Severity == DiagnosticSeverity.Error);
        var warnings = problems.Count(problem => problem.Severity == DiagnosticSeverity.Warning);
        var counted = loaded.Rules is { } rules ? $"{RulesCommand.Words(rules.All.Count(), "rule")}, {RulesCommand.Words(loaded.Tests.Count, "test")}, " : "";
        output.WriteLine($"{counted}{RulesCommand.Words(errors, "error")}, {RulesCommand.Words(warnings, "warning")}");
        return errors == 0 ? ExitCode.Done : ExitCode.Found;
    }

    // Each file that is a rule has its line, whatever became of it.
    private static void WriteFields(TextWriter output, RuleLoadResult loaded, IReadOnlyList<Diagnostic> problems)
    {
        var dead = RuleLint.Dead(loaded).Select(rule => rule.File).ToHashSet(StringComparer.Ordinal);
        var errors = problems.Where(problem => problem.Severity == DiagnosticSeverity.Error).ToLookup(problem => problem.File, StringComparer.Ordinal);
        var uses = loaded.FieldUses.ToLookup(use => use.File, StringComparer.Ordinal);

        // What else keeps a dead rule from matching, such as a list that is not there. That of its fields is told by their names.
        var unknown = loaded.FieldUses.Where(use => use.Binding == FieldBinding.Unknown).Select(use => (use.File, use.Line)).ToHashSet();
        var causes = problems.Where(problem => problem.Severity == DiagnosticSeverity.Warning && problem.Line > 1 && dead.Contains(problem.File) && !unknown.Contains((problem.File, problem.Line))).ToLookup(problem => problem.File, StringComparer.Ordinal);
        foreach (var file in loaded.RuleFiles)
        {
            output.WriteLine($"{Clean(file)}: {(errors[file].Any() ? "refused" : dead.Contains(file) ? "dead" : "works")}");
            WriteNames(output, "binds", uses[file].Where(use => use.Binding is FieldBinding.Canonical or FieldBinding.Column or FieldBinding.Path).Select(use => use.Name));
            WriteNames(output, "translated", uses[file].Where(use => use.Binding == FieldBinding.Alias).Select(use => $"{use.Name} -> {use.Field.Name}"));
            WriteNames(output, "no record has", uses[file].Where(use => use.Binding == FieldBinding.Unknown).Select(use => use.Name));
            foreach (var error in errors[file].Concat(causes[file])) output.WriteLine($"    {error}");
        }
    }

    private static void WriteNames(TextWriter output, string what, IEnumerable<string> names)
    {
        var all = names.Select(Clean).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (all.Count > 0) output.WriteLine($"    {what}: {string.Join(", ", all)}");
    }

    private static string Clean(string text) => TerminalText.Clean(text, NameCharsMax);
}
