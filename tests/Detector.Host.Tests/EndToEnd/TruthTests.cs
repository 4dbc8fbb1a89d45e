using System.Globalization;
using System.IO.Compression;
using System.Text;
using Detector.Simulation;

namespace Detector.Host.Tests.EndToEnd;

/// <summary>
/// The whole program against the truth of a synthetic tenant: every planted attack is found, and nothing that the truth
/// does not explain; whatever the shape, the order, the copies and the damage. One seed is fixed, one is the day's.
/// </summary>
public sealed class TruthTests
{
    private static readonly ulong s_freshSeed = (ulong)DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).DayNumber;

    public static TheoryData<ulong, LogShape, RecordLayout, JsonStyle> Tenants
    {
        get
        {
            var tenants = new TheoryData<ulong, LogShape, RecordLayout, JsonStyle>();
            foreach (var seed in new[] { 7UL, s_freshSeed })
            {
                tenants.Add(seed, LogShape.EventHub, RecordLayout.Lines, JsonStyle.Compact);
                tenants.Add(seed, LogShape.EventHub, RecordLayout.Envelope, JsonStyle.Spaced);
                tenants.Add(seed, LogShape.Graph, RecordLayout.Lines, JsonStyle.Spaced);
                tenants.Add(seed, LogShape.Graph, RecordLayout.Array, JsonStyle.Compact);
                tenants.Add(seed, LogShape.LogAnalytics, RecordLayout.Lines, JsonStyle.Compact);
                tenants.Add(seed, LogShape.LogAnalytics, RecordLayout.Csv, JsonStyle.Compact);
            }

            return tenants;
        }
    }

    [Theory]
    [MemberData(nameof(Tenants))]
    public void Every_planted_attack_is_found_and_nothing_else(ulong seed, LogShape shape, RecordLayout layout, JsonStyle json)
    {
        var tenant = new Tenant(Options(seed) with { Shape = shape, Layout = layout, Json = json });
        Assert.NotEmpty(tenant.Expected);
        Assert.Equal(tenant.Expected, tenant.Found(tenant.Records, out var run));
        Assert.Contains("0 rejected", run.Error, StringComparison.Ordinal);
        Assert.Contains("0 late", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_replays_give_the_same_bytes()
    {
        var tenant = new Tenant(Options(s_freshSeed));
        tenant.Found(tenant.Records, out var first);
        tenant.Found(tenant.Records, out var second, "--threads", "3");
        Assert.Equal(first.Out, second.Out);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(0)]
    public void Records_in_no_order_at_all_and_twice_give_the_same_alerts_with_lateness_to_match(int seed)
    {
        var tenant = new Tenant(Options(seed == 0 ? s_freshSeed : (ulong)seed));
        var lines = tenant.Lines;
        var shuffled = lines.Concat(lines).ToArray();
        Shuffle(shuffled, seed);
        Assert.Equal(tenant.Expected, tenant.Found(Bytes(shuffled), out var run, "--lateness", "60d"));
        Assert.Contains("0 late", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_costs_the_damaged_records_alone_and_each_is_counted()
    {
        var tenant = new Tenant(Options(7));
        var damaged = new List<string>();
        var count = 0;
        foreach (var line in tenant.Lines)
        {
            damaged.Add(line);
            if (damaged.Count % 50 != 0) continue;
            count++;

            // A torn copy, text that is no record, an unfinished string, a record without a time.
            damaged.Add((count % 4) switch { 0 => line[..(line.Length / 2)], 1 => "no record", 2 => "{\"time\":\"2026", _ => "{\"category\":\"AuditLogs\"}" });
        }

        using var folder = new Folder();
        var found = tenant.Found(Bytes(damaged), out var run, "--rejects", folder.At("rejects.ndjson"));
        Assert.Equal(tenant.Expected, found);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $" {count} rejected"), run.Error, StringComparison.Ordinal);
        Assert.Equal(count, File.ReadLines(folder.At("rejects.ndjson")).Count());
    }

    [Fact]
    public void Files_without_a_last_line_end_may_be_put_together()
    {
        var tenant = new Tenant(Options(7));
        var lines = tenant.Lines;

        // Every tenth line runs into the next one, as cat does with files that lack their last line end.
        var glued = string.Concat(lines.Select((line, i) => i % 10 == 0 ? line : line + "\n"));
        Assert.Equal(tenant.Expected, tenant.Found(Encoding.UTF8.GetBytes(glued), out var run));
        Assert.Contains("0 rejected", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Streams_in_files_of_their_own_and_gzipped_are_one_replay()
    {
        var tenant = new Tenant(Options(s_freshSeed));
        using var folder = new Folder();
        folder.Write("logs/audit.ndjson", Text(tenant.Lines.Where(line => line.Contains("\"category\":\"AuditLogs\"", StringComparison.Ordinal))));
        var rest = tenant.Lines.Where(line => !line.Contains("\"category\":\"AuditLogs\"", StringComparison.Ordinal)).ToList();
        using (var gzip = new GZipStream(File.Create(folder.At("logs/signin.ndjson.gz")), CompressionLevel.Fastest)) gzip.Write(Bytes(rest));
        var run = Cli.Run("replay", "--only", Only.FirstRules, folder.At("logs"));
        Assert.Equal(Cli.Run(["replay", "--only", Only.FirstRules, "-"], new MemoryStream(tenant.Records)).Lines.Select(Stable).Order(StringComparer.Ordinal), run.Lines.Select(Stable).Order(StringComparer.Ordinal));
        Assert.Contains("0 late", run.Error, StringComparison.Ordinal);

        // How often an alert was revised depends on the order of arrival, and nothing else does.
        static string Stable(string line) => System.Text.RegularExpressions.Regex.Replace(line, "\"revision\":[0-9]+", "", System.Text.RegularExpressions.RegexOptions.NonBacktracking);
    }

    private static SimulationOptions Options(ulong seed) => new() { Seed = seed, Records = 3_000, Users = 200, Attacks = 34, Days = 20, RecordBytes = 2_000 };

    private static byte[] Bytes(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(Text(lines));

    private static string Text(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    // Fisher and Yates, by a fixed sequence.
    private static void Shuffle(string[] lines, int seed)
    {
        var state = (ulong)seed + 1;
        for (var i = lines.Length - 1; i > 0; i--)
        {
            state = unchecked(state * 6364136223846793005 + 1442695040888963407);
            var j = (int)((state >> 33) % (ulong)(i + 1));
            (lines[i], lines[j]) = (lines[j], lines[i]);
        }
    }
}
