using System.Text;
using Detector.Engine.Logs;
using Detector.Engine.Rules;
using Detector.Testing;
using Xunit;

namespace Detector.Rules.Tests;

/// <summary>The public Sigma rules for Azure: all load, and what each of them can find is known.</summary>
public sealed class PublicRuleTests
{
    private const string Golden = "tests/Detector.Rules.Tests/golden/public-rules.txt";

    /// <summary>For each rule whether it detects, and what of it is translated or dead. <c>UPDATE_GOLDEN=1</c> writes it anew.</summary>
    [Fact]
    public void Every_public_rule_loads_and_finds_an_event_that_is_built_for_it_or_is_known_to_be_dead()
    {
        if (RepositoryFolder.Shared("sigma") is not { } folder) { Assert.Skip("../shared/sigma is not there."); return; }
        var lines = new List<string>();
        foreach (var file in Directory.GetFiles(folder, "*.yml", SearchOption.AllDirectories).OrderBy(Path.GetFileName, StringComparer.Ordinal))
        {
            var loaded = RuleFolder.Load([new RuleFile(Path.GetFileName(file), File.ReadAllBytes(file))]);
            Assert.Empty(InMemory.Errors(loaded));
            lines.Add($"{Path.GetFileName(file)}: {Verdict(loaded)}");
        }

        Assert.Equal(88, lines.Count);
        var text = string.Join('\n', lines) + "\n";
        var golden = RepositoryFolder.Path(Golden);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(golden, text, new UTF8Encoding(false));
        Assert.Equal(File.ReadAllText(golden), text);
    }

    private static string Verdict(RuleLoadResult loaded)
    {
        var rules = loaded.Rules!;
        var predicate = Assert.Single(rules.Sigma).Predicate;
        var matcher = new RuleMatcher(rules);
        var built = new BuiltEvent(rules.Schema, slot => loaded.Fields.Resolve(rules.Schema.Fields[slot].Name).Binding != FieldBinding.Unknown);
        var detects = built.Satisfy(predicate, true);
        if (detects)
        {
            // The event matches, and the same event made to miss does not; the prefilter agrees on both.
            var known = new bool[rules.Schema.Count];
            Array.Fill(known, true);
            Assert.Equal([0], matcher.Match(built.Event));
            Assert.True(predicate.Decide(built.Event, known));
            Assert.True(built.Satisfy(predicate, false));
            Assert.Empty(matcher.Match(built.Event));
            Assert.False(predicate.Decide(built.Event, known));
        }

        var said = loaded.Diagnostics.Where(problem => problem.Line > 1 && problem.Severity != DiagnosticSeverity.Error)
            .Select(problem => problem.Message).Where(message => !message.Contains("passes the 'not'", StringComparison.Ordinal) && !message.StartsWith("Sigma 2 writes", StringComparison.Ordinal) && !message.StartsWith("The tag", StringComparison.Ordinal)).Distinct().ToList();

        // Nothing is passed over in silence.
        Assert.True(detects || said.Exists(message => message.Contains("matches nothing", StringComparison.Ordinal)), $"{rules.Sigma[0].File} matches nothing, and nothing was said: {predicate}");
        return $"{(detects ? rules.Windows.IsEmpty ? "detects" : "counts" : "dead")}{string.Concat(said.Select(message => $"\n    {message}"))}";
    }
}
