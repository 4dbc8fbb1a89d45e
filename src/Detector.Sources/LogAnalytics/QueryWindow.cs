using System.Runtime.InteropServices;

namespace Detector.Sources.LogAnalytics;

/// <summary>
/// What one query asks for: the rows of a time, from its start up to and without its end, and where a time cannot be
/// cut any smaller, one part of them by a hash of the record's id.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct QueryWindow(DateTime Since, DateTime Until, int Parts = 1, int Part = 0)
{
    /// <summary>Times shorter than this are cut by id.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>Parts of one time. A second of even the largest tenant is far less than so many answers.</summary>
    public const int PartsMax = 256;

    public TimeSpan Span => Until - Since;

    /// <summary>Two windows that hold what this one holds, each row in one of them; null when it cannot be cut.</summary>
    public (QueryWindow First, QueryWindow Second)? Halve()
    {
        if (Parts == 1 && Span > Shortest)
        {
            var middle = Since + new TimeSpan(Span.Ticks / 2);
            return (this with { Until = middle }, this with { Since = middle });
        }

        // What leaves p by n leaves p or p + n by 2n.
        return Parts < PartsMax ? (this with { Parts = 2 * Parts }, this with { Parts = 2 * Parts, Part = Part + Parts }) : null;
    }
}
