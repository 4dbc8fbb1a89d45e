using Detector.Rules.Yaml;

namespace Detector.Rules.Lists;

/// <summary>Reads <c>rules/lists/*.yaml</c>: a name and entries, each a value alone or with its reason, owner and expiry.</summary>
internal static class ListFile
{
    public static ValueList? Load(ReadOnlyMemory<byte> bytes, DateOnly? today, Diagnostics problems)
    {
        if (YamlReader.ReadMap(bytes, problems) is not { } map) return null;
        Keys.Check(map, "A list", problems, "name", "description", "entries");
        var name = Keys.RequiredText(map, "name", "A list", problems);
        if (map["entries"] is not YamlList entries)
        {
            problems.Error(map["entries"]?.Line ?? map.Line, "A list needs 'entries'.", "Add 'entries:' with a value on each line.");
            return null;
        }

        var values = new List<ListEntry>();
        foreach (var entry in entries.Items)
        {
            if (entry is YamlScalar { IsNull: false } scalar)
            {
                values.Add(new ListEntry(scalar.Text, null));
            }
            else if (entry is YamlMap detailed)
            {
                Keys.Check(detailed, "An entry", problems, "value", "reason", "owner", "expires");
                var expires = Expiry.Read(detailed["expires"], $"The entry '{(detailed["value"] as YamlScalar)?.Text}'", today, problems);
                if (Keys.RequiredText(detailed, "value", "An entry", problems) is { } value) values.Add(new ListEntry(value, expires));
            }
            else
            {
                problems.Error(entry.Line, "An entry is neither a value nor a map with 'value'.", "Write '- { value: 50126, reason: … }'.");
            }
        }

        return name is null ? null : new ValueList(name, problems.File, values);
    }
}
