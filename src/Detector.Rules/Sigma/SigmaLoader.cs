using Detector.Engine.Rules;
using Detector.Rules.Yaml;

namespace Detector.Rules.Sigma;

/// <summary>A Sigma detection as loaded, before it is known who refers to it.</summary>
internal sealed record LoadedSigma(SigmaRule Rule, bool? Generate, YamlNode? Tests, YamlNode? Suppress, LogSource? Source, Aggregation? Aggregation, int Line, Diagnostics Problems);

/// <summary>Reads Sigma 2.1 detection files (<c>.yml</c>).</summary>
internal static class SigmaLoader
{
    private static readonly string[] s_known =
    [
        "title", "id", "related", "name", "taxonomy", "status", "description", "license", "author", "references", "date", "modified",
        "logsource", "detection", "fields", "falsepositives", "level", "tags", "scope", "custom_attributes", "generate", "simulation", "regression_tests_path",
    ];

    private static readonly string[] s_extension = ["tests", "session", "generate", "runbook", "suppress", "storm"];

    public static LoadedSigma? Load(YamlMap map, ReadOnlySpan<byte> bytes, LoadContext context, Diagnostics problems)
    {
        foreach (var (key, _) in map.Entries.Where(entry => !s_known.Contains(entry.Key.Text, StringComparer.Ordinal)))
            problems.Warning(key.Line, $"The key '{key.Text}' is not one of Sigma's.", Suggestion.For(key.Text, s_known) ?? "Keep what is yours under 'custom_attributes'.");

        var extension = ReadExtension(map, problems);
        var header = RuleHeader.Read(map, problems.File, bytes, extension, problems);
        var level = RuleHeader.ReadLevel(map["level"], problems) ?? Severity.Medium;
        var detection = ReadDetection(map, context, problems, out var aggregation);
        var source = LogSource.Read(map, problems);
        var records = source?.Compile(context, problems);
        var isSession = Keys.Boolean(extension?["session"], "session", problems) ?? false;
        var generate = Keys.Boolean(extension?["generate"] ?? map["generate"], "generate", problems);
        var rule = new SigmaRule
        {
            Id = header.Id,
            Name = header.Name,
            Title = header.Title,
            Description = header.Description,
            Tags = header.Tags,
            FalsePositives = header.FalsePositives,
            Runbook = header.Runbook,
            StormAlerts = header.StormAlerts,
            Version = header.Version,
            File = problems.File,
            Severity = level,
            Session = isSession,
            Predicate = records is null ? detection : new AndPredicate([records, detection]),
        };
        return new LoadedSigma(rule, generate, extension?["tests"], extension?["suppress"], source, aggregation, map.Line, problems);
    }

    private static YamlMap? ReadExtension(YamlMap map, Diagnostics problems)
    {
        if ((map["custom_attributes"] as YamlMap)?["detector"] is not YamlMap extension) return null;
        foreach (var (key, _) in extension.Entries.Where(entry => !s_extension.Contains(entry.Key.Text, StringComparer.Ordinal)))
            problems.Error(key.Line, $"'custom_attributes.detector' has no key '{key.Text}'.", Suggestion.For(key.Text, s_extension) ?? $"It has {string.Join(", ", s_extension)}.");
        return extension;
    }

    private static Predicate ReadDetection(YamlMap map, LoadContext context, Diagnostics problems, out Aggregation? aggregation)
    {
        aggregation = null;
        if (map["detection"] is not YamlMap detection)
        {
            problems.Error(map["detection"]?.Line ?? map.Line, "The rule has no 'detection'.", "Add searches and a condition.");
            return new ConstantPredicate(false);
        }

        var reader = new Detection(context, problems);
        var whole = reader.Read(detection, "detection");
        aggregation = reader.Aggregation;
        foreach (var field in AbsentFields.PassedOver(whole))
            problems.Info(detection["condition"]?.Line ?? detection.Line, $"A record without '{field}' passes the 'not' of it.", $"Add '{field}|exists: true' if such records should not match.");
        return whole;
    }
}
