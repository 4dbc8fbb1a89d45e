using System.Text;
using Detector.Rules.Yaml;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Detector.Rules.Tests.Tenant;

public sealed class TenantFindingTests
{
    [Fact]
    public void All_findings_come_at_once_with_line_and_remedy()
    {
        var load = TenantText.Load("""
            timeZone: Europe/Amsterdm
            busynessHours: { start: '08:00' }
            businessHours: { start: 8 uur, stop: '17:00' }
            weekend: [sat, zondag, sat]
            holidays:
              set: de
              add:
                - { date: 31-12-2026, name: Closing day }
                - { name: No date }
                - { date: 2026-12-31, name: A }
                - { date: 2026-12-31, name: B }
              remove: [Goede Vrijdagg]
            breakGlass: [a@x.nl, A@X.nl, admin]
            breakglass: [b@x.nl]
            tiers: { profile: strikt, overrides: { Global Admininstrator: 0, Owner: 3 } }
            pimAppIds: [MS-PIM]
            paws: PAW-01
            lateness: soon
            """);

        string[] expected =
        [
            "tenant.yaml:1: error: There is no time zone 'Europe/Amsterdm' on this machine. Did you mean 'Europe/Amsterdam'?",
            "tenant.yaml:2: error: The tenant has no key 'busynessHours'. Did you mean 'businessHours'?",
            "tenant.yaml:3: error: 'businessHours' has no key 'stop'. It has start, end.",
            "tenant.yaml:3: error: '8 uur' is no time of day. Write it in quotes, as '08:00'.",
            "tenant.yaml:4: error: 'zondag' is no day of the week. Use mon, tue, wed, thu, fri, sat, sun.",
            "tenant.yaml:4: warning: 'sat' is listed twice in 'weekend'. Keep one of them.",
            "tenant.yaml:6: error: There is no set of holidays 'de'. Use 'nl', 'nl-employers' or 'none', and list other days under 'add'.",
            "tenant.yaml:8: error: '31-12-2026' is no date. Write it as 2026-05-15.",
            "tenant.yaml:9: error: A date is missing. Write it as 2026-05-15.",
            "tenant.yaml:11: warning: The holiday 2026-12-31 is added twice. Keep one of them.",
            "tenant.yaml:12: error: The set of holidays has no 'Goede Vrijdagg' to remove. Did you mean 'Goede Vrijdag'?",
            "tenant.yaml:13: warning: 'A@X.nl' is listed twice in 'breakGlass'. Keep one of them.",
            "tenant.yaml:13: warning: 'admin' is neither an object id nor a user principal name, so no record will match it. Give the id, and the whole name with its domain.",
            "tenant.yaml:14: error: The tenant has no key 'breakglass'. Did you mean 'breakGlass'?",
            "tenant.yaml:15: error: There is no tier profile 'strikt'. Use 'article' or 'strict'.",
            "tenant.yaml:15: warning: 'Global Admininstrator' is no built-in role of Entra. Did you mean 'Global Administrator'? For a custom or Azure role of that name nothing is wrong.",
            "tenant.yaml:15: error: The tier of 'Owner' is not 0, 1 or 2. Give one of these; 0 is the most privileged.",
            "tenant.yaml:16: error: 'MS-PIM' is no application id. Give the id, such as 01fc33a7-78ba-4d2f-a4b7-768e336e890e.",
            "tenant.yaml:17: error: 'paws' is not a list. Write 'paws: []' for none, or give each entry a line of its own, after '- '.",
            "tenant.yaml:18: error: 'lateness' is no length of time. Write it as 90s, 15m, 1h or 2d.",
        ];
        Assert.Equal(expected, load.Diagnostics.Select(d => d.ToString()));
    }

