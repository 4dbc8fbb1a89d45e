using Xunit;

namespace Detector.Engine.Tests.Enrichment;

/// <summary>Reference files beside the repository; a test that needs one is skipped where they are not.</summary>
internal static class SharedFacts
{
    public static string[] Lines(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Detector.sln"))) folder = folder.Parent;
        var file = folder is null ? null : Path.Combine(folder.FullName, "..", "shared", path);
        if (file is null || !File.Exists(file)) Assert.Skip($"../shared/{path} is not there.");
        return File.ReadAllLines(file);
    }
}
