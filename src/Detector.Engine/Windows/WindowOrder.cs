using System.Collections.Immutable;
using Detector.Engine.Rules;

namespace Detector.Engine.Windows;

/// <summary>In which order window rules are asked: after those they look at.</summary>
internal static class WindowOrder
{
    /// <summary>The tables of a rule set, in its order, with their depths.</summary>
    /// <exception cref="ArgumentException">Rules look at one another in a circle; the loader refuses such files.</exception>
    public static ImmutableArray<WindowTable> Tables(RuleSet rules, KeyCache keys)
    {
        var count = rules.Windows.Length;
        var looksAtAlerts = new bool[count];
        var depths = new int[count];
        for (var changed = true; changed;)
        {
            changed = false;
            var sources = 1 + Enumerable.Range(0, count).Where(i => !looksAtAlerts[i]).Select(i => depths[i]).DefaultIfEmpty(0).Max();
            for (var i = 0; i < count; i++)
            {
                var (looks, depth) = Look(rules.Windows[i], looksAtAlerts, depths, sources);
                if (depth > count + sources) throw new ArgumentException($"The rule '{rules.Windows[i].Name}' looks at itself by way of others.", nameof(rules));
                changed |= looks != looksAtAlerts[i] || depth != depths[i];
                (looksAtAlerts[i], depths[i]) = (looks, depth);
            }
        }

        return [.. rules.Windows.Select((rule, i) => new WindowTable(rule, depths[i], looksAtAlerts[i], keys))];
    }

    private static (bool LooksAtAlerts, int Depth) Look(WindowRule rule, bool[] looksAtAlerts, int[] depths, int sources)
    {
        var (looks, depth) = (false, 0);
        foreach (var input in rule.Inputs)
        {
            if (input.Kind == SourceKind.HighAlerts) (looks, depth) = (true, Math.Max(depth, sources));
            else if (input.Kind == SourceKind.Window) (looks, depth) = (looks | looksAtAlerts[input.Index], Math.Max(depth, depths[input.Index] + 1));
        }

        return (looks, depth);
    }
}
