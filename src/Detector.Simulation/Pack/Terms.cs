namespace Detector.Simulation.Pack;

/// <summary>In what an activation differs from one by the book.</summary>
internal sealed record Terms
{
    /// <summary>Who approve; null for whom the policy asks.</summary>
    public IReadOnlyList<Person>? Approvers { get; init; }

    /// <summary>Null for as the policy asks: tier 0 needs a ticket.</summary>
    public bool? HasTicket { get; init; }

    /// <summary>What the person writes; null for something ordinary.</summary>
    public string? Justification { get; init; }

    /// <summary>For how long; null for what the policy lets pass.</summary>
    public double? Hours { get; init; }

    /// <summary>Whether a second factor was used; the record of an activation with a ticket does not tell.</summary>
    public bool HasMfa { get; init; } = true;

    /// <summary>The setting asks for approval, whoever gave it.</summary>
    public bool NeedsApproval { get; init; }

    /// <summary>PIM refuses.</summary>
    public bool IsRefused { get; init; }

    /// <summary>Failed sign-ins in the hour before it that the story has.</summary>
    public int Failures { get; init; }

    /// <summary>Where the story tells another time than its own.</summary>
    public long? Ticks { get; init; }
}
