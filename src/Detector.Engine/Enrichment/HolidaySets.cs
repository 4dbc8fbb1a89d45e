namespace Detector.Engine.Enrichment;

/// <summary>
/// The public holidays that are shipped, as data: a further country is further lines. Of two that fall on one date
/// (Ascension Day on 5 May 2016) the earlier line gives the name.
/// </summary>
public static class HolidaySets
{
    // The official days: the general act on time limits (Algemene termijnenwet), article 3, which puts Good Friday
    // beside the others, and the two Sundays that the government lists with them.
    private const string Official = "nl";

    // What most employers give: no Good Friday, and Liberation Day in the years of its jubilee only.
    private const string Employers = "nl-lustrum";

    // When the government's offices are closed: no Good Friday, Liberation Day every year.
    private const string Government = "nl-rijksoverheid";

    private static readonly HolidayRule[] s_rules =
    [
        new("Nieuwjaarsdag", Official, Employers, Government) { Fixed = (1, 1) },
        new("Goede Vrijdag", Official) { FromEaster = -2 },
        new("Eerste Paasdag", Official, Employers, Government) { FromEaster = 0 },
        new("Tweede Paasdag", Official, Employers, Government) { FromEaster = 1 },
        new("Koninginnedag", Official, Employers, Government) { Fixed = (4, 30), Since = 1980, Until = 2013, SaturdayWhenSunday = true },
        new("Koningsdag", Official, Employers, Government) { Fixed = (4, 27), Since = 2014, SaturdayWhenSunday = true },
        new("Hemelvaartsdag", Official, Employers, Government) { FromEaster = 39 },
        new("Bevrijdingsdag", Official, Government) { Fixed = (5, 5), Since = 1990 },
        new("Bevrijdingsdag", Employers) { Fixed = (5, 5), Since = 1990, EveryYears = 5 },
        new("Eerste Pinksterdag", Official, Employers, Government) { FromEaster = 49 },
        new("Tweede Pinksterdag", Official, Employers, Government) { FromEaster = 50 },
        new("Eerste Kerstdag", Official, Employers, Government) { Fixed = (12, 25) },
        new("Tweede Kerstdag", Official, Employers, Government) { Fixed = (12, 26) },
    ];

    /// <summary>The names that <c>holidays.set</c> may have: <c>nl</c>, <c>nl-lustrum</c>, <c>nl-rijksoverheid</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = [Official, Employers, Government];

    /// <summary>The names of the days in a set, each once; none for an unknown set.</summary>
    public static IReadOnlyList<string> DaysOf(string set) => [.. RulesOf(set).Select(r => r.Name).Distinct(StringComparer.Ordinal)];

    internal static HolidayRule[] RulesOf(string set) => Array.FindAll(s_rules, r => r.Sets.Contains(set, StringComparer.OrdinalIgnoreCase));
}
