using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Detector.Simulation.Records;

/// <summary>
/// A JSON tree as text, with its slots kept: <c>@{name}</c> in a string, <c>@{#name}</c> as a whole string where the
/// value is no string. Each time the text is put into a JSON string, a <c>+</c> is added to its slots, so that a slot
/// knows how often its value must be escaped.
/// </summary>
internal static class TemplateText
{
    public const string Open = "@{", Close = "}";

    public static string Json(JsonNode? node, JsonStyle style)
    {
        var text = new StringBuilder(8192);
        Write(node, style, text);
        return text.ToString();
    }

    /// <summary>A text as the inside of a JSON string.</summary>
    public static string Escape(string text, JsonStyle style)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (c is '"' or '\\') escaped.Append('\\').Append(c);
            else if (c < ' ' || (c > '~' && style == JsonStyle.Spaced)) escaped.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else escaped.Append(c);
        }

        return escaped.Replace(Open, Open + "+").ToString();
    }

    private static void Write(JsonNode? node, JsonStyle style, StringBuilder to)
    {
        var (colon, comma) = style == JsonStyle.Spaced ? (": ", ", ") : (":", ",");
        switch (node)
        {
            case JsonObject members:
                var separator = "{";
                foreach (var (name, value) in members)
                {
                    to.Append(separator).Append('"').Append(Escape(name, style)).Append('"').Append(colon);
                    Write(value, style, to);
                    separator = comma;
                }

                to.Append(members.Count == 0 ? "{}" : "}");
                break;
            case JsonArray items:
                to.Append('[');
                for (var i = 0; i < items.Count; i++)
                {
                    if (i > 0) to.Append(comma);
                    Write(items[i], style, to);
                }

                to.Append(']');
                break;
            case JsonValue value when value.TryGetValue<string>(out var text):
                var escaped = Escape(text, style);
                if (text.StartsWith("@{#", StringComparison.Ordinal)) to.Append(escaped.Replace("#", "", StringComparison.Ordinal));
                else to.Append('"').Append(escaped).Append('"');
                break;
            default:
                to.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }
}
