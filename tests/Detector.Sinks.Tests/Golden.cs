using System.Text;

namespace Detector.Sinks.Tests;

/// <summary>Compares a text with a file under <c>golden</c>; with <c>UPDATE_GOLDEN=1</c> it writes the file instead.</summary>
internal static class Golden
{
    public static void Equal(string name, string text, string folder = "Console/golden")
    {
        var path = Path.Combine(Root(), "tests", "Detector.Sinks.Tests", folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(path, text, new UTF8Encoding(false));
        Assert.Equal(File.ReadAllText(path), text);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Detector.sln"))) folder = folder.Parent ?? throw new DirectoryNotFoundException("Detector.sln");
        return folder.FullName;
    }
}
