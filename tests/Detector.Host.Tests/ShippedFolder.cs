namespace Detector.Host.Tests;

/// <summary>Copies of the rules that are shipped, to be changed.</summary>
internal static class ShippedFolder
{
    public static string Path => Testing.RepositoryFolder.Path("rules");

    /// <summary>A copy in <paramref name="folder"/>, with its path; <paramref name="change"/> gets each file's name and text.</summary>
    public static string CopyTo(Folder folder, string name, Func<string, string, string>? change = null)
    {
        foreach (var file in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories).Where(file => System.IO.Path.GetExtension(file) is ".yml" or ".yaml" or ".md" or ".json"))
        {
            var relative = System.IO.Path.GetRelativePath(Path, file);
            var text = File.ReadAllText(file);
            folder.Write(System.IO.Path.Combine(name, relative), change?.Invoke(relative, text) ?? text);
        }

        return folder.At(name);
    }
}
