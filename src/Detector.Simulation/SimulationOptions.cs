namespace Detector.Simulation;

/// <summary>The three shapes in which Entra's logs come; the same options give the same events in each.</summary>
public enum LogShape
{
    /// <summary>Diagnostic records as an Event Hub or a storage account gets them.</summary>
    EventHub,

    /// <summary>Records of Microsoft Graph's <c>signIns</c> and <c>directoryAudits</c>.</summary>
    Graph,

    /// <summary>Rows of Log Analytics: columns, with nested values as JSON in strings.</summary>
    LogAnalytics,
}

/// <summary>How records are put into a file.</summary>
public enum RecordLayout
{
    /// <summary>One record a line.</summary>
    Lines,

    /// <summary>About a hundred records a line: <c>{"records":[…]}</c>, or for Graph <c>{"value":[…]}</c>.</summary>
    Envelope,

    /// <summary>One JSON array.</summary>
    Array,

    /// <summary>A CSV export with the columns of all tables; Log Analytics only.</summary>
    Csv,
}

/// <summary>How JSON is written.</summary>
public enum JsonStyle
{
    /// <summary>No spaces, characters as they are.</summary>
    Compact,

    /// <summary>A space after each colon and comma, <c>\uXXXX</c> for what is not ASCII.</summary>
    Spaced,
}

/// <summary>What life in the tenant is like.</summary>
public enum LifeProfile
{
    /// <summary>Office hours, nights, shifts and weekends of a Dutch organisation.</summary>
    Office,

    /// <summary>95 % sign-ins, a tenth of them failed by a wrong credential; 0.5 % completed activations; other audit records.</summary>
    Benchmark,
}

/// <summary>What to simulate. The same options give the same bytes, on every machine.</summary>
public sealed record SimulationOptions
{
    /// <summary>The most users a tenant has.</summary>
    public const int UsersMax = 10_000_000;

    /// <summary>The most attacks that can be planted; what is planned is held in memory.</summary>
    public const int AttacksMax = 100_000;

    /// <summary>The longest period.</summary>
    public const int DaysMax = 3660;

    /// <summary>The smallest and largest <see cref="RecordBytes"/>.</summary>
    public const int RecordBytesMin = 1800, RecordBytesMax = 9000;

    /// <summary>Late records come less than this after their time, so that they still count.</summary>
    public static readonly TimeSpan LateBelow = TimeSpan.FromMinutes(30);

    /// <summary>Everything random follows from it.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Records to write, duplicates included; a few more when planted attacks need them.</summary>
    public long Records { get; init; } = 10_000;

    /// <summary>When set, as many records as give about this many bytes, rather than <see cref="Records"/>.</summary>
    public long? Bytes { get; init; }

    /// <summary>People in the tenant.</summary>
    public int Users { get; init; } = 1000;

    /// <summary>Attacks and near misses to plant, of all kinds in rotation.</summary>
    public int Attacks { get; init; }

    /// <summary>
    /// Instead of <see cref="Attacks"/>: at least one attack for every rule of the shipped pack that alerts, near misses beside
    /// them, and a truth that names every alert of every rule. <see cref="TenantSimulation.TenantFile"/> tells who is who.
    /// </summary>
    public bool PlantsEveryRule { get; init; }

    /// <summary>The shape of the records.</summary>
    public LogShape Shape { get; init; }

    /// <summary>How they are put into the file.</summary>
    public RecordLayout Layout { get; init; }

    /// <summary>How JSON is written.</summary>
    public JsonStyle Json { get; init; }

    /// <summary>Mean size of sign-in records; when null they are 4 to 7 KB.</summary>
    public int? RecordBytes { get; init; }

