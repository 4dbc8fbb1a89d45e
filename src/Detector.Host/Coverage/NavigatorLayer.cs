using System.Text.Json;

namespace Detector.Host.Coverage;

/// <summary>
/// Writes coverage as a layer of the ATT&amp;CK Navigator, format 4.5
/// (https://github.com/mitre-attack/attack-navigator/blob/master/layers/spec/v4.5/layerformat.md): a technique's score is the
/// number of rules that alert on it. The same rules give the same bytes.
/// </summary>
internal static class NavigatorLayer
{
    /// <summary>The version of the format.</summary>
    public const string LayerVersion = "4.5";

    // The first Navigator that reads the format.
    private const string NavigatorVersion = "4.9.0";

    public static void Write(Stream output, AttackCoverage coverage)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteString("name", "Detector");
        json.WriteStartObject("versions");
        json.WriteString("navigator", NavigatorVersion);
        json.WriteString("layer", LayerVersion);
        json.WriteEndObject();
        json.WriteString("domain", "enterprise-attack");
        json.WriteString("description", "Techniques on which Detector's rules alert; the score is the number of rules.");
        json.WriteNumber("sorting", 3);
        json.WriteStartObject("layout");
        json.WriteString("layout", "side");
        json.WriteBoolean("showID", true);
        json.WriteString("expandedSubtechniques", "annotated");
        json.WriteEndObject();
        json.WriteBoolean("hideDisabled", false);
        json.WriteStartArray("techniques");
        foreach (var covered in coverage.Techniques) Write(json, covered);
        json.WriteEndArray();
        WriteGradient(json, coverage);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, CoveredTechnique covered)
    {
        json.WriteStartObject();
        json.WriteString("techniqueID", covered.Technique);
        if (covered.Tactic is { } tactic) json.WriteString("tactic", tactic);
        json.WriteNumber("score", covered.Rules.Count);
        json.WriteString("comment", string.Join(", ", covered.Rules.Select(rule => rule.Name)));
        json.WriteBoolean("enabled", true);
        json.WriteEndObject();
    }

    private static void WriteGradient(Utf8JsonWriter json, AttackCoverage coverage)
    {
        json.WriteStartObject("gradient");
        json.WriteStartArray("colors");
        json.WriteStringValue("#ffffff");
        json.WriteStringValue("#66b1ff");
        json.WriteEndArray();
        json.WriteNumber("minValue", 0);
        json.WriteNumber("maxValue", coverage.Techniques.Select(covered => covered.Rules.Count).Append(1).Max());
        json.WriteEndObject();
    }
}
