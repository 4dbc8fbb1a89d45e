using System.Text.Json;
using System.Text.Json.Nodes;

namespace Detector.Testing.Ocsf;

/// <summary>
/// Enough of the schema of OCSF to hold a Detection Finding against it: which attributes an object may and has to have, their types, the ids of
/// enumerations, and that at least one of some is there. <see cref="Excerpt"/> is what a finding without profiles may need; the schema's own files say more.
/// </summary>
public sealed class OcsfSchema
{
    // A line an object: attribute, "!" where it is required, its type, the ids it may have; then those of which one has to be there.
    // s text, i whole number, b truth, any anything; a name is another object, [name] a list of it.
    private const string Lines = """
        detection_finding: activity_id!=i{0,1,2,3,99} activity_name=s category_uid!=i{2} category_name=s class_uid!=i{2004} class_name=s type_uid!=i{200400,200401,200402,200403,200499} type_name=s severity_id!=i{0,1,2,3,4,5,6,99} severity=s status_id=i{0,1,2,3,4,5,6,99} status=s is_alert=b time!=i start_time=i end_time=i message=s risk_level_id=i{0,1,2,3,4,99} risk_level=s risk_score=i risk_details=s metadata!=metadata finding_info!=finding_info evidences=[evidences] resources=[resource_details] remediation=remediation unmapped=any
        metadata: version!=s uid=s correlation_uid=s tenant_uid=s product!=product
        product: name=s vendor_name=s version=s uid=s | name uid
        finding_info: uid!=s title=s desc=s first_seen_time=i last_seen_time=i analytic=analytic attacks=[attack]
        analytic: type_id!=i{0,1,2,3,4,99} type=s uid=s name=s | name uid
        attack: tactic=tactic technique=technique sub_technique=technique | tactic technique sub_technique
        tactic: uid=s name=s | name uid
        technique: uid=s name=s | name uid
        evidences: actor=actor user=user src_endpoint=network_endpoint device=device api=api data=any | actor api data device src_endpoint user
        actor: user=user | user
        user: name=s uid=s | name uid
        network_endpoint: ip=s name=s location=location | ip name
        location: city=s country=s desc=s | city country
        device: type_id!=i{0,1,2,3,4,5,6,7,8,99} name=s uid=s | name uid
        api: operation!=s
        resource_details: type=s name=s uid=s criticality=s | name uid
        remediation: desc!=s references=[s]
        """;

    private readonly Dictionary<string, Definition> _definitions;

    private OcsfSchema(Dictionary<string, Definition> definitions)
    {
        _definitions = definitions;
    }

    /// <summary>What is known without the schema's files.</summary>
    public static OcsfSchema Excerpt { get; } = new(Lines.Split('\n').Select(Parse).ToDictionary(definition => definition.Name, StringComparer.Ordinal));

    /// <summary>The excerpt, in which the objects that a folder has files of are those of the files.</summary>
    public static OcsfSchema Of(string folder)
    {
        var files = Directory.GetFiles(folder, "*.json").Select(path => JsonNode.Parse(File.ReadAllText(path))!.AsObject()).ToDictionary(file => (string)file["name"]!, StringComparer.Ordinal);
        var definitions = new Dictionary<string, Definition>(Excerpt._definitions, StringComparer.Ordinal);
        foreach (var name in (string[])["detection_finding", "finding_info", "metadata", "product"]) definitions[name] = FromFiles(files, name, Excerpt._definitions[name]);
        return new OcsfSchema(definitions);
    }

    /// <summary>What is wrong with a finding; empty for one that is right.</summary>
    public IReadOnlyList<string> ProblemsOf(ReadOnlyMemory<byte> finding)
    {
        using var document = JsonDocument.Parse(finding);
        var problems = new List<string>();
        Check("detection_finding", document.RootElement, "finding", problems);
        return problems;
    }

    /// <summary>Where the excerpt says something else of an object than this.</summary>
    public IEnumerable<string> ContradictionsOf(OcsfSchema excerpt)
    {
        foreach (var known in excerpt._definitions.Values)
        {
            var whole = _definitions[known.Name];
            foreach (var name in known.Attributes.Keys.Except(whole.Attributes.Keys, StringComparer.Ordinal)) yield return $"{known.Name}.{name} is not in the schema.";
            foreach (var (name, attribute) in whole.Attributes.Where(attribute => attribute.Value.IsRequired && !(known.Attributes.TryGetValue(attribute.Key, out var of) && of.IsRequired))) yield return $"{known.Name}.{name} is required.";
        }
    }

