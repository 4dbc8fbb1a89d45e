using Detector.Engine.Alerts;
using Detector.Engine.Rules;
using Detector.Host.Run.Settings.Sinks;
using Detector.Sinks.Delivery;

namespace Detector.Host.Smoke;

/// <summary>The sinks: whether they would take an alert; a marked one is sent only when that is asked for.</summary>
internal static class SinkEdges
{
    private static readonly SigmaRule s_rule = new()
    {
        Id = "2b8d3a1e-6f52-4a1b-8a0c-9d7f5e1c3b21",
        Name = "smoke_test",
        Title = "Test alert of 'detector smoke': nothing has happened",
        Version = "built-in",
        File = "built-in",
        Severity = Severity.Informational,
        Predicate = new ConstantPredicate(false),
    };

    public static IEnumerable<SmokeEdge> Of(SinkSettings settings, HostStreams streams, bool sends)
    {
        foreach (var (sink, section) in settings.Make(new SinkSurroundings(streams.Out, TimeZoneInfo.Utc, streams.Clock)).Zip(settings.Sections, (setup, section) => (setup.Sink, section)))
        {
            yield return new SmokeEdge($"sink {sink.Name}", async stop =>
            {
                await using (sink)
                {
                    if (!sends) return Look(section);
                    var outcome = await sink.SendAsync([TestAlert(streams.Clock.GetUtcNow().UtcDateTime)], stop);
                    if (outcome.Refused.Concat(outcome.Later).Select(pair => pair.Value).FirstOrDefault() is { } reason) throw new IOException(reason);
                    return "it has accepted a test alert";
                }
            });
        }
    }

    private static string Look(SinkSection section)
    {
        if (section is not FileSection { Path: var path }) return "nothing was sent to it; --send-test-alert sends a marked alert";
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);

        // The worker may have the alert file open, and keeps others from writing to it.
        using (new FileStream(Path.Combine(folder, $".{Path.GetFileName(path)}.smoke-test"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose))
        {
            if (File.Exists(path)) using (new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)) return $"{path} can be read, and its folder written to; --send-test-alert sends a marked alert";
        }

        return $"the folder of {path} can be written to; --send-test-alert sends a marked alert";
    }

    private static OutgoingAlert TestAlert(DateTime now) => OutgoingAlert.Of(
        new Alert
        {
            Id = AlertId.From(tenantId: null, s_rule.Id, AlertJson.Time(now)),
            Rule = s_rule,
            Severity = s_rule.Severity,
            Final = true,
            EventTime = now,
            FirstEventTime = now,
            LastEventTime = now,
            Factors = [],
            Evidence = [],
        },
        number: 1);
}
