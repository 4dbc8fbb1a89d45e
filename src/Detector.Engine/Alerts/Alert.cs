using System.Collections.Immutable;
using Detector.Engine.Rules;

namespace Detector.Engine.Alerts;

/// <summary>
/// What a rule found, with its reasons: the public contract, version 1 (<see cref="AlertJson"/> writes it). It holds no
/// wall-clock value, so that a replay gives the same bytes. The same <see cref="Id"/> with a higher
/// <see cref="Revision"/> replaces the earlier.
/// </summary>
public sealed record Alert
{
    /// <summary>UUIDv5 of tenant, rule and subject; see <see cref="AlertId"/>. The idempotency key of every sink.</summary>
    public required Guid Id { get; init; }

    /// <summary>0 when first sent; each change by late records adds one.</summary>
    public int Revision { get; init; }

    /// <summary>The watermark has passed: no record will change it any more.</summary>
    public bool Final { get; init; }

    /// <summary>
    /// The alert that this one has become part of: late records showed that both are one. It then says no more, and is not
    /// among the final ones; null otherwise.
    /// </summary>
    public Guid? MergedInto { get; init; }

    /// <summary>Of an alert about a storm: the rule whose many alerts it sums up; null otherwise.</summary>
    public Rule? StormOf { get; init; }

    /// <summary>The rule under which it arose.</summary>
    public required Rule Rule { get; init; }

    /// <summary>How much it matters.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Sum of the factors' points; null where the rule has no score.</summary>
    public int? Score { get; init; }

    /// <summary>What counted, in the rule's order; only those with points.</summary>
    public ImmutableArray<Factor> Factors { get; init; } = [];

    /// <summary>Tenant of the record that completed it.</summary>
    public string? TenantId { get; init; }

    /// <summary>Who did it; null when no record says.</summary>
    public Principal? Actor { get; init; }

    /// <summary>To whom; null when it is the actor or no record says.</summary>
    public Principal? Target { get; init; }

    /// <summary>The role concerned.</summary>
    public RoleInfo? Role { get; init; }

    /// <summary>Address of the actor.</summary>
    public string? Ip { get; init; }

    /// <summary>City of the sign-in.</summary>
    public string? City { get; init; }

    /// <summary>Country of the sign-in.</summary>
    public string? Country { get; init; }

    /// <summary>Id of the device of the sign-in.</summary>
    public string? DeviceId { get; init; }

    /// <summary>Name of the device of the sign-in.</summary>
    public string? DeviceName { get; init; }

    /// <summary>What the actor gave as reason. Written by the actor: never trust it as markup.</summary>
    public string? Justification { get; init; }

    /// <summary>Ticket number.</summary>
    public string? Ticket { get; init; }

    /// <summary>Time of the record that the alert is about, UTC.</summary>
    public required DateTime EventTime { get; init; }

    /// <summary>Earliest evidence, UTC.</summary>
    public required DateTime FirstEventTime { get; init; }

    /// <summary>Latest evidence, UTC.</summary>
    public required DateTime LastEventTime { get; init; }

    /// <summary>The records behind it, by time, then id.</summary>
    public required ImmutableArray<Evidence> Evidence { get; init; }
}

/// <summary>One reason: its name in the rule, its points, why (for people), and the ids of the records that show it.</summary>
public sealed record Factor(string Id, int Points, string Because, ImmutableArray<string> Events);

/// <summary>A person, service principal or other directory object.</summary>
public sealed record Principal(string? Id, string? Upn);

/// <summary>A role; the tier is null for a role that is not known.</summary>
public sealed record RoleInfo(string? Id, string? Name, int? Tier);

/// <summary>One record behind an alert.</summary>
public sealed record Evidence(string Id, DateTime Time, string? Category, string? Operation, string? Result);
