using System.Globalization;
using Detector.Rules.Yaml;

namespace Detector.Rules.Lists;

/// <summary>Reads <c>rules/lists/*.yaml</c>: a name and entries, each a value alone or with its reason, owner and expiry.</summary>
internal static class ListFile
{
    public static ValueList? Load(ReadOnlyMemory<byte> bytes, Diagnostics problems)
    {
        if (YamlReader.ReadMap(bytes, problems) is not { } map) return null;
        Keys.Check(map, "A list", problems, "name", "description", "entries");
        var name = Keys.RequiredText(map, "name", "A list", problems);
        if (map["entries"] is not YamlList entries)
        {
            problems.Error(map["entries"]?.Line ?? map.Line, "A list needs 'entries'.", "Add 'entries:' with a value on each line.");
            return null;
        }

        var values = new List<string>();
        foreach (var entry in entries.Items)
        {
            if (entry is YamlScalar { IsNull: false } scalar)
            {
                values.Add(scalar.Text);
            }
            else if (entry is YamlMap detailed)
            {
                Keys.Check(detailed, "An entry", problems, "value", "reason", "owner", "expires");
                if (Keys.RequiredText(detailed, "value", "An entry", problems) is { } value) values.Add(value);
                CheckExpiry(detailed["expires"], problems);
            }
            else
            {
                problems.Error(entry.Line, "An entry is neither a value nor a map with 'value'.", "Write '- { value: 50126, reason: … }'.");
            }
        }

        return name is null ? null : new ValueList(name, problems.File, values);
    }

    // An entry that outlives its date lets through what it should not: whoever wrote the date must know that it is only a note.
    private static void CheckExpiry(YamlNode? expires, Diagnostics problems)
    {
        if (expires is null or YamlScalar { IsNull: true }) return;
        if (expires is YamlScalar date && DateOnly.TryParseExact(date.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            problems.Warning(expires.Line, "The date in 'expires' is not acted on yet: the entry stays until it is removed.", "Remove the entry when its date has passed.");
        else
            problems.Error(expires.Line, "'expires' is no date.", "Write it as 2026-05-15.");
    }
}
