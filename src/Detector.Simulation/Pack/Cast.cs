using System.Globalization;
using Detector.Simulation.Records;
using Detector.Simulation.Tenant;

namespace Detector.Simulation.Pack;

/// <summary>
/// Hands out accounts and devices, none of them twice. Those of the shipped lists (the CISO, an account of an incident) keep the
/// ids that the lists show: they belong to nobody, so that logs of an invented tenant may use them.
/// </summary>
internal sealed class Cast
{
    /// <summary>Ids in <c>lists/ciso-group.yaml</c>, <c>lists/active-incidents.yaml</c> and <c>lists/detector-identity.yaml</c>.</summary>
    public const string CisoId = "00000000-c150-4c55-8000-000000000001", WatchedId = "00000000-1c1d-4e47-8000-000000000001", DetectorId = "00000000-de7e-4c70-8000-000000000001";

    private const int OrdinaryAdministrators = 10;

    private readonly ulong _seed;
    private int _next;

    public Cast(SimulationOptions options)
    {
        _seed = options.Seed;
        _next = options.Users;
        Approvers = [.. Enumerable.Range(0, 4).Select(_ => Make(tier: null, hasPaw: false, isGuest: false, listedId: null, isApprover: true))];
        Ciso = Make(tier: null, hasPaw: false, isGuest: false, CisoId, isApprover: true);
        BreakGlass = [OfAccount(People.BreakGlass1), OfAccount(People.BreakGlass2)];
    }

    /// <summary>Who may approve, besides the CISO.</summary>
    public IReadOnlyList<Person> Approvers { get; }

    public Person Ciso { get; }

    public IReadOnlyList<Person> BreakGlass { get; }

    /// <summary>An administrator of daily life, who gives roles and changes settings, and activates nothing.</summary>
    public Person Administrator(Dice dice) => OfAccount(dice.Below(OrdinaryAdministrators));

    /// <summary>A new account.</summary>
    public Person Make(int? tier, bool hasPaw, bool isGuest, string? listedId, bool isApprover)
    {
        while (People.IsGuest(_next) != isGuest) _next++;
        return OfAccount(_next++) with { Tier = tier, HasPaw = hasPaw, ListedId = listedId, IsApprover = isApprover };
    }

    /// <summary>Another device than the person's own.</summary>
    public IReadOnlyDictionary<Slot, string> OtherDevice(Person person, bool isManaged = true) => Device(Mixing.Mix(People.Key(_seed, person.User), 0x07E4), isManaged);

    /// <summary>The id by which <c>tenant.yaml</c> names an account.</summary>
    public string IdOf(Person person) => person.ListedId ?? People.IdOf(_seed, person.User);

    private Person OfAccount(int user) => new() { User = user, Device = Device(Mixing.Mix(People.Key(_seed, user), 0x0DE7), isManaged: true) };

    private static Dictionary<Slot, string> Device(ulong key, bool isManaged) => new()
    {
        [Slot.DeviceId] = Mixing.Uuid(key),
        [Slot.DeviceName] = "NLWS" + (10000 + Mixing.Pick(key, 54, 90000)).ToString(CultureInfo.InvariantCulture),
        [Slot.Compliant] = isManaged ? "true" : "false",
        [Slot.Managed] = isManaged ? "true" : "false",
        [Slot.Trust] = isManaged ? "Azure AD joined" : "Azure AD registered",
    };
}
