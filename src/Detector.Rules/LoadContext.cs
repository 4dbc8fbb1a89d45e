using Detector.Engine.Logs;
using Detector.Rules.Lint;
using Detector.Rules.Lists;

namespace Detector.Rules;

/// <summary>What all files of a folder share while they are loaded.</summary>
internal sealed class LoadContext(FieldCatalog fields, IReadOnlyDictionary<string, ValueList> lists, FieldSchemaBuilder schema, TimeZoneInfo zone, DateOnly? today = null)
{
    public FieldCatalog Fields { get; } = fields;

    public IReadOnlyDictionary<string, ValueList> Lists { get; } = lists;

    public HashSet<string> UsedLists { get; } = new(StringComparer.Ordinal);

    public FieldSchemaBuilder Schema { get; } = schema;

    /// <summary>Every field that was asked for by name.</summary>
    public List<FieldUse> FieldUses { get; } = [];

    /// <summary>The day against which lint tells what has expired; null where the day must not matter.</summary>
    public DateOnly? Today { get; } = today;

    /// <summary>The first moment of a day of the tenant, UTC.</summary>
    public DateTime StartOf(DateOnly day) => Expiry.StartOf(day, zone);

    /// <summary>The slot of a field as a rule names it; says what is odd about the name.</summary>
    public (int Slot, FieldDefinition Field) Ask(string name, int line, Diagnostics problems)
    {
        var resolved = Fields.Resolve(name);
        if (problems.IsFull) return (Schema.Ask(resolved.Field), resolved.Field);
        FieldUses.Add(new FieldUse(problems.File, line, name, resolved.Field, resolved.Binding));
        if (resolved.Binding == FieldBinding.Unknown)
            problems.Warning(line, $"No record is known to have the field '{name}': the condition matches nothing.", Suggestion.For(name, Fields.KnownNames) ?? "See rules/fields.yaml for the names that can be used.");
        else if (resolved.Binding == FieldBinding.Alias)
            problems.Info(line, $"'{name}' is read as '{resolved.Field.Name}'.");
        return (Schema.Ask(resolved.Field), resolved.Field);
    }
}
