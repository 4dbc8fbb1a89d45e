using Xunit;

namespace Detector.Rules.Tests;

/// <summary>Rule folders as they lie on disks.</summary>
public sealed class RuleFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("detector-rules-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_that_is_not_there_is_said_to_be_so() =>
        Assert.Throws<DirectoryNotFoundException>(() => RuleFolder.Load(Path.Combine(_folder, "nowhere")));

    [Fact]
    public void An_empty_folder_has_no_rules_and_no_problems()
    {
        var loaded = RuleFolder.Load(_folder);
        Assert.Empty(loaded.Diagnostics);
        Assert.Empty(loaded.Rules!.Sigma);
        Assert.Equal("Europe/Amsterdam", loaded.Tenant.TimeZone.Id);
    }

    [Fact]
    public void Files_are_found_in_folders_and_named_from_the_folder_on()
    {
        Write("pim/a.YML", Rule(1, "name: a\n"));
        Write(".git/b.yml", "not: yaml: at all");
        Write(".hidden.yml", "nor: this: one");
        Write("notes.txt", "no rule");
        var rule = Assert.Single(RuleFolder.Load(_folder + "/").Rules!.Sigma);
        Assert.Equal($"{_folder.Replace('\\', '/')}/pim/a.YML", rule.File);
    }

    [Fact]
    public void Only_the_folder_lists_holds_lists()
    {
        Write("lists/own.yaml", "name: own\nentries: [ red ]\n");
        Write("lists/deeper/tenant.yaml", "lateness: 2h\n");
        var loaded = RuleFolder.Load(_folder);
        Assert.Equal("No rule uses the list 'own'.", Assert.Single(loaded.Diagnostics).Message);
        Assert.Equal(TimeSpan.FromHours(2), loaded.Tenant.Lateness);

        // A rule folder that happens to lie below a folder called lists.
        Write("lists/rules/a.yml", Rule(1, "name: a\n"));
        Write("lists/rules/notes.yaml", "just: notes\n");
        Assert.Equal(["The file is not read."], RuleFolder.Load(Path.Combine(_folder, "lists", "rules")).Diagnostics.Where(p => p.File.EndsWith("notes.yaml", StringComparison.Ordinal)).Select(p => p.Message));
    }

    [Fact]
    public void A_file_of_just_the_limit_is_read_and_one_byte_more_is_not()
    {
        var rule = Rule(1, "name: a\n# ");
        Write("a.yml", rule.PadRight(Yaml.YamlReader.BytesMax, 'x'));
        Assert.NotNull(RuleFolder.Load(_folder).Rules);
        Write("a.yml", rule.PadRight(Yaml.YamlReader.BytesMax + 1, 'x'));
        Assert.Contains("larger than 1048576 bytes", Assert.Single(InMemory.Errors(RuleFolder.Load(_folder))), StringComparison.Ordinal);
    }

    [Fact]
    public void Links_to_files_are_read_and_those_to_nowhere_are_named()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        Write("..data/a.yml", Rule(1, "name: a\n"));
        File.CreateSymbolicLink(Path.Combine(_folder, "a.yml"), Path.Combine("..data", "a.yml"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "round"), _folder);
        Assert.Equal("a", Assert.Single(RuleFolder.Load(_folder).Rules!.Sigma).Name);

        File.CreateSymbolicLink(Path.Combine(_folder, "b.yml"), "nowhere.yml");
        var error = Assert.Single(InMemory.Errors(RuleFolder.Load(_folder)));
        Assert.Contains("b.yml: error: The file cannot be read", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_of_ones_own_works_with_the_shipped_lists_and_tenant()
    {
        Write("a.yml", InMemory.Sigma("  s: { ResultType|expand: '%credential-failures%' }\n  condition: s\n"));
        var loaded = RuleFolder.Load(_folder);
        Assert.True(InMemory.Matches(loaded, (Engine.Logs.CanonicalField.ResultType, "50126")));
        Assert.DoesNotContain(loaded.Diagnostics, problem => problem.Message.Contains("list", StringComparison.Ordinal));
    }

    [Fact]
    public void The_version_is_the_hash_of_the_bytes()
    {
        Write("a.yml", Rule(1, "name: a\n"));
        var first = RuleFolder.Load(_folder).Rules!.Sigma[0].Version;
        Assert.Matches("^sha256:[0-9a-f]{64}$", first);
        Write("a.yml", Rule(1, "name: a\n#\n"));
        Assert.NotEqual(first, RuleFolder.Load(_folder).Rules!.Sigma[0].Version);
    }

    private static string Rule(int number, string more) =>
        InMemory.Sigma("  s: { Result: x }\n  condition: s\n", $"5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b800{number}", more);

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
