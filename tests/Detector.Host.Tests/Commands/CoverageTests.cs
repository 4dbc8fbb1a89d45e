using System.Text.Json;

namespace Detector.Host.Tests.Commands;

public sealed class CoverageTests : IDisposable
{
    private const string Golden = "tests/Detector.Host.Tests/golden/navigator.json";

    private readonly Folder _folder = new();

    public CoverageTests()
    {
        Rule("b_rule", "[attack.privilege-escalation, attack.t1078.004, attack.T1078.004, attack.persistence]");
        Rule("a_rule", "[attack.privilege_escalation, attack.t1078.004]");
        Rule("no_tactic", "[attack.t1556]");
        Rule("no_technique", "[attack.impact]");
        Rule("building_block", "[attack.impact, attack.t1531]", "custom_attributes: { detector: { generate: false } }\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_table_has_each_tactic_its_techniques_and_their_rules()
    {
        var outcome = Cli.Run("rules", "coverage", "--rules", _folder.At("rules"));
        Assert.Equal(0, outcome.Exit);
        Assert.Equal(
            [
                "Persistence",
                "  T1078.004   b_rule",
                "Privilege Escalation",
                "  T1078.004   a_rule, b_rule",
                "no tactic named",
                "  T1556       no_tactic",
                "no technique named: no_technique",
                "4 rules that alert, 2 techniques, 2 of 14 tactics",
            ],
            outcome.Lines);
    }

    [Fact]
    public void The_layer_is_the_golden_file()
    {
        var file = _folder.At("layer.json");
        Assert.Equal(0, Cli.Run("rules", "coverage", "--rules", _folder.At("rules"), "--navigator", file).Exit);
        var layer = File.ReadAllText(file);
        Assert.Equal(layer, Cli.Run("rules", "coverage", "--rules", _folder.At("rules"), "--navigator", "-").Out);
        var golden = Testing.RepositoryFolder.Path(Golden);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(golden, layer);
        Assert.Equal(File.ReadAllText(golden), layer);
    }

    // What the format's description calls required, and the ranges that it gives.
    [Fact]
    public void The_layer_has_what_format_4_5_requires()
    {
        using var document = JsonDocument.Parse(Cli.Run("rules", "coverage", "--navigator", "-").Out);
        var layer = document.RootElement;
        Assert.False(string.IsNullOrEmpty(layer.GetProperty("name").GetString()));
        Assert.Equal("enterprise-attack", layer.GetProperty("domain").GetString());
        Assert.Equal("4.5", layer.GetProperty("versions").GetProperty("layer").GetString());
        Assert.True(Version.Parse(layer.GetProperty("versions").GetProperty("navigator").GetString()!) >= new Version(4, 9, 0));
        Assert.NotEmpty(layer.GetProperty("techniques").EnumerateArray());
        foreach (var technique in layer.GetProperty("techniques").EnumerateArray())
        {
            Assert.Matches(@"^T\d{4}(\.\d{3})?$", technique.GetProperty("techniqueID").GetString());
            Assert.InRange(technique.GetProperty("score").GetInt32(), 1, layer.GetProperty("gradient").GetProperty("maxValue").GetInt32());
            Assert.Matches("^[a-z-]+$", technique.GetProperty("tactic").GetString());
        }

        var gradient = layer.GetProperty("gradient");
        Assert.True(gradient.GetProperty("colors").GetArrayLength() >= 2);
        Assert.True(gradient.GetProperty("maxValue").GetInt32() > gradient.GetProperty("minValue").GetInt32());
    }

    [Fact]
    public void A_layer_that_cannot_be_written_is_exit_2() =>
        Assert.Equal(2, Cli.Run("rules", "coverage", "--navigator", "/no/such/folder/layer.json").Exit);

    private void Rule(string name, string tags, string more = "") => _folder.Write(
        $"rules/{name}.yml",
        $"title: {name}\nid: {new Guid(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)).AsSpan(0, 16))}\nname: {name}\ntags: {tags}\nlogsource: {{ product: azure, service: auditlogs }}\ndetection:\n  a: {{ Result: x }}\n  condition: a\nlevel: low\n{more}");
}
