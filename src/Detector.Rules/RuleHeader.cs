using System.Collections.Immutable;
using System.Security.Cryptography;
using Detector.Engine.Rules;
using Detector.Rules.Yaml;

namespace Detector.Rules;

/// <summary>The part that every rule file has: who it is and what is said about it.</summary>
internal sealed record RuleHeader(string Id, string Name, string Title, string Description, ImmutableArray<string> Tags, ImmutableArray<string> FalsePositives, string? Runbook, int? StormAlerts, string Version)
{
    public static RuleHeader Read(YamlMap map, string file, ReadOnlySpan<byte> bytes, YamlMap? extension, Diagnostics problems)
    {
        var title = CheckTitle(map, problems);
        var id = Text(map, "id", problems);
        var isUuid = Guid.TryParseExact(id, "D", out var uuid);
        if (!isUuid) problems.Error(map["id"]?.Line ?? map.Line, id is null ? "The rule has no id." : $"The id '{id}' is no UUID.", "Add 'id:' with a new UUID, for instance from uuidgen.");
        return new RuleHeader(
            isUuid ? uuid.ToString("D") : "", NullIfBlank(Text(map, "name", problems)) ?? NameOf(file), title ?? "", Text(map, "description", problems)?.Trim() ?? "",
            Keys.Texts(map, "tags", problems), Keys.Texts(map, "falsepositives", problems), (extension is null ? null : Text(extension, "runbook", problems)) ?? Text(map, "runbook", problems),
            Keys.StormAlerts((extension ?? map["detector"] as YamlMap)?["storm"], "storm", problems),
            $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}");
    }

    /// <summary>The rule with what this says of every rule.</summary>
    public T Fill<T>(T rule)
        where T : Rule => (T)(rule with { Description = Description, Tags = Tags, FalsePositives = FalsePositives, Runbook = Runbook, StormAlerts = StormAlerts });

    /// <summary>The title, without which no file of rules is.</summary>
    public static string? CheckTitle(YamlMap map, Diagnostics problems)
    {
        var title = Text(map, "title", problems);
        if (string.IsNullOrWhiteSpace(title)) problems.Error(map["title"]?.Line ?? map.Line, "The rule has no title.", "Add 'title: …'.");
        return title;
    }

    public static Severity? ReadLevel(YamlNode? node, Diagnostics problems)
    {
        if (node is null) return null;
        var text = (node as YamlScalar)?.Text ?? "";

        // Enum.TryParse would also take '-1' and 'low, high'.
        foreach (var severity in Enum.GetValues<Severity>())
        {
            if (string.Equals(text, severity.ToString(), StringComparison.OrdinalIgnoreCase)) return severity;
        }

        problems.Error(node.Line, $"There is no level '{text}'.", "Use informational, low, medium, high or critical.");
        return null;
    }

    public static string? Text(YamlMap map, string key, Diagnostics problems)
    {
        var value = map[key];
        if (value is null or YamlScalar { IsNull: true }) return null;
        if (value is YamlScalar scalar) return scalar.Text;
        problems.Error(value.Line, $"'{key}' is a list or a map.", "Give a text.");
        return null;
    }

    private static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    // 'rules/pim/pim_activation_risk.detector.yaml' is pim_activation_risk.
    public static string NameOf(string file)
    {
        var name = file[(file.LastIndexOf('/') + 1)..];
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? name : name[..dot];
    }
}