    [Theory]
    [InlineData("timeZone: [\n", "not valid YAML")]
    [InlineData("businessHours: { s\ntart: '08:00' }\n", "not valid YAML")]
    [InlineData("holidays:\n\tset: nl\n", "not valid YAML")]
    [InlineData("- a\n- b\n", "not a map of keys")]
    [InlineData("just text\n", "not a map of keys")]
    [InlineData("timeZone: UTC\n---\ntimeZone: UTC\n", "more than one document")]
    [InlineData("? [a, b]\n: c\n", "A key is a list or a map")]
    [InlineData("breakGlass: x\n", "is not a list")]
    [InlineData("timeZone:\n", "no time zone")]
    [InlineData("holidays: nl\n", "is not a map")]
    [InlineData("breakGlass: [{ reason: x }]\n", "neither id nor name")]
    [InlineData("timeZone: ../../../etc/passwd\n", "no time zone")]
    public void What_cannot_be_read_is_a_finding(string text, string message) =>
        Assert.Contains(TenantText.Load(text).Diagnostics, d => d.Severity == DiagnosticSeverity.Error && d.Message.Contains(message, StringComparison.Ordinal));

    [Fact]
    public void A_sum_of_lengths_beyond_all_time_is_a_finding() =>
        Assert.True(TenantText.Load($"lateness: {string.Concat(Enumerable.Repeat("36500d", 400))}").HasErrors);

    [Fact]
    public void A_file_over_the_limit_is_not_read()
    {
        var most = Encoding.ASCII.GetBytes("lateness: 1h\n#" + new string('x', YamlReader.BytesMax - 14));
        Assert.Equal(YamlReader.BytesMax, most.Length);

        Assert.Equal(TimeSpan.FromHours(1), TenantText.Load(most).Profile.Lateness);
        var finding = Assert.Single(TenantText.Load([.. most, (byte)'x']).Diagnostics);
        Assert.Equal(0, finding.Line);
    }

    [Theory]
    [InlineData(14, false)]
    [InlineData(40, true)]
    [InlineData(200_000, true)]
    public void Nesting_is_bounded(int depth, bool refused)
    {
        var load = TenantText.Load($"x: {new string('[', depth)}{new string(']', depth)}");

        Assert.Equal(refused, load.Diagnostics.Any(d => d.Message.Contains("deep", StringComparison.Ordinal)));
        Assert.True(load.HasErrors);
    }

    [Fact]
    public void Findings_quote_hostile_text_short_and_clean()
    {
        var load = TenantText.Load($"timeZone: \"{new string('x', 5000)}\"\nlateness: \"\\e[31mred\"\n");

        Assert.All(load.Diagnostics, d => Assert.InRange(d.ToString().Length, 1, 2 * Diagnostics.TextCharsMax));
        Assert.DoesNotContain(load.Diagnostics, d => d.Message.Any(char.IsControl));
    }

    [Property(MaxTest = 300)]
    public Property Any_bytes_give_a_profile_and_findings() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(), bytes => TenantText.Load(bytes).Profile.TimeZone is not null);

    [Property(MaxTest = 1000)]
    public Property A_valid_file_with_any_change_gives_a_profile_and_findings()
    {
        var valid = Encoding.UTF8.GetBytes("""
            timeZone: Europe/London
            businessHours: { start: "09:00", end: '17:30' }
            weekend: [sat, sun]
            holidays: { set: nl, add: [{ date: 2026-12-31, name: Closing }], remove: [2026-05-05] }
            breakGlass:
              - { id: 00000000-b7ea-4b1a-8000-000000000001, upn: a@x.nl } # comment
              - b@x.nl
            tiers: { profile: strict, overrides: { Owner: 0 }, accounts: { a@x.nl: 1 } }
            lateness: 30m
            """);
        var marks = Encoding.ASCII.GetBytes("\n\r\t :-{}[],'\"&*!|>%@`#?\\\0~<=0");
        var mutations = from at in Gen.Choose(0, valid.Length - 1)
                        from mark in Gen.Elements(marks)
                        from insert in Gen.Elements(true, false)
                        select (byte[])[.. valid[..at], mark, .. valid[(insert ? at : at + 1)..]];
        return Prop.ForAll(mutations.ToArbitrary(), bytes => TenantText.Load(bytes).Profile.TimeZone is not null);
    }
}
