using System.Text;
using Detector.Rules.Tenant;
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
        var load = TenantFileTests.Load("""
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
            "tenant.yaml:1: error: The time zone 'Europe/Amsterdm' is not known. Did you mean 'Europe/Amsterdam'?",
            "tenant.yaml:2: error: 'busynessHours' is not a key of tenant.yaml. Did you mean 'businessHours'?",
            "tenant.yaml:3: error: '8 uur' is not a time of day. Write hours and minutes in quotes: '08:00'.",
            "tenant.yaml:3: error: 'stop' is not a key of businessHours. The keys are start, end.",
            "tenant.yaml:4: error: 'zondag' is not a day. The days are mon, tue, wed, thu, fri, sat, sun.",
            "tenant.yaml:4: warning: 'sat' is listed twice. Keep one of them.",
            "tenant.yaml:6: error: There is no holiday set 'de'. The sets are nl, nl-lustrum, nl-rijksoverheid, none; any other calendar can be written under 'add'.",
            "tenant.yaml:8: error: '31-12-2026' is not a date. Write year, month and day: 2026-12-31.",
            "tenant.yaml:9: error: The holiday has no date. Write '- { date: 2026-12-31, name: Closing day }'.",
            "tenant.yaml:11: warning: 2026-12-31 is added twice. Keep one of them.",
            "tenant.yaml:12: error: The holiday set has no 'Goede Vrijdagg' to remove. Did you mean 'Goede Vrijdag'?",
            "tenant.yaml:13: warning: 'A@X.nl' is listed twice in 'breakGlass'. Keep one of them.",
            "tenant.yaml:13: warning: 'admin' is neither an object id nor a user principal name; records name accounts by these. Give the id, and the full name with its domain.",
            "tenant.yaml:14: error: 'breakglass' is given twice; line 13 counts. Keep one of them.",
            "tenant.yaml:15: error: There is no tier profile 'strikt'. The profiles are article and strict.",
            "tenant.yaml:15: warning: 'Global Admininstrator' is no built-in role of Entra. Did you mean 'Global Administrator'? A custom or Azure role of this name needs nothing more.",
            "tenant.yaml:15: error: The tier of 'Owner' is not 0, 1 or 2. 0 is the most privileged.",
            "tenant.yaml:16: error: 'MS-PIM' is not an application id. Give the id, such as 01fc33a7-78ba-4d2f-a4b7-768e336e890e.",
            "tenant.yaml:17: error: 'paws' is not a list. Write 'paws: []' for none, or an item a line, each with '- ' before it.",
            "tenant.yaml:18: error: 'soon' is not a length of time. Write 90s, 30m, 2h or 1d.",
        ];
        Assert.Equal(expected, load.Diagnostics.Select(d => d.ToString()));
    }

    [Fact]
    public void A_key_in_error_keeps_the_default()
    {
        var tenant = TenantFileTests.Load("timeZone: Mars/Olympus\npaws: 1\nlateness: x\nholidays: { set: xx }").Profile;

        Assert.Equal("Europe/Amsterdam", tenant.TimeZone.Id);
        Assert.Equal(TimeSpan.FromMinutes(30), tenant.Lateness);
        Assert.NotNull(tenant.Holidays.NameOf(new DateOnly(2026, 12, 25)));
    }

    [Theory]
    [InlineData("timeZone: [\n", "This is not YAML")]
    [InlineData("businessHours: { s\ntart: '08:00' }\n", "This is not YAML")]
    [InlineData("holidays:\n\tset: nl\n", "This is not YAML")]
    [InlineData("- a\n- b\n", "does not begin with keys")]
    [InlineData("just text\n", "does not begin with keys")]
    [InlineData("weekend: &a [sat]\npaws: *a\n", "anchors")]
    [InlineData("timeZone: UTC\n---\ntimeZone: UTC\n", "second document")]
    [InlineData("? [a, b]\n: c\n", "A key is a list or a map")]
    [InlineData("breakGlass:\n", "is not a list")]
    [InlineData("timeZone:\n", "has no value")]
    [InlineData("holidays: nl\n", "has no keys of its own")]
    [InlineData("breakGlass: [{ reason: x }]\n", "neither id nor name")]
    [InlineData("timeZone: ../../../etc/passwd\n", "is not known")]
    public void What_cannot_be_read_is_a_finding(string text, string message) =>
        Assert.Contains(TenantFileTests.Load(text).Diagnostics, d => d.Severity == DiagnosticSeverity.Error && d.Message.Contains(message, StringComparison.Ordinal));

    [Fact]
    public void A_file_over_the_limit_is_not_read()
    {
        var most = Encoding.ASCII.GetBytes("lateness: 1h\n#" + new string('x', TenantYaml.FileBytesMax - 14));
        Assert.Equal(TenantYaml.FileBytesMax, most.Length);

        Assert.Equal(TimeSpan.FromHours(1), TenantFile.Load(most, "f").Profile.Lateness);
        var finding = Assert.Single(TenantFile.Load((byte[])[.. most, (byte)'x'], "f").Diagnostics);
        Assert.Equal(0, finding.Line);
    }

    [Theory]
    [InlineData(14, false)]
    [InlineData(17, true)]
    [InlineData(200_000, true)]
    public void Nesting_is_bounded(int depth, bool refused)
    {
        var load = TenantFileTests.Load($"x: {new string('[', depth)}{new string(']', depth)}");

        Assert.Equal(refused, load.Diagnostics.Any(d => d.Message.Contains("deep", StringComparison.Ordinal)));
        Assert.True(load.HasErrors);
    }

    [Fact]
    public void Equal_hours_are_warned_of_unless_they_are_midnight()
    {
        Assert.Empty(TenantFileTests.Load("businessHours: { start: '00:00', end: '24:00' }").Diagnostics);
        Assert.Contains("round the clock", Assert.Single(TenantFileTests.Load("businessHours: { start: '18:00' }").Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_quote_hostile_text_short_and_clean()
    {
        var load = TenantFileTests.Load($"timeZone: \"{new string('x', 5000)}\"\nlateness: \"\\e[31mred\"\n");

        Assert.All(load.Diagnostics, d => Assert.InRange(d.ToString().Length, 1, 300));
        Assert.DoesNotContain(load.Diagnostics, d => d.Message.Any(char.IsControl));
    }

    [Property(MaxTest = 300)]
    public Property Any_bytes_give_a_profile_and_findings() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(), bytes => TenantFile.Load(bytes, "f").Profile.TimeZone is not null);

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
        return Prop.ForAll(mutations.ToArbitrary(), bytes => TenantFile.Load(bytes, "f").Profile.TimeZone is not null);
    }
}
