namespace Detector.Engine.Logs;

/// <summary>
/// Splits JSON that is not one record per line: an array, <c>{"records":[…]}</c>, <c>{"value":[…]}</c>, or objects one
/// after the other, with whatever spaces. Give it blocks in order; of each call, give the bytes that it did not consume
/// again, followed by more. After damage it goes on at the next place that looks like the start of a record.
/// One object per input; not thread-safe.
/// </summary>
public sealed class JsonStreamSplitter
{
    /// <summary>What a call leaves over is at most this; a caller's buffer must be larger.</summary>
    public const int CarryBytesMax = RecordReader.RecordBytesMax + 1;

    private const string NoRecord = "A record was expected here.";
    private const string TooLong = "The record is over 2097152 bytes.";
    private const string Torn = "The record does not end.";

    private readonly RecordStart _starts = new();
    private bool _skipping;

    /// <summary>Finds the records in a block.</summary>
    /// <param name="block">What the last call left over, then new bytes.</param>
    /// <param name="isLast">No more bytes will come: what is left over is damage.</param>
    /// <param name="into">Records and damage are added in order.</param>
    /// <returns>How many bytes were consumed; all of them when <paramref name="isLast"/>.</returns>
    public int Split(ReadOnlySpan<byte> block, bool isLast, ICollection<RecordRange> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        var at = 0;
        if (_skipping && !Resume(block, isLast, ref at)) return at;
        while (at < block.Length)
        {
            switch (block[at])
            {
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)',' or (byte)':' or (byte)'[' or (byte)']' or (byte)'}':
                    at++;
                    break;
                case 0xEF when block[at..].StartsWith("\uFEFF"u8):
                    at += 3;
                    break;
                case (byte)'{':
                    if (!TakeObject(block, isLast, ref at, into)) return at;
                    break;
                case (byte)'"':
                    // A member beside the records of an envelope, such as '@odata.nextLink'.
                    var end = JsonScan.StringEnd(block, at + 1, out _);
                    if (end >= 0) at = end + 1;
                    else if (!isLast && block.Length - at < CarryBytesMax) return at;
                    else if (!TakeDamage(block, isLast, Torn, ref at, into)) return at;
                    break;
                default:
                    if (!isLast && block.Length - at < 3) return at;
                    if (!TakeDamage(block, isLast, NoRecord, ref at, into)) return at;
                    break;
            }
        }

        return at;
    }

    private bool TakeObject(ReadOnlySpan<byte> block, bool isLast, ref int at, ICollection<RecordRange> into)
    {
        switch (JsonEnvelope.Open(block[at..], out var step))
        {
            case EnvelopeKind.Records:
                at += step;
                return true;
            case EnvelopeKind.Unknown when !isLast && block.Length - at < CarryBytesMax:
                return false;
            default:
                break;
        }

        var window = block[at..Math.Min(block.Length, at + CarryBytesMax)];
        var length = JsonScan.SkipContainer(window, 1, 1, int.MaxValue);
        if (length is > 0 and <= RecordReader.RecordBytesMax)
        {
            _starts.Learn(window);
            into.Add(new RecordRange(at, length));
            at += length;
            return true;
        }

        if (length < 0 && window.Length < CarryBytesMax && !isLast) return false;
        return TakeDamage(block, isLast, window.Length >= CarryBytesMax ? TooLong : Torn, ref at, into);
    }

    // The damage reaches to the next plausible start. Where none is in sight, the rest of the block is damage too.
    private bool TakeDamage(ReadOnlySpan<byte> block, bool isLast, string fault, ref int at, ICollection<RecordRange> into)
    {
        var next = _starts.Find(block, at + 1);
        var end = next < 0 ? block.Length : next;
        into.Add(new RecordRange(at, end - at, fault));
        at = end;
        if (next >= 0) return true;
        _skipping = !isLast;
        return false;
    }

    private bool Resume(ReadOnlySpan<byte> block, bool isLast, ref int at)
    {
        at = _starts.Find(block, 0);
        if (at >= 0)
        {
            _skipping = false;
            return true;
        }

        // A start may be cut by the end of the block: its brace stays.
        var brace = block[Math.Max(0, block.Length - 128)..].LastIndexOf((byte)'{');
        at = isLast || brace < 0 ? block.Length : Math.Max(0, block.Length - 128) + brace;
        return false;
    }
}
