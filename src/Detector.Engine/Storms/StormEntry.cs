using Detector.Engine.Alerts;
using Detector.Engine.Logs;
using Detector.Engine.Rules;
using Detector.Engine.Streams;

namespace Detector.Engine.Storms;

/// <summary>What a storm remembers of one alert.</summary>
/// <param name="Id">Of the alert.</param>
/// <param name="Time">Of what it is about, UTC.</param>
/// <param name="Severity">Of the alert.</param>
/// <param name="TenantId">Of the record.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Record">The record that it is about.</param>
internal sealed record StormEntry(Key128 Id, DateTime Time, Severity Severity, string? TenantId, Principal? Actor, Evidence Record)
{
    public static StormEntry Of(Key128 id, DateTime time, Severity severity, LogEvent subject) =>
        new(id, time, severity, subject.Text(CanonicalField.TenantId), AlertDescription.ActorOf(subject), AlertDescription.EvidenceOf(subject));

    /// <summary>By time, then record and id: an order that does not depend on arrival.</summary>
    public int CompareTo(DateTime time, string record, Key128 id)
    {
        var compared = Time.CompareTo(time);
        if (compared == 0) compared = string.CompareOrdinal(Record.Id, record);
        if (compared == 0) compared = Id.High.CompareTo(id.High);
        return compared != 0 ? compared : Id.Low.CompareTo(id.Low);
    }
}
