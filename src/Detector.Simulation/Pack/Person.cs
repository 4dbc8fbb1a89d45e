using Detector.Simulation.Records;

namespace Detector.Simulation.Pack;

/// <summary>Somebody of a story, with an account and a device of their own.</summary>
internal sealed record Person
{
    /// <summary>The number of the account; negative for an emergency account.</summary>
    public required int User { get; init; }

    /// <summary>The tier that <c>tenant.yaml</c> gives the account; null for none.</summary>
    public int? Tier { get; init; }

    /// <summary>Whether the device is a privileged access workstation, and the person has a security key.</summary>
    public bool HasPaw { get; init; }

    /// <summary>Whether <c>tenant.yaml</c> names them as an approver.</summary>
    public bool IsApprover { get; init; }

    /// <summary>The object id, where it is one that a shipped list names.</summary>
    public string? ListedId { get; init; }

    /// <summary>What sign-ins say of the device.</summary>
    public required IReadOnlyDictionary<Slot, string> Device { get; init; }

    public string DeviceId => Device[Slot.DeviceId];

    /// <summary>What records say of the account where it acts.</summary>
    public IEnumerable<KeyValuePair<Slot, string>> AsActor => ListedId is null ? [] : Named(Slot.UserId, Slot.Upn, Slot.Name);

    /// <summary>What records say of the account where something is done to it.</summary>
    public IEnumerable<KeyValuePair<Slot, string>> AsSubject => ListedId is null ? [] : Named(Slot.SubjectId, Slot.SubjectUpn, Slot.SubjectName);

    // The rest of the name follows from the number of the account: nobody is called like a listed account.
    private IEnumerable<KeyValuePair<Slot, string>> Named(Slot id, Slot upn, Slot name) =>
        [new(id, ListedId!), new(upn, $"listed{ListedId![^1]}.{User}@contoso.nl"), new(name, $"Listed {User}")];
}
