using System.Globalization;
using System.Text.RegularExpressions;

namespace Detector.Sinks.Files;

/// <summary>
/// When a file of alerts is put aside for a new one, and how many of those are kept. Their names have the time at which they were put aside, UTC:
/// <c>alerts.20261124T071500Z.ndjson</c>. Other files are never touched.
/// </summary>
/// <param name="BytesMax">A file does not grow beyond this, unless what is sent at once is larger.</param>
/// <param name="Keep">So many are kept beside the one that is written; the oldest go.</param>
public sealed partial record FileRotation(long BytesMax, int Keep)
{
    /// <summary>Puts a file aside and removes what is beyond <see cref="Keep"/>. A crash in between leaves every file whole.</summary>
    /// <exception cref="IOException">It was not possible; the file is where it was.</exception>
    public void PutAside(string path, DateTime now)
    {
        var (folder, stem, ending) = PartsOf(path);
        var time = now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var aside = Path.Combine(folder, $"{stem}.{time}{ending}");
        for (var number = 2; File.Exists(aside); number++) aside = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{stem}.{time}-{number}{ending}"));
        File.Move(path, aside);
        foreach (var old in Aside(path).SkipLast(Keep))
        {
            try
            {
                File.Delete(old);
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
            {
                // Somebody reads it; it goes the next time.
            }
        }
    }

    /// <summary>The files that were put aside, the oldest first.</summary>
    public static IReadOnlyList<string> Aside(string path)
    {
        var (folder, stem, ending) = PartsOf(path);
        return
        [
            .. Directory.EnumerateFiles(folder, $"{stem}.*{ending}")
                .Select(file => (File: file, Name: Path.GetFileName(file)))
                .Where(file => file.Name.Length > stem.Length + 1 + ending.Length)
                .Select(file => (file.File, Match: Stamp().Match(file.Name[(stem.Length + 1)..^ending.Length])))
                .Where(file => file.Match.Success)
                .OrderBy(file => file.Match.Groups["time"].Value, StringComparer.Ordinal)
                .ThenBy(file => file.Match.Groups["number"] is { Success: true } number ? int.Parse(number.Value, CultureInfo.InvariantCulture) : 1)
                .Select(file => file.File),
        ];
    }

    private static (string Folder, string Stem, string Ending) PartsOf(string path)
    {
        var full = Path.GetFullPath(path);
        return (Path.GetDirectoryName(full)!, Path.GetFileNameWithoutExtension(full), Path.GetExtension(full));
    }

    [GeneratedRegex(@"^(?<time>[0-9]{8}T[0-9]{6}Z)(-(?<number>[0-9]{1,6}))?$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Stamp();
}
