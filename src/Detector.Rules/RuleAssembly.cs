using Detector.Engine.Rules;
using Detector.Rules.Sigma;
using Detector.Rules.Tests;
using Detector.Rules.Windows;
using Detector.Rules.Yaml;

namespace Detector.Rules;

/// <summary>
/// Puts the rules of all files together. First every file is given its place and its name, so that rules can refer to one
/// another whatever their kind and order; then each is read.
/// </summary>
internal sealed class RuleAssembly(LoadContext context, ICollection<Diagnostic> diagnostics)
{
    private readonly RuleIndex _index = new();
    private readonly List<RuleTest> _tests = [];

    public IReadOnlyList<RuleTest> Tests => _tests;

    /// <summary>The rules; meaningful only when no diagnostic is an error.</summary>
    public (IReadOnlyList<SigmaRule> Sigma, IReadOnlyList<ScoreRule> Scores, IReadOnlyList<WindowRule> Windows) Read(IEnumerable<RuleFile> files)
    {
        var parts = files.Where(file => file.IsSigma || file.IsDetector).Select(Parse).OfType<Part>().ToList();
        var filterParts = parts.FindAll(part => part.File.IsSigma && part.Map["filter"] is not null);
        parts.RemoveAll(filterParts.Contains);
        var sigmaParts = Place(parts, part => part.File.IsSigma && part.Map["correlation"] is null, SourceKind.Sigma);
        var scoreParts = Place(parts, part => part.File.IsDetector && DetectorFile.TypeOf(part.Map) is null or "score", SourceKind.Score);
        var windowParts = Place(parts, part => !sigmaParts.Contains(part) && !scoreParts.Contains(part), SourceKind.Window);

        var sigma = sigmaParts.Select(part => SigmaLoader.Load(part.Map, part.File.Bytes.Span, context, part.Problems)).ToList();
        foreach (var part in filterParts) SigmaFilter.Load(part.Map, context, part.Problems)?.Apply(sigma, _index);
        var scores = scoreParts.Select(ReadDetector).ToList();
        var windows = windowParts.Select(part => part.File.IsSigma ? new CorrelationLoader(context, _index, part.Problems).Load(part.Map, part.File.Bytes.Span) : ReadDetector(part) as LoadedWindow).ToList();
        var (sigmaRules, suppressed) = Finish(sigma);
        var windowRules = windows.Select((loaded, i) => loaded is null ? null : Finish(loaded, i)).OfType<WindowRule>().Concat(suppressed).ToList();
        if (windowRules.Count == windows.Count + suppressed.Count) CheckCircles(windowRules);
        return (sigmaRules, [.. scores.Select(score => (score as LoadedScore)?.Rule).OfType<ScoreRule>()], windowRules);
    }

    private Part? Parse(RuleFile file)
    {
        var problems = new Diagnostics(file.Name, diagnostics);
        if (YamlReader.ReadMap(file.Bytes, problems) is not { } map) return null;
        if (file.IsSigma) SigmaHeader.Check(map, problems);
        return new Part(file, map, problems);
    }

    private List<Part> Place(List<Part> parts, Predicate<Part> isOfKind, SourceKind kind)
    {
        var own = parts.FindAll(isOfKind);
        for (var i = 0; i < own.Count; i++)
        {
            var name = (own[i].Map["name"] as YamlScalar)?.Text.Trim();
            _index.Add(kind, i, string.IsNullOrEmpty(name) ? RuleHeader.NameOf(own[i].File.Name) : name, (own[i].Map["id"] as YamlScalar)?.Text, (own[i].Map["title"] as YamlScalar)?.Text);
        }

        return own;
    }

    private object? ReadDetector(Part part)
    {
        var (rule, generate) = new DetectorFile(context, _index, part.Problems).Load(part.Map, part.File.Bytes.Span);
        if (rule is WindowRule window) return new LoadedWindow(window, generate, part.Map["tests"], part.Map.Line, part.Problems);
        if (rule is not ScoreRule score) return null;
        ReadTests(score.Name, isBuildingBlock: false, part.Problems, part.Map["tests"], part.Map.Line);
        return new LoadedScore(score);
    }

    private (List<SigmaRule> Rules, List<WindowRule> Suppressed) Finish(List<LoadedSigma?> sigma)
    {
        var rules = new List<SigmaRule>();
        var suppressed = new List<WindowRule>();
        for (var i = 0; i < sigma.Count; i++)
        {
            if (sigma[i] is not { } loaded) continue;
            var alerts = loaded.Generate ?? !(_index.IsReferredTo(SourceKind.Sigma, i) || loaded.Rule.Session);
            ReadTests(loaded.Rule.Name, !alerts, loaded.Problems, loaded.Tests, loaded.Line);
            if (loaded.Aggregation is { } counted && _index.IsReferredTo(SourceKind.Sigma, i))
                loaded.Problems.Error(counted.Line, "Other rules refer to this one, and would see the records rather than the count.", "Write a correlation rule that counts, and refer to that.");
            if (alerts && (loaded.Aggregation?.Over(loaded, i, context) ?? (loaded.Suppress is not null ? Suppression.Of(loaded, i, context) : null)) is { } quiet)
            {
                suppressed.Add(quiet);
                alerts = false;
            }

            rules.Add(loaded.Rule with { Alerts = alerts });
        }

        return (rules, suppressed);
    }

    private WindowRule Finish(LoadedWindow loaded, int number)
    {
        var alerts = loaded.Generate ?? !_index.IsReferredTo(SourceKind.Window, number);
        ReadTests(loaded.Rule.Name, !alerts, loaded.Problems, loaded.Tests, loaded.Line);
        return loaded.Rule with { Alerts = alerts };
    }

    private void ReadTests(string name, bool isBuildingBlock, Diagnostics problems, YamlNode? tests, int line) =>
        _tests.AddRange(new TestLoader(name, isBuildingBlock, context, problems).Load(tests, line));

    // Whoever looks at itself, by way of others or not, would never come to an end.
    private void CheckCircles(List<WindowRule> windows)
    {
        var state = new int[windows.Count];
        for (var i = 0; i < windows.Count; i++)
        {
            if (Circles(i)) return;
        }

        bool Circles(int at)
        {
            if (state[at] != 0) return state[at] == 1;
            state[at] = 1;
            foreach (var input in windows[at].Inputs.Where(input => input.Kind == SourceKind.Window))
            {
                if (!Circles(input.Index)) continue;
                new Diagnostics(windows[at].File, diagnostics).Error(0, $"The rule '{windows[at].Name}' looks at itself, by way of '{input.Name}'.", "Take one of the references out.");
                return true;
            }

            state[at] = 2;
            return false;
        }
    }

    private sealed record Part(RuleFile File, YamlMap Map, Diagnostics Problems);

    private sealed record LoadedScore(ScoreRule Rule);
}
