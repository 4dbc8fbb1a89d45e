using System.Globalization;
using Detector.Engine.Alerts;
using Detector.Engine.Logs;
using Detector.Engine.Rules;
using Detector.Sources.Live;

namespace Detector.Host.Run;

/// <summary>
/// A stream or category that says nothing for longer than it should is an alert of its own: whoever switches off a diagnostic
/// setting must not go unseen. It looks at arrival, since without records there is no event time; once for each silence.
/// </summary>
internal sealed class SilenceAlarm
{
    private static readonly SigmaRule s_rule = new()
    {
        Id = "6f0c6a52-1c0e-4d0a-9c31-5a4f2f0b7d10",
        Name = "stream_silent",
        Title = "A log stream has fallen silent",
        Version = "built-in",
        File = "built-in",
        Severity = Severity.High,
        Predicate = new ConstantPredicate(false),
        Tags = ["attack.defense-evasion", "attack.t1562.008"],
        FalsePositives = ["A quiet tenant: raise SilenceAfter"],
    };

    private readonly TimeSpan _after;
    private readonly Dictionary<string, (DateTime At, bool IsTold)> _streams = new(StringComparer.Ordinal);

    /// <summary>An alarm.</summary>
    /// <param name="after">How long nothing may come.</param>
    /// <param name="categories">Categories that are expected, though none of their records has come yet.</param>
    /// <param name="now">When it begins.</param>
    public SilenceAlarm(TimeSpan after, IReadOnlyList<string> categories, DateTime now)
    {
        _after = after;
        foreach (var category in categories) Hear(NameOf(category), now, hasRecords: false);
    }

    /// <summary>Something came: of a stream, and of the categories of its records.</summary>
    public void Hear(LiveSlice slice)
    {
        Hear(slice.Stream, slice.Arrival, slice.Batch.Records > 0);
        var categories = slice.Batch.OfCategory;
        for (var i = 1; i < categories.Length; i++)
        {
            if (categories[i] > 0) Hear(NameOf(EventBatch.Categories[i]), slice.Arrival, hasRecords: true);
        }
    }

    /// <summary>Nobody listened until now: what was silent meanwhile need not have been.</summary>
    public void Forgive(DateTime now)
    {
        foreach (var (stream, heard) in _streams.ToList()) _streams[stream] = heard with { At = now };
    }

    /// <summary>Something came of a stream; or, without records, it is being read from now on.</summary>
    private void Hear(string stream, DateTime at, bool hasRecords)
    {
        if (hasRecords || !_streams.ContainsKey(stream)) _streams[stream] = (at, false);
    }

    /// <summary>The alerts that are due.</summary>
    public IReadOnlyList<Alert> Look(DateTime now)
    {
        var alerts = new List<Alert>();
        foreach (var (stream, (at, isTold)) in _streams.ToList())
        {
            if (isTold || now - at < _after) continue;
            _streams[stream] = (at, true);
            alerts.Add(AlertOf(stream, at));
        }

        return alerts;
    }

    private static string NameOf(string category) => $"category {category}";

    private Alert AlertOf(string stream, DateTime at) => new()
    {
        Id = AlertId.From(tenantId: null, s_rule.Id, $"{stream} {AlertJson.Time(at)}"),
        Rule = s_rule,
        Severity = s_rule.Severity,
        Final = true,
        EventTime = at,
        FirstEventTime = at,
        LastEventTime = at,
        Factors = [new Factor("silent", 0, $"{stream}: nothing since {at.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}, longer than {_after:c}", [])],
        Evidence = [],
    };
}
