namespace Detector.Host.Commands;

/// <summary>Finds the known word that a mistyped one was probably meant to be.</summary>
internal static class Nearest
{
    private const int WordCharsMax = 60;

    /// <summary>The known word at the least edit distance, at most a third of its length; null when none is that near.</summary>
    public static string? Of(string wrong, IEnumerable<string> known)
    {
        if (wrong.Length > WordCharsMax) return null;
        var (word, _) = known
            .Select(word => (Word: word, Distance: Distance(wrong, word)))
            .Where(pair => pair.Distance <= Math.Max(1, pair.Word.Length / 3))
            .OrderBy(pair => pair.Distance).ThenBy(pair => pair.Word, StringComparer.Ordinal)
            .FirstOrDefault();
        return word;
    }

    // Two letters that changed places are one mistake, the commonest.
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[a.Length, b.Length];
    }
}
