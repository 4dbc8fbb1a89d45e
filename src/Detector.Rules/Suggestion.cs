namespace Detector.Rules;

/// <summary>Finds the known name that a mistyped one was probably meant to be.</summary>
internal static class Suggestion
{
    private const int NameCharsMax = 100;

    /// <summary>"Did you mean 'x'?", or null when nothing is near.</summary>
    public static string? For(string name, IEnumerable<string> known)
    {
        if (name.Length > NameCharsMax) return null;
        var limit = Math.Max(1, name.Length / 3);
        string? best = null;
        foreach (var candidate in known)
        {
            if (Math.Abs(candidate.Length - name.Length) > limit) continue;
            var distance = Distance(name, candidate);
            // Of two that are equally near, people got the first letter right.
            var isNearer = distance < limit || best is null;
            if (distance > limit || (!isNearer && (StartsAlike(best!, name) || !StartsAlike(candidate, name)))) continue;
            (best, limit) = (candidate, distance);
        }

        return best is null ? null : $"Did you mean '{best}'?";
    }

    private static bool StartsAlike(string candidate, string name) =>
        candidate.Length > 0 && name.Length > 0 && char.ToUpperInvariant(candidate[0]) == char.ToUpperInvariant(name[0]);

    // Letters left out, put in, changed, or swapped with their neighbour ('titel'), without regard to case.
    private static int Distance(string left, string right)
    {
        var (before, last, row) = (new int[right.Length + 1], Enumerable.Range(0, right.Length + 1).ToArray(), new int[right.Length + 1]);
        for (var i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                row[j] = Math.Min(Math.Min(last[j] + 1, row[j - 1] + 1), last[j - 1] + (Same(left[i - 1], right[j - 1]) ? 0 : 1));
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1])) row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            (before, last, row) = (last, row, before);
        }

        return last[^1];

        static bool Same(char one, char other) => char.ToUpperInvariant(one) == char.ToUpperInvariant(other);
    }
}
