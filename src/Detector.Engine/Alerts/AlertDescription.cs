using System.Collections.Immutable;
using System.Globalization;
using Detector.Engine.Logs;
using Detector.Engine.Rules;
using Detector.Engine.Streams;

namespace Detector.Engine.Alerts;

/// <summary>What an alert says of who did what, where and in which role: read from the event that it is about.</summary>
internal static class AlertDescription
{
    /// <summary>An alert without reasons, of severity informational.</summary>
    /// <param name="rule">The rule that it is of.</param>
    /// <param name="id">Its id.</param>
    /// <param name="subject">The event that it is about.</param>
    /// <param name="time">When that was, UTC.</param>
    /// <param name="records">The evidence, by time; at least one.</param>
    public static Alert Of(Rule rule, Guid id, LogEvent subject, DateTime time, ImmutableArray<Evidence> records)
    {
        var actor = ActorOf(subject);
        var target = PrincipalOf(subject, CanonicalField.TargetId, CanonicalField.TargetUpn);
        return new Alert
        {
            Id = id,
            Rule = rule,
            Severity = Severity.Informational,
            TenantId = subject.Text(CanonicalField.TenantId),
            Actor = actor,
            Target = SameAs(target, actor) ? null : target,
            Role = RoleOf(subject),
            Ip = subject.Text(CanonicalField.ActorIp) ?? subject.Text(CanonicalField.Ip),
            City = subject.Text(CanonicalField.LocationCity),
            Country = subject.Text(CanonicalField.LocationCountry),
            DeviceId = subject.Text(CanonicalField.DeviceId),
            DeviceName = subject.Text(CanonicalField.DeviceName),
            Justification = subject.Text(CanonicalField.Justification),
            Ticket = subject.Text(CanonicalField.TicketNumber),
            EventTime = time,
            FirstEventTime = records[0].Time,
            LastEventTime = records[^1].Time,
            Evidence = records,
        };
    }

    /// <summary>Who did it: who acted, signed in, or the program that did; null when the event does not say.</summary>
    public static Principal? ActorOf(LogEvent subject) =>
        PrincipalOf(subject, CanonicalField.ActorId, CanonicalField.ActorUpn)
        ?? PrincipalOf(subject, CanonicalField.UserId, CanonicalField.UserUpn)
        ?? PrincipalOf(subject, CanonicalField.ActorAppId, CanonicalField.ActorAppName)
        ?? PrincipalOf(subject, CanonicalField.AppId, CanonicalField.AppName);

    /// <summary>A record as evidence names it.</summary>
    public static Evidence EvidenceOf(LogEvent row) =>
        new(row.Id, row.Time, row.Text(CanonicalField.Category), row.Text(CanonicalField.OperationName), EventKinds.ResultOf(row));

    private static bool SameAs(Principal? target, Principal? actor) =>
        target is not null && actor is not null
        && (target.Id is not null && actor.Id is not null
            ? string.Equals(target.Id, actor.Id, StringComparison.OrdinalIgnoreCase)
            : string.Equals(target.Upn, actor.Upn, StringComparison.OrdinalIgnoreCase));

    private static Principal? PrincipalOf(LogEvent subject, CanonicalField id, CanonicalField upn) =>
        subject.Text(id) is null && subject.Text(upn) is null ? null : new Principal(subject.Text(id), subject.Text(upn));

    private static RoleInfo? RoleOf(LogEvent subject)
    {
        var (id, name, tier) = (subject.Text(CanonicalField.RoleId), subject.Text(CanonicalField.RoleName), subject.Text(CanonicalField.RoleTier));
        if (id is null && name is null) return null;
        return new RoleInfo(id, name, int.TryParse(tier, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null);
    }
}
