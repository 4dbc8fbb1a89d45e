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

    private readonly Template?[] _templates = new Template?[EntriesMax];

    /// <summary>What was read of the beginning, and where in this record the time lies and the beginning ends.</summary>
    public bool Find(ReadOnlySpan<byte> record, out HeaderVerdict verdict, out FlatHeader.Found time, out int position)
    {
        for (var i = 0; i < _templates.Length; i++)
        {
            if (_templates[i] is not { } template) break;
            if (!template.Fits(record)) continue;
            verdict = template.Verdict;
            time = new FlatHeader.Found { Start = template.Before.Length, Length = template.TimeLength, IsText = true };
            position = template.Before.Length + template.TimeLength + template.After.Length - 1;
            if (i > 0)
            {
                // Moved up by one, so that the order settles on how often each is met.
                _templates[i] = _templates[i - 1];
                _templates[i - 1] = template;
            }

            return true;
        }

        verdict = null!;
        time = default;
        position = 0;
        return false;
    }

    /// <summary>Keeps the beginning of a record of which this was read, its time first and flat up to the comma at <paramref name="position"/>.</summary>
    public void Add(ReadOnlySpan<byte> record, HeaderVerdict verdict, in FlatHeader.Found time, int position)
    {
        if (position + 1 > BytesMax || position >= record.Length || record[position] != ',' || time.Length is 0 or > TimeBytesMax) return;

        // The time must be the first member, or what lies before it would count as the same in every record.
        if (record[..time.Start].Count((byte)'"') != 3) return;
        var end = Array.IndexOf(_templates, null);
        _templates[end < 0 ? EntriesMax - 1 : end] = new Template(
            verdict, record[..time.Start].ToArray(), time.Length, record[(time.Start + time.Length)..(position + 1)].ToArray());
    }

    private sealed class Template(HeaderVerdict verdict, byte[] before, int timeLength, byte[] after)
    {
        public HeaderVerdict Verdict { get; } = verdict;

        public byte[] Before { get; } = before;

        public int TimeLength { get; } = timeLength;

        // From the quote that ends the time to the comma.
        public byte[] After { get; } = after;

        public bool Fits(ReadOnlySpan<byte> record)
        {
            var end = Before.Length + TimeLength;
            return record.Length >= end + After.Length
                && record.Slice(end, After.Length).SequenceEqual(After)
                && record[..Before.Length].SequenceEqual(Before)
                && record[Before.Length..end].IndexOfAny((byte)'"', (byte)'\\') < 0;
        }
    }
}
