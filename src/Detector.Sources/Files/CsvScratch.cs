namespace Detector.Sources.Files;

/// <summary>The fields of one CSV row, without quotes. One object per thread.</summary>
internal sealed class CsvScratch
{
    private byte[] _text = new byte[16 * 1024];
    private int[] _ends = new int[64];

    /// <summary>Writes rows as JSON.</summary>
    public RowJson Json { get; } = new();

    /// <summary>Number of fields of the row that was split last.</summary>
    public int Count { get; private set; }

    /// <summary>A field of the row that was split last.</summary>
    public ReadOnlySpan<byte> Field(int index) => _text.AsSpan(index == 0 ? 0 : _ends[index - 1], _ends[index] - (index == 0 ? 0 : _ends[index - 1]));

    /// <summary>Splits a row, without its line end, at the commas outside quotes.</summary>
    /// <param name="row">The row.</param>
    /// <param name="fieldsMax">A row of more fields is refused.</param>
    /// <param name="reason">Why it cannot be split, as a sentence; else null.</param>
    public bool Split(ReadOnlySpan<byte> row, int fieldsMax, out string? reason)
    {
        Count = 0;
        if (_text.Length < row.Length) _text = new byte[Math.Max(row.Length, 2 * _text.Length)];
        var written = 0;
        while (true)
        {
            if (Count == fieldsMax)
            {
                reason = $"The row has more than {fieldsMax} fields.";
                return false;
            }

            if (row is [(byte)'"', ..])
            {
                if (!Unquote(ref row, ref written))
                {
                    reason = $"Field {Count + 1} has text behind its closing quote, or none that closes.";
                    return false;
                }
            }
            else
            {
                var length = row.IndexOf((byte)',');
                if (length < 0) length = row.Length;
                row[..length].CopyTo(_text.AsSpan(written));
                written += length;
                row = row[length..];
            }

            if (_ends.Length == Count) Array.Resize(ref _ends, 2 * Count);
            _ends[Count++] = written;
            if (row.IsEmpty) break;
            row = row[1..];
        }

        reason = null;
        return true;
    }

    // Takes one quoted field; behind it stands a comma or nothing.
    private bool Unquote(ref ReadOnlySpan<byte> row, ref int written)
    {
        row = row[1..];
        while (true)
        {
            var quote = row.IndexOf((byte)'"');
            if (quote < 0) return false;
            row[..quote].CopyTo(_text.AsSpan(written));
            written += quote;
            row = row[(quote + 1)..];
            if (row is not [(byte)'"', ..]) return row.IsEmpty || row[0] == ',';
            _text[written++] = (byte)'"';
            row = row[1..];
        }
    }
}
