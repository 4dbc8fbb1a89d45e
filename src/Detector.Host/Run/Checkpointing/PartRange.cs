using System.Globalization;
using System.Runtime.InteropServices;

namespace Detector.Host.Run.Checkpointing;

/// <summary>
/// Parts of the journal that one owner wrote, one after the other; logs or parts that were written whole. The epoch is in the name:
/// two owners never write the same part.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PartRange(long Epoch, long First, long Last, bool IsLog = false)
{
    public IEnumerable<string> Names
    {
        get
        {
            for (var number = First; number <= Last; number++) yield return IsLog ? LogName(Epoch, number) : JournalName(Epoch, number);
        }
    }

    public static string JournalName(long epoch, long number) => string.Create(CultureInfo.InvariantCulture, $"journal-{epoch}-{number}");

    public static string LogName(long epoch, long number) => string.Create(CultureInfo.InvariantCulture, $"log-{epoch}-{number}");

    public static string BaseName(long epoch, long number) => string.Create(CultureInfo.InvariantCulture, $"base-{epoch}-{number}");

    /// <summary>The ranges with one more at their end.</summary>
    public static IReadOnlyList<PartRange> Append(IReadOnlyList<PartRange> ranges, PartRange next) =>
        ranges is [.., { } last] && last.Epoch == next.Epoch && last.IsLog == next.IsLog && last.Last == next.First - 1 ? [.. ranges.Take(ranges.Count - 1), last with { Last = next.Last }] : [.. ranges, next];
}
