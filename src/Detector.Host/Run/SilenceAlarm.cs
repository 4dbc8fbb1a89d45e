using Detector.Engine.Alerts;
using Detector.Engine.Rules;

namespace Detector.Host.Run;

/// <summary>
/// A stream that says nothing for longer than it should is an alert of its own: whoever switches off a diagnostic setting must
/// not go unseen. It looks at arrival, since without records there is no event time; once for each silence.
/// </summary>
internal sealed class SilenceAlarm(TimeSpan after)
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

    private readonly Dictionary<string, (DateTime At, bool IsTold)> _streams = new(StringComparer.Ordinal);

    /// <summary>Something came of a stream; or, without records, it is being read from now on.</summary>
    public void Hear(string stream, DateTime at, bool hasRecords)
    {
        if (hasRecords || !_streams.ContainsKey(stream)) _streams[stream] = (at, false);
    }

    /// <summary>The alerts that are due.</summary>
    public IReadOnlyList<Alert> Look(DateTime now)
    {
        var alerts = new List<Alert>();
        foreach (var (stream, (at, isTold)) in _streams.ToList())
        {
            if (isTold || now - at < after) continue;
            _streams[stream] = (at, true);
            alerts.Add(AlertOf(stream, at));
        }

        return alerts;
    }

    private Alert AlertOf(string stream, DateTime at) => new()
    {
        Id = AlertId.From(tenantId: null, s_rule.Id, $"{stream} {AlertJson.Time(at)}"),
        Rule = s_rule,
        Severity = s_rule.Severity,
        Final = true,
        EventTime = at,
        FirstEventTime = at,
        LastEventTime = at,
        Factors = [new Factor("silent", 0, $"{stream}: nothing since {AlertJson.Time(at)}, longer than {after:c}", [])],
        Evidence = [],
    };
}
