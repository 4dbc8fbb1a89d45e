using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Detector.Engine.Logs;

/// <summary>
/// The beginnings of records that were read lately, whole but for their time. A tenant's records of one category and
/// result begin with the same two hundred bytes: where these are the same, what was read of them is the same.
/// </summary>
internal sealed class HeaderTemplates
{
    /// <summary>How many beginnings are kept; the one that was of use longest ago goes.</summary>
    public const int EntriesMax = 16;

    /// <summary>Longer beginnings are not kept.</summary>
    public const int BytesMax = 512;

    private const int TimeBytesMax = 40;

    private readonly HeaderTemplate?[] _templates = new HeaderTemplate?[EntriesMax];

    /// <summary>The beginning that the record shares with an earlier one; null when it is new.</summary>
    public HeaderTemplate? Find(ReadOnlySpan<byte> record)
    {
        for (var i = 0; i < _templates.Length; i++)
        {
            if (_templates[i] is not { } template) break;
            if (!template.Fits(record)) continue;
            if (i > 0)
            {
                // Moved up by one, so that the order settles on how often each is met.
                _templates[i] = _templates[i - 1];
                _templates[i - 1] = template;
            }

            return template;
        }

        return null;
    }

    /// <summary>Keeps the beginning of a record of which this was read, its time first and flat up to the comma at <paramref name="position"/>.</summary>
    public void Add(ReadOnlySpan<byte> record, HeaderVerdict verdict, in FlatHeader.Found time, int position)
    {
        if (position + 1 > BytesMax || position >= record.Length || record[position] != ',' || time.Length is 0 or > TimeBytesMax) return;
        if (position + 1 - (time.Start + time.Length) < HeaderTemplate.AfterBytesMin) return;

        // The time must be the first member, or what lies before it would count as the same in every record.
        if (record[..time.Start].Count((byte)'"') != 3) return;
        var end = Array.IndexOf(_templates, null);
        _templates[end < 0 ? EntriesMax - 1 : end] = new HeaderTemplate(
            verdict, record[..time.Start].ToArray(), time.Length, record[(time.Start + time.Length)..(position + 1)].ToArray());
    }
}

/// <summary>One beginning: the bytes before the time, and those from the quote that ends it to the comma.</summary>
internal sealed class HeaderTemplate(HeaderVerdict verdict, byte[] before, int timeLength, byte[] after)
{
    /// <summary>What follows the time is at least so long: the look ahead stays within the record.</summary>
    public const int AfterBytesMin = 64;

    private const int PatternsMax = 8;

    private readonly int _end = before.Length + timeLength + after.Length;
    private readonly ulong _tail = MemoryMarshal.Read<ulong>(after.AsSpan(after.Length - sizeof(ulong)));
    private int _patterns;

    /// <summary>What was read of it.</summary>
    public HeaderVerdict Verdict { get; } = verdict;

    /// <summary>Where the time lies.</summary>
    public FlatHeader.Found Time { get; } = new() { Start = before.Length, Length = timeLength, IsText = true };

    /// <summary>The place of the comma that ends it.</summary>
    public int Position => _end - 1;

    /// <summary>How <c>properties</c> begin in such records, where that is known.</summary>
    public MemberPattern? Account { get; private set; }

    /// <summary>Whether the record begins so.</summary>
    public bool Fits(ReadOnlySpan<byte> record)
    {
        // The end of one beginning is seldom that of another: its last bytes tell most of them apart.
        if (record.Length < _end) return false;
        ref var bytes = ref MemoryMarshal.GetReference(record);
        if (Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, _end - sizeof(ulong))) != _tail) return false;
        ref var time = ref Unsafe.Add(ref bytes, before.Length);
        var timeEnds = BitOperations.TrailingZeroCount(FlatHeader.Mask(ref time, (byte)'"') | FlatHeader.Mask(ref time, (byte)'\\'));
        return timeEnds == timeLength && record[(before.Length + timeLength).._end].SequenceEqual(after) && record[..before.Length].SequenceEqual(before);
    }

    /// <summary>Keeps how <c>properties</c> began; records that differ from one another are given up on.</summary>
    public void Learn(ReadOnlySpan<byte> record, int properties, ReadOnlySpan<FlatHeader.Found> found)
    {
        if (_patterns == PatternsMax) return;
        _patterns++;
        Account = MemberPattern.Learn(record, properties, found);
    }
}
