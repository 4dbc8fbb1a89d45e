using System.Text.Json;

namespace Detector.Host.Run;

/// <summary>Whether the worker does its work: connected, caught up, writing, sending; and if not, which does not and why.</summary>
internal sealed record Readiness(IReadOnlyList<(string Name, string? Trouble)> Checks)
{
    /// <summary>
    /// That it stands by for another worker, as a sentence. It is ready then: Kubernetes must not take the one that works away
    /// from a standby that it believes to be broken, nor wait for one in a rollout that cannot work before the other is gone.
    /// </summary>
    public string? Standby { get; init; }

    /// <summary>Whether all is well.</summary>
    public bool IsReady => Checks.All(check => check.Trouble is null);

    /// <summary>Asks the worker.</summary>
    public static Readiness Of(Worker worker)
    {
        if (worker is { Session: null, StandsBy: true }) return new Readiness([("worker", null)]) { Standby = worker.Waiting };
        if (worker.Session is not { } session) return new Readiness([("worker", worker.Waiting)]);
        var source = session.Source;
        List<(string, string?)> checks =
        [
            ("worker", null),
            ("source", source is { IsConnected: true } ? null : source?.Reason ?? session.Preparing),
            ("caughtUp", source is { IsCaughtUp: true } ? null : source?.Reason ?? session.Preparing),
            ("checkpoints", session.WriterTrouble),
        ];
        checks.AddRange(session.Lanes.Select(lane => ($"sink:{lane.Name}", lane.Trouble)));
        checks.AddRange(session.Heartbeats.Where(beat => beat.Trouble is not null).Select(beat => ($"heartbeat:{beat.Name}", beat.Trouble)));
        return new Readiness(checks);
    }

    public byte[] ToJson()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteBoolean("ready", IsReady);
            if (Standby is not null) json.WriteString("standby", Standby);
            json.WriteStartObject("checks");
            foreach (var (name, trouble) in Checks) json.WriteString(name, trouble ?? "ok");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
