using System.Collections.Immutable;
using System.Globalization;
using Detector.Engine.Alerts;
using Detector.Engine.Windows;

namespace Detector.Engine.Storms;

/// <summary>From the alerts of a storm to the one that sums it up: a pure function of them.</summary>
internal static class StormAlerts
{
    /// <summary>It names at most so many records: the first ones and the last ones.</summary>
    public const int EvidenceMax = 200;

    private const int EvidenceFirst = 20;

    /// <summary>The alert.</summary>
    /// <param name="rule">Its rule.</param>
    /// <param name="id">Its id.</param>
    /// <param name="entries">All that is kept.</param>
    /// <param name="run">The storm in it.</param>
    /// <param name="least">How many alerts are a storm.</param>
    /// <param name="more">How many alerts it has beyond those that are kept, and when the last of those was.</param>
    public static Alert Make(StormRule rule, Guid id, IReadOnlyList<StormEntry> entries, StormRun run, int least, (long Count, DateTime Last) more)
    {
        var count = run.To - run.From;
        var evidence = ImmutableArray.CreateBuilder<Evidence>();
        for (var i = run.From; i < run.To; i++)
        {
            if (i - run.From < EvidenceFirst || run.To - i <= EvidenceMax - EvidenceFirst) evidence.Add(entries[i].Record);
        }

        var (severity, actors, unknown) = (entries[run.From].Severity, new Dictionary<string, Principal>(StringComparer.OrdinalIgnoreCase), more.Count);
        for (var i = run.From; i < run.To; i++)
        {
            if (entries[i].Severity > severity) severity = entries[i].Severity;
            if (entries[i].Actor is { } actor && (actor.Upn ?? actor.Id) is { } name) actors.TryAdd(name, actor);
            else unknown++;
        }

        var shown = evidence.DistinctBy(record => record.Id, StringComparer.OrdinalIgnoreCase).OrderBy(record => record.Time).ThenBy(record => record.Id, StringComparer.Ordinal).ToImmutableArray();
        var last = entries[run.To - 1].Time;
        return new Alert
        {
            Id = id,
            Rule = rule,
            StormOf = rule.About,
            Severity = severity,
            Factors = Reasons(rule, count + more.Count, least, actors, [.. shown.Select(record => record.Id)]),
            TenantId = entries[run.FirstHit].TenantId,
            Actor = actors.Count == 1 && unknown == 0 ? actors.Values.First() : null,
            EventTime = run.First,
            FirstEventTime = entries[run.From].Time,
            LastEventTime = more.Count > 0 && more.Last > last ? more.Last : last,
            Evidence = shown,
        };
    }

    private static ImmutableArray<Factor> Reasons(StormRule rule, long count, int least, Dictionary<string, Principal> actors, ImmutableArray<string> records)
    {
        var alerts = new Factor("alerts", 0, string.Create(CultureInfo.InvariantCulture, $"{count} × {rule.About.Title} ({least} or more within an hour)"), records);
        if (actors.Count == 0) return [alerts];
        var word = actors.Count == 1 ? "account" : "different accounts";
        return [alerts, new Factor("accounts", 0, string.Create(CultureInfo.InvariantCulture, $"{actors.Count} {word} ({WindowAlerts.Some(actors.Keys)})"), [])];
    }
}
