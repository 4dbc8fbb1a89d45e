using System.Text;
using Detector.Testing;
using Xunit;

namespace Detector.Rules.Tests;

public sealed class DiagnosticGoldenTests
{
    private const string Folder = "tests/Detector.Rules.Tests";

    /// <summary>What an author of broken rules reads. <c>UPDATE_GOLDEN=1</c> writes it anew.</summary>
    [Fact]
    public void Broken_files_say_what_where_and_what_to_do()
    {
        var loaded = RuleFolder.Load(Files("bad"), today: new DateOnly(2027, 1, 15));
        Assert.Null(loaded.Rules);
        var golden = RepositoryFolder.Path($"{Folder}/golden/diagnostics.txt");
        var text = string.Join('\n', loaded.Diagnostics) + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(golden, text, new UTF8Encoding(false));
        Assert.Equal(File.ReadAllText(golden), text);
    }

    [Fact]
    public void Problems_are_in_the_order_of_files_and_lines()
    {
        var problems = RuleFolder.Load(Files("bad")).Diagnostics;
        Assert.Equal(problems.OrderBy(problem => problem.File, StringComparer.Ordinal).ThenBy(problem => problem.Line), problems);
        Assert.All(problems.Where(problem => problem.Severity == DiagnosticSeverity.Error), problem => Assert.False(string.IsNullOrEmpty(problem.Remedy), problem.ToString()));
    }

    [Fact]
    public void A_file_with_thousands_of_problems_names_the_first()
    {
        var loaded = InMemory.Load(("rules/a.yml", string.Concat(Enumerable.Repeat("a:\n", 50_000))), ("rules/b.yml", "title: B\n"));
        Assert.Equal(201, loaded.Diagnostics.Count(problem => problem.File == "rules/a.yml"));
        Assert.Contains(loaded.Diagnostics, problem => problem.Message.Contains("more than 200 problems", StringComparison.Ordinal));
        Assert.Contains(loaded.Diagnostics, problem => problem.File == "rules/b.yml");
    }

    // The same bytes wherever the repository lies, and whatever line ends a checkout gives.
    private static IEnumerable<RuleFile> Files(string folder)
    {
        var root = RepositoryFolder.Path($"{Folder}/{folder}");
        foreach (var path in Directory.GetFiles(root, "*", SearchOption.AllDirectories))
            yield return new RuleFile($"{folder}/{Path.GetRelativePath(root, path).Replace('\\', '/')}", Encoding.UTF8.GetBytes(File.ReadAllText(path).ReplaceLineEndings("\n")));
    }
}
