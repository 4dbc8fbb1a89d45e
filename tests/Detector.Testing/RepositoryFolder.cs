namespace Detector.Testing;

/// <summary>Finds the files of the repository, and the reference material beside it, from where the tests run.</summary>
public static class RepositoryFolder
{
    /// <summary>The folder with Detector.sln.</summary>
    public static string Root { get; } = Find();

    /// <summary>A path in the repository.</summary>
    public static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    /// <summary>A path in <c>../shared</c>, or null where that is not there: such tests skip.</summary>
    public static string? Shared(string relative)
    {
        var path = System.IO.Path.Combine(Root, "..", "shared", relative);
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Detector.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("Detector.sln is in no folder above the tests.");
    }
}
