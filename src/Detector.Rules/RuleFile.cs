namespace Detector.Rules;

/// <summary>A file of a rule folder: its path with forward slashes, from the folder on, and its bytes.</summary>
public sealed record RuleFile(string Name, ReadOnlyMemory<byte> Bytes)
{
    internal bool IsSigma => Name.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    internal bool IsDetector => Name.EndsWith(".detector.yaml", StringComparison.OrdinalIgnoreCase);

    internal bool IsTenant => IsNamed("tenant.yaml");

    internal bool IsFields => IsNamed("fields.yaml");

    internal bool IsList => Name.Contains("/lists/", StringComparison.Ordinal) && Name.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) && !IsDetector;

    private bool IsNamed(string name) => string.Equals(Path.GetFileName(Name), name, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Finds rule files on disk, and those that are shipped within the program.</summary>
internal static class RuleFiles
{
    private const string ShippedPrefix = "rules/";

    public static IReadOnlyList<RuleFile> Shipped()
    {
        var assembly = typeof(RuleFiles).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ShippedPrefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => new RuleFile(name, Read(assembly.GetManifestResourceStream(name)!)))];
    }

    public static IReadOnlyList<RuleFile> Of(string folder)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"There is no folder '{folder}'.");
        var root = folder.TrimEnd('/', Path.DirectorySeparatorChar);
        return [.. Directory.EnumerateFiles(folder, "*.y*ml", SearchOption.AllDirectories)
            .Where(path => path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase))
            .Select(path => path.Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
            .Select(path => new RuleFile(path.StartsWith(root, StringComparison.Ordinal) ? path : $"{root}/{path}", ReadBounded(path)))];
    }

    // One byte over the limit is enough to be told that the file is too large.
    private static byte[] ReadBounded(string path)
    {
        using var stream = File.OpenRead(path);
        var bytes = new byte[(int)Math.Min(stream.Length, Yaml.YamlReader.BytesMax + 1)];
        stream.ReadExactly(bytes);
        return bytes;
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
