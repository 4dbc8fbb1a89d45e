using System.Text;
using System.Text.RegularExpressions;
using Detector.Host;
using Detector.Host.Commands;
using Xunit;

namespace Detector.Repo.Tests;

/// <summary>What the documents say exists.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] s_documents = ["README.md", "rules/README.md", "src/ARCHITECTURE.md", "deploy/README.md", "docs/operations.md"];

    public static TheoryData<string> DetectorCommands => [.. ShellLines().Where(line => DetectorCall().IsMatch(line)).Distinct()];

    public static TheoryData<string> Documents => [.. s_documents];

    [Theory]
    [MemberData(nameof(DetectorCommands))]
    public void A_command_and_its_options_exist(string line)
    {
        var words = DetectorCall().Match(line).Groups["args"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var verbs = VerbsOf(words);
        var help = Run([.. verbs, "--help"], out var code);

        Assert.Equal(ExitCode.Done, code);
        Assert.NotEmpty(verbs);
        var usage = help.Split('\n').SkipWhile(text => !text.StartsWith("Usage:", StringComparison.Ordinal)).ElementAtOrDefault(1) ?? "";
        Assert.Contains($" {string.Join(' ', verbs)} ", $"{usage} ", StringComparison.Ordinal);
        Assert.Empty(words.Where(word => word.StartsWith("--", StringComparison.Ordinal)).Except(OptionsIn(help)));
    }

    [Fact]
    public void The_readme_has_two_commands_that_do_everything()
    {
        Assert.Contains(ShellLines(), line => line.StartsWith("dotnet run -c Release --project src/Detector.Host -- demo", StringComparison.Ordinal));
        Assert.Contains("dotnet test --solution Detector.sln", ShellLines());
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_file_that_is_named_exists(string document)
    {
        var folder = Path.GetDirectoryName(document)!;
        var missing = NamedFile().Matches(Repository.Text(document)).Select(match => match.Groups["path"].Value)
            .Where(path => !Repository.Exists(path) && !Repository.Exists(Path.Combine(folder, path)));

        Assert.Empty(missing);
    }

    [Fact]
    public void The_options_that_the_readme_lists_exist()
    {
        var help = Run(["replay", "--help"], out _);
        var listed = Repository.Lines("README.md").Where(line => line.StartsWith("| `--", StringComparison.Ordinal)).SelectMany(line => OptionName().Matches(line.Split('|')[1])).Select(match => match.Value).ToList();

        Assert.NotEmpty(listed);
        Assert.Empty(listed.Except(OptionsIn(help)));
    }

    // Words before the first option or path that are commands.
    private static string[] VerbsOf(string[] words)
    {
        string[] known = ["replay", "run", "rules", "lint", "test", "list", "new", "explain", "backtest", "coverage", "logs", "generate", "check", "sinks", "demo", "broker", "report", "smoke", "health"];
        return [.. words.TakeWhile(word => known.Contains(word, StringComparer.Ordinal))];
    }

    private static IEnumerable<string> OptionsIn(string help) => OptionName().Matches(help).Select(match => match.Value);

    private static string Run(string[] args, out int code)
    {
        using var output = new MemoryStream();
        using var errors = new StringWriter();
        code = DetectorCommand.Run(args, new HostStreams { Out = output, Error = errors }, CancellationToken.None);
        return Encoding.UTF8.GetString(output.ToArray()) + errors;
    }

    private static IEnumerable<string> ShellLines() => s_documents
        .SelectMany(document => ShellBlock().Matches(Repository.Text(document)))
        .SelectMany(match => match.Groups["text"].Value.Split('\n'))
        .Select(line => line.Split('#')[0].Trim())
        .Where(line => line.Length > 0);

    [GeneratedRegex(@"```sh\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex ShellBlock();

    [GeneratedRegex(@"(?:^|\s|/)(?:detector|--project src/Detector\.Host --)\s+(?<args>[^|>]*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex DetectorCall();

    // `path/with.ending`, `folder/`, and links.
    [GeneratedRegex(@"`(?<path>(?:src|rules|tests|benchmarks|\.ci)/[\w./-]*)`|\]\((?<path>[\w./-]+\.md)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex NamedFile();

    [GeneratedRegex(@"--[a-z-]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex OptionName();
}
