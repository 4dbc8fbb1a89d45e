namespace Detector.Sources.Tests.Files;

/// <summary>Finds what lies beside the repository.</summary>
internal static class Repository
{
    /// <summary>A folder of <c>../shared</c>, or null where there is none.</summary>
    public static string? Shared(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Detector.sln"))) continue;
            var path = Path.Combine(folder.FullName, "..", "shared", name);
            return Directory.Exists(path) ? path : null;
        }

        return null;
    }
}
