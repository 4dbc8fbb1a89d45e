namespace Detector.Rules.Tenant;

/// <summary>Finds the known name that a mistyped one was probably meant to be.</summary>
internal static class NearestName
{
    // Longer texts are no typing mistakes, and the comparison is quadratic.
    private const int CharsMax = 100;

    /// <summary>The nearest name when at most a third of it differs, without regard to case; else null.</summary>
    public static string? Of(string text, IEnumerable<string> known)
    {
        if (text.Length is 0 or > CharsMax) return null;
        var best = known
            .Select(name => (Name: name, Distance: Distance(text.ToUpperInvariant(), name.ToUpperInvariant())))
            .OrderBy(pair => pair.Distance).ThenBy(pair => pair.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Name is not null && best.Distance * 3 <= Math.Max(text.Length, best.Name.Length) ? best.Name : null;
    }

    // Letters to insert, remove or replace, one row of the table at a time.
    private static int Distance(string from, string to)
    {
        Span<int> row = new int[to.Length + 1];
        for (var j = 0; j < row.Length; j++) row[j] = j;
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