    private static Definition Parse(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var parts = line[(colon + 1)..].Split('|');
        var attributes = parts[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(token =>
        {
            var (name, type) = (token.Split('=')[0], token.Split('=')[1]);
            var ids = type.Contains('{', StringComparison.Ordinal) ? type[(type.IndexOf('{', StringComparison.Ordinal) + 1)..^1].Split(',').ToHashSet(StringComparer.Ordinal) : null;
            return KeyValuePair.Create(name.TrimEnd('!'), new Attribute(type.Split('{')[0], name.EndsWith('!'), ids));
        });
        return new Definition(line[..colon], attributes.ToDictionary(StringComparer.Ordinal), parts.Length > 1 ? parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries) : []);
    }

    // The dictionary of types is no part of the files: types are those of the excerpt, and so are ids that a file does not name. 0 and 99 are in each enumeration.
    private static Definition FromFiles(Dictionary<string, JsonObject> files, string name, Definition excerpt)
    {
        var attributes = new Dictionary<string, Attribute>(StringComparer.Ordinal);
        string[] atLeastOne = [];
        for (var at = name; at is not null && files.TryGetValue(at, out var file); at = (string?)file["extends"])
        {
            foreach (var (attribute, of) in file["attributes"]!.AsObject().Where(pair => pair.Key != "$include"))
            {
                attributes.TryGetValue(attribute, out var below);
                excerpt.Attributes.TryGetValue(attribute, out var known);
                var ids = of!["enum"]?.AsObject().Select(id => id.Key).ToHashSet(StringComparer.Ordinal);
                attributes[attribute] = new Attribute(known?.Type ?? "any", below is { IsSaid: true } ? below.IsRequired : (string?)of["requirement"] == "required", below?.Ids ?? Classes(attribute, known) ?? (ids is null ? known?.Ids : [.. ids, "0", "99"])) { IsSaid = below?.IsSaid == true || of["requirement"] is not null };
            }

            if (file["constraints"]?["at_least_one"] is JsonArray one && atLeastOne.Length == 0) atLeastOne = [.. one.Select(item => (string)item!)];
        }

        // An entity is in no file: it has a name and an id.
        if ((string?)files[name]["extends"] == "_entity") atLeastOne = ["name", "uid"];
        return new Definition(name, attributes, atLeastOne);
    }

    // Ids that follow from which class it is.
    private static HashSet<string>? Classes(string attribute, Attribute? known) => attribute is "class_uid" or "category_uid" or "type_uid" ? known?.Ids : null;

    private void Check(string type, JsonElement value, string at, List<string> problems)
    {
        if (type is ['[', .. var item, ']'])
        {
            if (value.ValueKind != JsonValueKind.Array) problems.Add($"{at} is no list.");
            else foreach (var (element, i) in value.EnumerateArray().Select((element, i) => (element, i))) Check(item, element, $"{at}[{i}]", problems);
            return;
        }

        switch (type)
        {
            case "any":
                break;
            case "s":
                if (value.ValueKind != JsonValueKind.String) problems.Add($"{at} is no text.");
                break;
            case "i":
                if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out _)) problems.Add($"{at} is no whole number.");
                break;
            case "b":
                if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) problems.Add($"{at} is no truth.");
                break;
            default:
                if (value.ValueKind != JsonValueKind.Object) problems.Add($"{at} is no object.");
                else CheckObject(_definitions[type], value, at, problems);
                break;
        }
    }

    private void CheckObject(Definition definition, JsonElement value, string at, List<string> problems)
    {
        var names = value.EnumerateObject().Select(property => property.Name).ToList();
        if (names.Count != names.Distinct(StringComparer.Ordinal).Count()) problems.Add($"{at} has an attribute twice.");
        problems.AddRange(definition.Attributes.Where(attribute => attribute.Value.IsRequired && !names.Contains(attribute.Key, StringComparer.Ordinal)).Select(attribute => $"{at}.{attribute.Key} is missing."));
        if (definition.AtLeastOne.Count > 0 && !names.Exists(name => definition.AtLeastOne.Contains(name, StringComparer.Ordinal))) problems.Add($"{at} has none of {string.Join(", ", definition.AtLeastOne)}.");
        foreach (var property in value.EnumerateObject())
        {
            if (!definition.Attributes.TryGetValue(property.Name, out var attribute))
            {
                problems.Add($"{at}.{property.Name} is unknown.");
                continue;
            }

            Check(attribute.Type, property.Value, $"{at}.{property.Name}", problems);
            if (attribute.Ids is { } ids && !ids.Contains(property.Value.GetRawText())) problems.Add($"{at}.{property.Name} is {property.Value.GetRawText()}, and none of {string.Join(", ", ids)}.");
        }
    }

    private sealed record Definition(string Name, IReadOnlyDictionary<string, Attribute> Attributes, IReadOnlyList<string> AtLeastOne);

    private sealed record Attribute(string Type, bool IsRequired, HashSet<string>? Ids)
    {
        // Whether a file said if it is required: the object itself does so before those that it extends.
        public bool IsSaid { get; init; }
    }
}
