using Detector.Rules.Yaml;

namespace Detector.Rules.Lists;

/// <summary>Replaces the <c>%name%</c> of a value by each entry of that list (<c>rules/lists</c>).</summary>
internal sealed class Placeholders(LoadContext context, Diagnostics problems)
{
    /// <summary>The value once for each entry of its list; the value itself when it names none.</summary>
    public IReadOnlyList<string> Expand(YamlScalar value)
    {
        if (!TryFind(value.Text, out var before, out var name, out var after))
        {
            problems.Warning(value.Line, $"'{value.Text}' has no placeholder to expand.", "Write '%name%', or leave out 'expand'.");
            return [value.Text];
        }

        if (TryFind(after, out _, out _, out _)) problems.Error(value.Line, "A value has more than one placeholder.", "Write one list with the whole values.");
        if (context.Lists.TryGetValue(name, out var list))
        {
            context.UsedLists.Add(name);
            if (list.Values.Count == 0) problems.Warning(value.Line, $"The list '{name}' is empty: the condition matches nothing.", $"Add entries to {list.File}.");
            return [.. list.Values.Select(entry => before + entry + after)];
        }

        problems.Warning(value.Line, $"There is no list '{name}': the condition matches nothing.", Suggestion.For(name, context.Lists.Keys) ?? $"Add rules/lists/{name}.yaml.");
        return [];
    }

    /// <summary>Says so when a value names a list but its field lacks the modifier.</summary>
    public void WarnOfForgotten(YamlScalar value)
    {
        if (TryFind(value.Text, out _, out var name, out _) && context.Lists.ContainsKey(name))
            problems.Warning(value.Line, $"'%{name}%' is compared as it stands, since the field lacks the modifier 'expand'.", "Write 'field|expand'.");
    }

    private static bool TryFind(string text, out string before, out string name, out string after)
    {
        (before, name, after) = (text, "", "");
        var start = text.IndexOf('%', StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf('%', start + 1);
        if (end <= start + 1) return false;
        (before, name, after) = (text[..start], text[(start + 1)..end], text[(end + 1)..]);
        return true;
    }
}
