namespace Detector.Benchmarks;

/// <summary>Pages of results, beside the benchmarks.</summary>
internal static class ResultFile
{
    /// <summary>Writes <c>benchmarks/results/NAME.md</c>.</summary>
    public static void Write(string name, string page) => File.WriteAllText(Path.Combine(Folder(), $"{name}.md"), page);

    private static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Detector.sln"))) folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? ".", "benchmarks", "results");
    }
}
