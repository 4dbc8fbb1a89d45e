using System.Globalization;
using System.Runtime.InteropServices;

namespace Detector.Host.Run.Checkpointing;

/// <summary>Parts of the journal that one owner wrote, one after the other. The epoch is in the name: two owners never write the same part.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PartRange(long Epoch, long First, long Last)
{
    public IEnumerable<string> Names
    {
        get
        {
            for (var number = First; number <= Last; number++) yield return JournalName(Epoch, number);
        }
    }

    public static string JournalName(long epoch, long number) => string.Create(CultureInfo.InvariantCulture, $"journal-{epoch}-{number}");

    public static string BaseName(long epoch, long number) => string.Create(CultureInfo.InvariantCulture, $"base-{epoch}-{number}");

    /// <summary>The ranges with one more part at their end.</summary>
    public static IReadOnlyList<PartRange> Append(IReadOnlyList<PartRange> ranges, long epoch, long number) =>
        ranges is [.., { } last] && last.Epoch == epoch && last.Last == number - 1 ? [.. ranges.Take(ranges.Count - 1), last with { Last = number }] : [.. ranges, new PartRange(epoch, number, number)];
}
