using Detector.Engine.Logs;
using Detector.Rules.Yaml;

namespace Detector.Rules.Fields;

/// <summary>Reads <c>rules/fields.yaml</c>; a folder's own file adds to the shipped one, name by name.</summary>
internal sealed class FieldsFile
{
    private readonly Dictionary<string, string> _columns = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _aliases = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _paths = new(StringComparer.OrdinalIgnoreCase);

    public FieldCatalog Catalog => new(_columns, _aliases, _paths);

    public void Add(ReadOnlyMemory<byte> bytes, Diagnostics problems)
    {
        if (YamlReader.ReadMap(bytes, problems) is not { } map) return;
        Keys.Check(map, "The file", problems, "fields", "aliases", "paths");
        foreach (var (key, value) in (map["fields"] as YamlMap)?.Entries ?? [])
        {
            if (!CanonicalFields.TryParse(key.Text, out var field))
            {
                problems.Error(key.Line, $"There is no canonical field '{key.Text}'.", Suggestion.For(key.Text, CanonicalFields.Names) ?? "Add names to the canonical fields, under 'from'.");
                continue;
            }

            if (value is not YamlMap about)
            {
                problems.Error(value.Line, $"What is said of '{key.Text}' is not a map.", "Write '{ is: …, from: [name] }'.");
                continue;
            }

            Keys.Check(about, "A field", problems, "is", "from");
            foreach (var name in (about["from"] as YamlList)?.Items.OfType<YamlScalar>() ?? []) _columns[name.Text] = CanonicalFields.Name(field);
        }

        foreach (var (key, value) in (map["aliases"] as YamlMap)?.Entries ?? [])
        {
            if (value is YamlScalar target && CanonicalFields.TryParse(target.Text, out var field)) _aliases[key.Text] = CanonicalFields.Name(field);
            else problems.Error(value.Line, $"The alias '{key.Text}' stands for no canonical field.", "Name one of the fields above.");
        }

        foreach (var path in (map["paths"] as YamlList)?.Items.OfType<YamlScalar>() ?? []) _paths.Add(path.Text);
    }
}
