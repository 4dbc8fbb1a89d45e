namespace Detector.Simulation.Tenant;

/// <summary>A place that people sign in from.</summary>
internal sealed record Place(string City, string State, string Country, string Latitude, string Longitude, string Asn);

/// <summary>Where the tenant's people are, and (at the end) where attackers come from.</summary>
internal static class Places
{
    public static readonly Place[] All =
    [
        new("Utrecht", "Utrecht", "NL", "52.09073", "5.12142", "1136"), new("Amsterdam", "Noord-Holland", "NL", "52.37403", "4.88969", "33915"),
        new("Rotterdam", "Zuid-Holland", "NL", "51.9225", "4.47917", "1136"), new("'s-Gravenhage", "Zuid-Holland", "NL", "52.07667", "4.29861", "33915"),
        new("Eindhoven", "Noord-Brabant", "NL", "51.44083", "5.47778", "15435"), new("Groningen", "Groningen", "NL", "53.21917", "6.56667", "1103"),
        new("Zwolle", "Overijssel", "NL", "52.5125", "6.09444", "1136"), new("Antwerpen", "Antwerpen", "BE", "51.21989", "4.40346", "5432"),
        new("Bucharest", "Bucuresti", "RO", "44.43225", "26.10626", "9009"), new("São Paulo", "São Paulo", "BR", "-23.5475", "-46.63611", "28573"), new("Lagos", "Lagos", "NG", "6.45407", "3.39467", "37148"),
    ];

    /// <summary>The first of <see cref="All"/> that nobody of the tenant works at.</summary>
    public const int FirstForeign = 8;
}

/// <summary>A program that people sign in with.</summary>
internal sealed record App(string Id, string Name, string Client);

/// <summary>A service that they sign in to.</summary>
internal sealed record Resource(string Id, string Name);

/// <summary>Programs and services of sign-ins; ids are those that Microsoft publishes.</summary>
internal static class Programs
{
    public static readonly App[] Apps =
    [
        new("4765445b-32c6-49b0-83e6-1d93765276ca", "OfficeHome", "Browser"), new("1fec8e78-bce4-4aaf-ab1b-5451cc387264", "Microsoft Teams", "Mobile Apps and Desktop clients"),
        new("d3590ed6-52b3-4102-aeff-aad2292ab01c", "Microsoft Office", "Mobile Apps and Desktop clients"), new("c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "Azure Portal", "Browser"),
        new("00000002-0000-0ff1-ce00-000000000000", "Office 365 Exchange Online", "Browser"), new("00000003-0000-0ff1-ce00-000000000000", "Office 365 SharePoint Online", "Browser"),
        new("04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Microsoft Azure CLI", "Mobile Apps and Desktop clients"), new("27922004-5251-4030-b22d-91ecd9a37ea4", "Outlook Mobile", "Mobile Apps and Desktop clients"),
    ];

    public static readonly Resource[] Resources =
    [
        new("00000003-0000-0000-c000-000000000000", "Microsoft Graph"), new("00000002-0000-0000-c000-000000000000", "Windows Azure Active Directory"),
        new("00000002-0000-0ff1-ce00-000000000000", "Office 365 Exchange Online"), new("797f4846-ba00-4fd7-ba43-dac1f8f63013", "Windows Azure Service Management API"),
    ];
}
