using System.Collections.Immutable;
using Detector.Engine.Alerts;
using Detector.Engine.Logs;

namespace Detector.Engine.Windows;

/// <summary>From the entries of an episode to the alert it gives: a pure function of them.</summary>
internal static class WindowAlerts
{
    /// <summary>An alert names at most so many records: the first ones and the last ones.</summary>
    public const int EvidenceMax = 200;

    // Of a long episode its beginning says how it began, its end how it stands.
    private const int EvidenceFirst = 20;

    private const int ValueCharsMax = 120;

    private const int ValuesMax = 5;

    /// <summary>The alert of a rule about what happened at <paramref name="first"/>.</summary>
    public static Alert Make(WindowTable table, Guid id, WindowEntry first, IReadOnlyList<WindowEntry> entries)
    {
        var shown = entries.Count <= EvidenceMax ? entries : [.. entries.Take(EvidenceFirst), .. entries.Skip(entries.Count - (EvidenceMax - EvidenceFirst))];
        var evidence = shown.Select(entry => AlertDescription.EvidenceOf(entry.Event)).DistinctBy(record => record.Id, StringComparer.OrdinalIgnoreCase)
            .OrderBy(record => record.Time).ThenBy(record => record.Id, StringComparer.Ordinal).ToImmutableArray();
        return AlertDescription.Of(table.Rule, id, first.Event, first.Event.Time, evidence) with
        {
            Severity = table.Rule.Severity,
            Factors = table.Logic.Reasons(entries, first),
            FirstEventTime = entries.Min(entry => entry.Event.Time),
            LastEventTime = entries.Max(entry => entry.Event.Time),
        };
    }

    /// <summary>Ids of records, each once, no more than an alert can name.</summary>
    public static ImmutableArray<string> Ids(IEnumerable<WindowEntry> entries)
    {
        var ids = entries.Select(entry => entry.Event.Id).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        return ids.Count <= EvidenceMax ? [.. ids] : [.. ids.Take(EvidenceFirst), .. ids.Skip(ids.Count - (EvidenceMax - EvidenceFirst))];
    }

    /// <summary>A few of the values, in an order that is their own.</summary>
    public static string Some(IEnumerable<string> values)
    {
        var all = values.Order(StringComparer.OrdinalIgnoreCase).ToList();
        var some = string.Join(", ", all.Take(ValuesMax).Select(Cut));
        return all.Count > ValuesMax ? $"{some} and {all.Count - ValuesMax} more" : some;
    }

    /// <summary>Fields of records are cut: they are written by whoever made the record.</summary>
    public static string Cut(string text) => text.Length <= ValueCharsMax ? text : string.Concat(text.AsSpan(0, ValueCharsMax), "…");

    /// <summary>The event by which other rules join an alert: who signed in and who acted are one and the same to them.</summary>
    public static LogEvent AsSource(LogEvent subject)
    {
        var copy = subject.Copy();
        Fill(copy, CanonicalField.ActorId, CanonicalField.UserId);
        Fill(copy, CanonicalField.UserId, CanonicalField.ActorId);
        Fill(copy, CanonicalField.ActorUpn, CanonicalField.UserUpn);
        Fill(copy, CanonicalField.UserUpn, CanonicalField.ActorUpn);
        return copy;
    }

    private static void Fill(LogEvent logged, CanonicalField to, CanonicalField from)
    {
        if (!logged[to].IsPresent) logged[to] = logged[from];
    }
}
