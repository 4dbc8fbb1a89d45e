using System.Collections.Frozen;

namespace Detector.Engine.Logs;

/// <summary>How a rule's name for a field was understood.</summary>
public enum FieldBinding
{
    /// <summary>A canonical name.</summary>
    Canonical,

    /// <summary>A Log Analytics column or Event Hub path of a canonical field.</summary>
    Column,

    /// <summary>A name from public rules that no record has, translated to a canonical field.</summary>
    Alias,

    /// <summary>A path into the record that Entra is known to write.</summary>
    Path,

    /// <summary>A path that no known record has.</summary>
    Unknown,
}

/// <summary>A field name as understood.</summary>
public sealed record ResolvedField(FieldDefinition Field, FieldBinding Binding);

/// <summary>
/// The three ways in which a rule may name a field, case-insensitively: canonical, Log Analytics column, Event Hub path.
/// Immutable; <c>rules/fields.yaml</c> is its content.
/// </summary>
public sealed class FieldCatalog
{
    /// <summary>The slot name of the whole record, for keywords.</summary>
    public static readonly FieldDefinition Whole = new("(record)", FieldKind.Whole);

    private const string Envelope = "properties.";
    private readonly FrozenDictionary<string, string> _columns;
    private readonly FrozenDictionary<string, string> _aliases;
    private readonly FrozenSet<string> _paths;

    /// <summary>A catalog of names.</summary>
    /// <param name="columns">Column or path (without <c>properties.</c>) to canonical name.</param>
    /// <param name="aliases">Names of public rules to canonical names.</param>
    /// <param name="paths">First segments of further paths that records have.</param>
    public FieldCatalog(IEnumerable<KeyValuePair<string, string>> columns, IEnumerable<KeyValuePair<string, string>> aliases, IEnumerable<string> paths)
    {
        _columns = columns.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _aliases = aliases.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _paths = paths.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Every name that is known, for suggestions.</summary>
    public IEnumerable<string> KnownNames => CanonicalFields.Names.Concat(_columns.Keys).Concat(_aliases.Keys).Concat(_paths);

    /// <summary>What a name means; an unknown one is a path that is looked up all the same.</summary>
    public ResolvedField Resolve(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (CanonicalFields.TryParse(name, out var canonical)) return Canonical(CanonicalFields.Name(canonical), FieldBinding.Canonical);
        if (IsModified(name)) return new ResolvedField(new FieldDefinition(name, FieldKind.Modified), FieldBinding.Canonical);
        var path = name.StartsWith(Envelope, StringComparison.OrdinalIgnoreCase) ? name[Envelope.Length..] : name;
        if (_columns.TryGetValue(path, out var column)) return Canonical(column, FieldBinding.Column);
        if (_aliases.TryGetValue(name, out var alias)) return Canonical(alias, FieldBinding.Alias);
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        var isKnown = _paths.Contains(dot < 0 ? path : path[..dot]);
        return new ResolvedField(new FieldDefinition(path, FieldKind.Path), isKnown ? FieldBinding.Path : FieldBinding.Unknown);
    }

    private static bool IsModified(string name) =>
        name.StartsWith("Modified.", StringComparison.OrdinalIgnoreCase)
        && (name.EndsWith(".New", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".Old", StringComparison.OrdinalIgnoreCase))
        && name.Length > "Modified..New".Length;

    private static ResolvedField Canonical(string name, FieldBinding binding) => new(new FieldDefinition(name, FieldKind.Canonical), binding);
}
