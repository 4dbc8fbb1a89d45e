using System.IO.Enumeration;
using Detector.Rules.Yaml;

namespace Detector.Rules;

/// <summary>Finds rule files on disk, and those that are shipped within the program.</summary>
internal static class RuleFiles
{
    /// <summary>More files are no rule folder: somebody gave the root of a disk.</summary>
    public const int FilesMax = 10_000;

    /// <summary>How deep folders may lie in one another.</summary>
    public const int DepthMax = 16;

    private const string ShippedPrefix = "rules/";

    public static IReadOnlyList<RuleFile> Shipped()
    {
        var assembly = typeof(RuleFiles).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ShippedPrefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => new RuleFile(name, Read(assembly.GetManifestResourceStream(name)!)))];
    }

    /// <summary>The files of a folder by name; one that cannot be read is told to <paramref name="diagnostics"/>.</summary>
    public static IReadOnlyList<RuleFile> Of(string folder, ICollection<Diagnostic> diagnostics)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"There is no folder '{folder}'.");
        var root = folder.TrimEnd('/', Path.DirectorySeparatorChar);
        var files = new List<RuleFile>();
        try
        {
            foreach (var path in Paths(folder).Take(FilesMax + 1))
            {
                var name = Path.Join(root, Path.GetRelativePath(folder, path)).Replace(Path.DirectorySeparatorChar, '/');
                if (files.Count == FilesMax)
                {
                    diagnostics.Add(new Diagnostic(root, 0, DiagnosticSeverity.Error, $"The folder has more than {FilesMax} rule files.", "Give the folder that holds the rules."));
                    break;
                }

                if (ReadBounded(path, name, diagnostics) is { } bytes) files.Add(new RuleFile(name, bytes));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            diagnostics.Add(new Diagnostic(root, 0, DiagnosticSeverity.Error, $"The folder cannot be read: {e.Message}", "Check its permissions."));
        }

        return [.. files.OrderBy(file => file.Name, StringComparer.Ordinal)];
    }

    // Links to files are followed, since mounted configuration is made of them; links to folders could go round in circles.
    // Hidden folders (.git, .github, the '..data' of such mounts) hold no rules.
    private static FileSystemEnumerable<string> Paths(string folder) => new(
        folder,
        (ref entry) => entry.ToFullPath(),
        new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = DepthMax, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System })
    {
        ShouldIncludePredicate = (ref entry) => !entry.IsDirectory
            && (entry.FileName.EndsWith(".yml", StringComparison.OrdinalIgnoreCase) || entry.FileName.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase)),
        ShouldRecursePredicate = (ref entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
    };

    // One byte over the limit is enough to be told that the file is too large.
    private static byte[]? ReadBounded(string path, string name, ICollection<Diagnostic> diagnostics)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (!stream.CanSeek) throw new IOException("it is no ordinary file.");
            var bytes = new byte[(int)Math.Min(stream.Length, YamlReader.BytesMax + 1)];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            diagnostics.Add(new Diagnostic(name, 0, DiagnosticSeverity.Error, $"The file cannot be read: {e.Message}", "Check its permissions, or remove it."));
            return null;
        }
    }

    private static byte[] Read(Stream stream)
    {
        using (stream)
        {
            var bytes = new byte[(int)stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }
}
