namespace Detector.Simulation.Tenant;

/// <summary>Names and kinds of the people in the tenant; who somebody is follows from the seed and the number of the user.</summary>
internal static class People
{
    /// <summary>Nobody, the two emergency accounts, and one that is only called like them.</summary>
    public const int Nobody = -1, BreakGlass1 = -2, BreakGlass2 = -3, LookAlike = -4;

    public static readonly string[] FirstNames =
    [
        "Anna", "Bram", "Chantal", "Daan", "Eva", "Fatima", "Gijs", "Hanna", "Iris", "Jan", "Karim", "Lotte", "Maarten", "Noor", "Olivier", "Priya",
        "Quinten", "Rosa", "Sander", "Tess", "Umut", "Vera", "Wouter", "Xander", "Yara", "Zoë", "Mohammed", "Sofie", "Thijs", "Femke", "Lars", "Esra",
    ];

    public static readonly string[] LastNames =
    [
        "de Vries", "Jansen", "Bakker", "Visser", "Smit", "Meijer", "de Boer", "Mulder", "Bos", "Vos", "Peters", "Hendriks", "van Dijk", "Dekker", "Brouwer", "Yılmaz",
        "El Amrani", "van den Berg", "Kok", "Jacobs", "Vermeulen", "Schouten", "van Leeuwen", "Kuiper", "Postma", "Kramer", "Prins", "Blom", "Huisman", "Singh", "Nguyen", "Koster",
    ];

    /// <summary>Parts of user names for the names above: ASCII, no spaces.</summary>
    public static readonly byte[][] FirstParts = [.. FirstNames.Select(Part)], LastParts = [.. LastNames.Select(Part)];

    public static int FirstOf(ulong seed, int user) => Mixing.Pick(Key(seed, user), 1, FirstNames.Length);

    public static int LastOf(ulong seed, int user) => Mixing.Pick(Key(seed, user), 2, LastNames.Length);

    public static bool IsGuest(int user) => user % 37 == 36;

    /// <summary>Administrators of tier 0, and others beside them, sign in with a security key.</summary>
    public static bool HasSecurityKey(int user) => user >= 0 && user % 10 < 2;

    /// <summary>The key of a user's object id.</summary>
    public static ulong Key(ulong seed, int user) => Mixing.Mix(seed, 0x0501_0000_0000UL + unchecked((uint)user));

    public static string IdOf(ulong seed, int user) => user switch
    {
        Nobody => "",
        BreakGlass1 => "00000000-b7ea-4b1a-8000-000000000001",
        BreakGlass2 => "00000000-b7ea-4b1a-8000-000000000002",
        LookAlike => "00000000-b7ea-4b1a-8000-000000000003",
        _ => Mixing.Uuid(Key(seed, user)),
    };

    private static byte[] Part(string name)
    {
        var ascii = name.ToLowerInvariant().Replace("ë", "e", StringComparison.Ordinal).Replace("ı", "i", StringComparison.Ordinal);
        return [.. ascii.Where(c => c is >= 'a' and <= 'z').Select(c => (byte)c)];
    }
}