    /// <summary>Beginning of the period, UTC. The default holds a change to summer time, Good Friday and Easter.</summary>
    public DateTime Start { get; init; } = new(2026, 3, 16, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Length of the period.</summary>
    public int Days { get; init; } = 30;

    /// <summary>Share of records that arrive late.</summary>
    public double LateShare { get; init; } = 0.02;

    /// <summary>How late at most; below <see cref="LateBelow"/>.</summary>
    public TimeSpan LateMax { get; init; } = TimeSpan.FromMinutes(29);

    /// <summary>Share of records that arrive a second time.</summary>
    public double DuplicateShare { get; init; } = 0.005;

    /// <summary>What life is like.</summary>
    public LifeProfile Profile { get; init; }

    /// <summary>Whether Azure's activity log lies beside that of Entra: Graph has none.</summary>
    internal bool HasActivityLog => Shape != LogShape.Graph;

    /// <summary>The least <see cref="Days"/> in which everything of <see cref="PlantsEveryRule"/> has a moment.</summary>
    public const int EveryRuleDaysMin = 28;

    /// <summary>What is wrong with the options, each a sentence; empty when they can be used.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        Require(Records is >= 0, $"Records is {Records}; it cannot be negative.");
        Require(Bytes is null or >= 0, $"Bytes is {Bytes}; it cannot be negative.");
        Require(Users is >= 20 and <= UsersMax, $"Users is {Users}; it must be 20 to {UsersMax}.");
        Require(Attacks is >= 0 and <= AttacksMax, $"Attacks is {Attacks}; it must be 0 to {AttacksMax}.");
        Require(RecordBytes is null or (>= RecordBytesMin and <= RecordBytesMax), $"RecordBytes is {RecordBytes}; it must be {RecordBytesMin} to {RecordBytesMax}.");
        Require(Days is >= 1 and <= DaysMax, $"Days is {Days}; it must be 1 to {DaysMax}.");
        Require(Start.Kind == DateTimeKind.Utc && Start.Year is >= 1990 and <= 2200, $"Start is {Start:O}; it must be a time in UTC between 1990 and 2200.");
        Require(LateShare is >= 0 and <= 0.5, $"LateShare is {LateShare}; it must be 0 to 0.5.");
        Require(DuplicateShare is >= 0 and <= 0.5, $"DuplicateShare is {DuplicateShare}; it must be 0 to 0.5.");
        Require(LateMax > TimeSpan.Zero && LateMax < LateBelow, $"LateMax is {LateMax}; it must be below {LateBelow}, so that late records still count.");
        Require(Layout != RecordLayout.Csv || Shape == LogShape.LogAnalytics, "Only Log Analytics has a CSV export; take the shape loganalytics, or another layout.");
        Require(Layout != RecordLayout.Envelope || Shape != LogShape.LogAnalytics, "Log Analytics rows have no envelope; take lines, array or csv.");
        Require(!PlantsEveryRule || Attacks == 0, "Attacks are counted or one for every rule, not both.");
        Require(!PlantsEveryRule || Days >= EveryRuleDaysMin, $"Days is {Days}; attacks for every rule need {EveryRuleDaysMin}, since some rules learn for 14 days before they alert.");
        Require(!PlantsEveryRule || Profile == LifeProfile.Office, "Attacks for every rule need the profile office: of the other the truth is not known.");
        return problems;

        void Require(bool holds, string otherwise)
        {
            if (!holds) problems.Add(otherwise);
        }
    }
}

/// <summary>What was written.</summary>
/// <param name="Records">Records, duplicates included.</param>
/// <param name="Bytes">Bytes.</param>
/// <param name="SignIns">Of the records, sign-ins.</param>
/// <param name="Failures">Of these, failed by a wrong credential.</param>
/// <param name="Activations">Completed and successful activations.</param>
/// <param name="Late">Records that arrived late.</param>
/// <param name="Duplicates">Records that arrived again.</param>
/// <param name="Attacks">Attacks and near misses that were planted.</param>
/// <param name="Alerts">Alerts that the shipped rules should give.</param>
public sealed record SimulationSummary(long Records, long Bytes, long SignIns, long Failures, long Activations, long Late, long Duplicates, int Attacks, long Alerts);
