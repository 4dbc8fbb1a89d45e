using System.Text.RegularExpressions;
using Xunit;

namespace Detector.Repo.Tests;

/// <summary>What no review should have to say twice.</summary>
public sealed partial class TidyTests
{
    private const int FileLinesMax = 400;

    // The project speaks of itself: a clone must make sense anywhere, to anybody. This file has to name what it bans.
    private const string Self = "tests/Detector.Repo.Tests/TidyTests.cs";

    public static TheoryData<string> Folders => ["src", "tests", "benchmarks", "rules"];

    [Fact]
    public void No_file_of_src_is_longer_than_one_can_read() => Assert.Empty(
        CodeIn("src").Select(path => (path, lines: Repository.Lines(path).Length)).Where(file => file.lines > FileLinesMax).Select(file => $"{file.path}: {file.lines} lines"));

    [Fact]
    public void No_file_names_a_place_or_tool_of_somebodys_machine() => AssertNowhere(Elsewhere(), Repository.TextFiles.Where(path => path != Self));

    [Fact]
    public void Nothing_is_left_for_later_in_the_code() => AssertNowhere(Unfinished(), CodeIn("src").Concat(CodeIn("benchmarks")));

    [Fact]
    public void No_test_is_switched_off_or_empty() => AssertNowhere(SwitchedOff(), CodeIn("tests").Where(path => path != Self));

    [Fact]
    public void Types_have_names_of_the_domain() => AssertNowhere(EmptyName(), CodeIn("src"));

    [Fact]
    public void Documents_have_no_placeholders() => AssertNowhere(Placeholder(), Repository.TextFiles.Where(path => path.EndsWith(".md", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Folders))]
    public void The_walk_sees_the_repository(string folder) =>
        Assert.Contains(Repository.TextFiles, path => path.StartsWith($"{folder}/", StringComparison.Ordinal));

    private static IEnumerable<string> CodeIn(string folder) => Repository.TextFiles
        .Where(path => path.StartsWith($"{folder}/", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal));

    private static void AssertNowhere(Regex pattern, IEnumerable<string> paths) => Assert.Empty(
        from path in paths
        from line in Repository.Lines(path).Select((text, index) => (text, number: index + 1))
        where pattern.IsMatch(line.text)
        select $"{path}:{line.number}: {line.text.Trim()}");

    [GeneratedRegex(@"(?<![\w.*])/(work|home/\w|Users/\w|tmp/\w)|\b(claude|anthropic|openai|chatgpt|copilot|subagents?|worktrees?|artifactory|nexus)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Elsewhere();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\bSkip\s*=\s*""|Assert\.True\(true\)|DateTime\.UtcNow|Thread\.Sleep", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex SwitchedOff();

    [GeneratedRegex(@"\b(class|record|struct|interface|enum)\s+\w*(Manager|Helper|Helpers|Util|Utils|Utility|Service|Processor)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex EmptyName();

    [GeneratedRegex(@"^[A-Z]+_[A-Z_]+$|\bTBD\b|lorem ipsum", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Placeholder();
}
