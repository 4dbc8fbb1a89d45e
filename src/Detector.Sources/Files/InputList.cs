using System.IO.Enumeration;

namespace Detector.Sources.Files;

/// <summary>Finds the files behind the paths that were given.</summary>
internal static class InputList
{
    private static readonly string[] s_endings = [".json", ".ndjson", ".jsonl", ".csv"];

    /// <summary>
    /// The inputs in order: paths as given, folders in ordinal order of the names within. A file that is reached twice
    /// is read once. Names that begin with a dot are passed over in folders, as are links to other folders, which
    /// could lead round in circles.
    /// </summary>
    /// <exception cref="InputException">A path does not exist or a folder has nothing to read.</exception>
    public static List<InputFile> Find(IReadOnlyList<string> paths)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var found = new List<InputFile>();
        foreach (var path in paths)
        {
            if (string.Equals(path, FileSourceOptions.StandardInputPath, StringComparison.Ordinal))
            {
                if (seen.Add(path)) found.Add(new InputFile(path, 0));
            }
            else if (Directory.Exists(path))
            {
                AddFolder(path, seen, found);
            }
            else
            {
                AddFile(path, seen, found);
            }
        }

        return found;
    }

    /// <summary>The files that are there now, in the same order; what is not there or cannot be listed is told as a sentence.</summary>
    public static List<string> Present(string path, out string? problem)
    {
        problem = null;
        try
        {
            if (File.Exists(path)) return [path];
            if (Directory.Exists(path)) return [.. Files(path).Order(StringComparer.Ordinal).Select(name => Path.Combine(path, name))];
            problem = $"{path} is not there (yet).";
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            problem = Unreadable(path, cause).Message;
        }

        return [];
    }

    private static void AddFile(string path, HashSet<string> seen, List<InputFile> found)
    {
        if (string.IsNullOrWhiteSpace(path)) throw new InputException("(empty path)", "An empty path names nothing.", "Give a file, a folder, or - for standard input.");
        if (!File.Exists(path)) throw new InputException(path, "No such file or folder.", "Check the path, or give - to read standard input.");
        if (!seen.Add(Path.GetFullPath(path))) return;
        try
        {
            found.Add(new InputFile(path, new FileInfo(path).Length));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, cause);
        }
    }

    private static void AddFolder(string folder, HashSet<string> seen, List<InputFile> found)
    {
        List<string> names;
        try
        {
            names = [.. Files(folder)];
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(folder, cause);
        }

        if (names.Count == 0)
            throw new InputException(folder, "The folder holds no log files.", "Files that are read end in .json, .ndjson, .jsonl or .csv, each also with .gz; a file with another ending can be named itself.");
        names.Sort(StringComparer.Ordinal);
        foreach (var name in names) AddFile(Path.Combine(folder, name), seen, found);
    }

    private static FileSystemEnumerable<string> Files(string folder) => new(
        folder,
        (ref entry) => Path.GetRelativePath(folder, entry.ToFullPath()),
        new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None })
    {
        ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && entry.FileName[0] != '.' && HasEnding(entry.FileName),
        ShouldRecursePredicate = (ref entry) => entry.FileName[0] != '.' && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
    };

    private static bool HasEnding(ReadOnlySpan<char> name)
    {
        if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) name = name[..^3];
        foreach (var ending in s_endings)
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    /// <summary>What a failure to open or list means to the user.</summary>
    public static InputException Unreadable(string path, Exception cause) => cause is UnauthorizedAccessException
        ? new InputException(path, "It may not be read.", "Give this user the right to read it.", cause)
        : new InputException(path, $"It cannot be read: {cause.Message}", "Check that the disk is there and the file is whole.", cause);
}
