using Detector.Engine.Rules;
using Detector.Rules.Scores;
using Detector.Rules.Yaml;

namespace Detector.Rules.Windows;

/// <summary>Reads <c>*.detector.yaml</c>: its frame here, the section by its type.</summary>
internal sealed class DetectorFile(LoadContext context, RuleIndex index, Diagnostics problems)
{
    private static readonly string[] s_types = ["score", "first_seen", "absence", "join", "aggregate"];

    /// <summary>The type that a file says it has.</summary>
    public static string? TypeOf(YamlMap map) => ((map["detector"] as YamlMap)?["type"] as YamlScalar)?.Text;

    /// <summary>The rule: a <see cref="ScoreRule"/> or a <see cref="WindowRule"/>; null when there is a problem.</summary>
    public (Rule? Rule, bool? Generate) Load(YamlMap map, ReadOnlySpan<byte> bytes)
    {
        Keys.Check(map, "A rule file", problems, "title", "id", "name", "status", "description", "tags", "falsepositives", "author", "date", "modified", "references", "runbook", "license", "detector", "tests");
        var header = RuleHeader.Read(map, problems.File, bytes, null, problems);
        if (map["detector"] is not YamlMap detector)
        {
            problems.Error(map.Line, "The file has no 'detector' section.", "Add it, or call the file '.yml' if it is a Sigma rule.");
            return default;
        }

        if (Keys.Integer(detector["version"], "version", problems) is not 1)
            problems.Error(detector["version"]?.Line ?? detector.Line, "The 'detector' section does not have 'version: 1'.", "Add 'version: 1'.");
        if (Keys.RequiredText(detector, "type", "The 'detector' section", problems) is not { } type) return default;
        if (type is "score") return (new ScoreLoader(context, index, problems).Load(detector, header), null);

        var level = RuleHeader.ReadLevel(detector["level"], problems);
        if (level is null && s_types.Contains(type)) problems.Error(detector["level"]?.Line ?? detector.Line, "The rule has no level.", "Add 'level: high' to the 'detector' section.");
        var generate = Keys.Boolean(detector["generate"], "generate", problems);
        var loader = new WindowLoader(context, index, problems, header, level ?? Severity.Medium);
        WindowRule? rule = type switch
        {
            "first_seen" => loader.FirstSeen(detector),
            "absence" => loader.Absence(detector),
            "join" => loader.Join(detector),
            "aggregate" => loader.Aggregate(detector),
            _ => Refuse(detector, type),
        };
        return rule is null || problems.HasErrors ? default : (header.Fill(rule), generate);
    }

    private WindowRule? Refuse(YamlMap detector, string type)
    {
        problems.Error(detector["type"]!.Line, $"There is no type '{type}'.", Suggestion.For(type, s_types) ?? $"Use one of {string.Join(", ", s_types)}.");
        return null;
    }
}
