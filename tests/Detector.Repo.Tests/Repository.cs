namespace Detector.Repo.Tests;

/// <summary>The files of the repository, found from where the tests run.</summary>
internal static class Repository
{
    private static readonly string[] s_notOurs = [".git", "artifacts", "bin", "obj", "TestResults", "BenchmarkDotNet.Artifacts", "sample-logs", "sample", "out", ".vs"];
    private static readonly string[] s_textEndings = [".cs", ".md", ".yml", ".yaml", ".json", ".csproj", ".props", ".targets", ".sln", ".csv", ".txt", ".cases", ".editorconfig", ".gitignore", "Dockerfile", "run"];

    /// <summary>The folder with Detector.sln.</summary>
    public static string Root { get; } = Find();

    /// <summary>Paths of all text files, from the root, with forward slashes, in order.</summary>
    public static IReadOnlyList<string> TextFiles { get; } =
    [
        .. Walk(Root)
            .Where(path => s_textEndings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)))
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    public static bool Exists(string path) => File.Exists(Path.Combine(Root, path)) || Directory.Exists(Path.Combine(Root, path));

    private static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder).Concat(Directory.EnumerateDirectories(folder)
            .Where(inner => !s_notOurs.Contains(Path.GetFileName(inner), StringComparer.Ordinal))
            .SelectMany(Walk));

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Detector.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("Detector.sln is in no folder above the tests.");
    }
}
