using Detector.Rules.Sigma;
using Detector.Rules.Yaml;

namespace Detector.Rules.Lists;

/// <summary>Replaces the <c>%name%</c> of a value by each entry of that list (<c>rules/lists</c>); <c>\%</c> is a percent sign.</summary>
internal sealed class Placeholders(LoadContext context, Diagnostics problems)
{
    /// <summary>Several placeholders in a value multiply: more values than this are refused.</summary>
    public const int ValuesMax = 10_000;

    /// <summary>The value once for each entry of its list, or for each choice of several; the value itself when it names none.</summary>
    public IReadOnlyList<ConditionValue> Expand(YamlScalar value)
    {
        var whole = ConditionValue.Of(value) with { IsListed = true };
        if (!TryFind(value.Text, 0, out _, out _))
        {
            problems.Warning(value.Line, $"'{value.Text}' has no placeholder to expand.", "Write '%name%', or leave out 'expand'.");
            return [whole with { Text = Unescape(value.Text) }];
        }

        var (values, rest) = (new List<ConditionValue> { whole with { Text = "" } }, 0);
        while (TryFind(value.Text, rest, out var start, out var end))
        {
            var before = Unescape(value.Text[rest..start]);
            if (ListOf(value.Text[(start + 1)..end], value.Line) is not { } list) return [];
            if ((long)values.Count * list.Entries.Count > ValuesMax)
            {
                problems.Error(value.Line, $"The placeholders multiply to more than {ValuesMax} values.", "Write one list with the whole values.");
                return [];
            }

            values = [.. values.SelectMany(known => list.Entries.Select(entry => known with { Text = known.Text + before + entry.Value, Ends = Earlier(known.Ends, entry.Expires is { } day ? context.StartOf(day) : null) }))];
            rest = end + 1;
        }

        var after = Unescape(value.Text[rest..]);
        return [.. values.Select(known => known with { Text = known.Text + after })];
    }

    /// <summary>Says so when a value names a list but its field lacks the modifier.</summary>
    public void WarnOfForgotten(YamlScalar value)
    {
        if (TryFind(value.Text, 0, out var start, out var end) && context.Lists.ContainsKey(value.Text[(start + 1)..end]))
            problems.Warning(value.Line, $"'{value.Text[start..(end + 1)]}' is compared as it stands, since the field lacks the modifier 'expand'.", "Write 'field|expand'.");
    }

    private ValueList? ListOf(string name, int line)
    {
        if (context.Lists.TryGetValue(name, out var list))
        {
            context.UsedLists.Add(name);
            if (list.Entries.Count == 0) problems.Warning(line, $"The list '{name}' is empty: the condition matches nothing.", $"Add entries to {list.File}.");
            return list;
        }

        problems.Warning(line, $"There is no list '{name}': the condition matches nothing.", Suggestion.For(name, context.Lists.Keys) ?? $"Add rules/lists/{name}.yaml.");
        return null;
    }

    private static DateTime? Earlier(DateTime? one, DateTime? other) => one < other || other is null ? one : other;

    // The places of the two percent signs of the next placeholder.
    private static bool TryFind(string text, int from, out int start, out int end)
    {
        start = Percent(text, from);
        end = start < 0 ? -1 : Percent(text, start + 1);
        return end > start + 1;
    }

    private static int Percent(string text, int from)
    {
        for (var at = text.IndexOf('%', from); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at == 0 || text[at - 1] != '\\') return at;
        }

        return -1;
    }

    private static string Unescape(string text) => text.Replace("\\%", "%", StringComparison.Ordinal);
}
