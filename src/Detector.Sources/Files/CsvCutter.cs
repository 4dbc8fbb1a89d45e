using System.Text.Json;
using System.Text.Unicode;
using Detector.Engine.Logs;

namespace Detector.Sources.Files;

/// <summary>
/// Rows of a CSV file as Log Analytics and its portal export them (RFC 4180: commas, quotes doubled, line ends allowed
/// in quotes). A row becomes a JSON object of its columns, so that it is read like every other Log Analytics row.
/// </summary>
internal sealed class CsvCutter(string source) : Cutter(source)
{
    /// <summary>Log Analytics tables have at most 500 columns.</summary>
    public const int ColumnsMax = 1000;

    private const byte Quote = (byte)'"';

    private readonly ThreadLocal<CsvScratch> _scratch = new(() => new CsvScratch());
    private JsonEncodedText[]? _columns;
    private bool _isUseless;

    public override int Cut(Block block, bool isFinal, bool isFull)
    {
        var bytes = block.Bytes;
        var at = 0;
        while (at < bytes.Length)
        {
            var length = RowLength(bytes[at..]);
            if (length == 0)
            {
                if (!isFinal && !(isFull && at == 0)) break;

                // A quote that never closes swallows what follows: give up one line, not the file.
                var lineEnd = bytes[at..].IndexOf((byte)'\n') + 1;
                length = lineEnd == 0 ? bytes.Length - at : lineEnd;
                if (HasOpenQuote(bytes.Slice(at, length)) || bytes.Length - at > RecordReader.RecordBytesMax)
                {
                    block.Reject(Source, block.Offset + at, isFinal ? "A quoted field is not closed before the end of the file." : $"The row is longer than {RecordReader.RecordBytesMax} bytes, or a quoted field is not closed.", bytes.Slice(at, length));
                    at += length;
                    continue;
                }
            }

            Take(block, at, length);
            at += length;
        }

        return at;
    }

    public override void Dispose()
    {
        _scratch.Dispose();
        base.Dispose();
    }

    public override long Decode(Block block, RecordReader reader, EventBatch into)
    {
        var scratch = _scratch.Value!;
        foreach (var range in block.Ranges)
            ReadRow(block.Bytes.Slice(range.Start, range.Length), block.Offset + range.Start, reader, into, scratch);
        return block.Bytes.Count((byte)'\n');
    }

    private void Take(Block block, int at, int length)
    {
        var row = block.Bytes.Slice(at, length).TrimEnd("\r\n"u8);
        if (row.IsEmpty || _isUseless) return;
        if (_columns is null)
        {
            ReadHeader(block, row, block.Offset + at);
            return;
        }

        block.Ranges.Add(new BlockRange(at, row.Length));
    }

    private void ReadHeader(Block block, ReadOnlySpan<byte> row, long offset)
    {
        var scratch = new CsvScratch();
        if (!scratch.Split(row, ColumnsMax, out var reason) || !Utf8.IsValid(row))
        {
            _isUseless = true;
            block.Reject(Source, offset, $"The header row cannot be read, so nothing below it can: {reason ?? "it is not UTF-8."}", row);
            return;
        }

        _columns = new JsonEncodedText[scratch.Count];
        for (var i = 0; i < scratch.Count; i++)
        {
            // The portal writes 'TimeGenerated [UTC]' for TimeGenerated.
            var name = scratch.Field(i).Trim(" "u8);
            if (name.EndsWith(" [UTC]"u8)) name = name[..^6];
            _columns[i] = JsonEncodedText.Encode(name);
        }
    }

    private void ReadRow(ReadOnlySpan<byte> row, long offset, RecordReader reader, EventBatch into, CsvScratch scratch)
    {
        var columns = _columns!;
        var reason = "The row is not valid UTF-8.";
        if (!Utf8.IsValid(row) || !scratch.Split(row, columns.Length, out reason) || scratch.Count != columns.Length)
        {
            into.Records++;
            into.Rejects.Add(new RejectedRecord(new RecordPlace(Source, offset), reason ?? $"The row has {scratch.Count} fields, the header {columns.Length}.", Block.Head(row)));
            return;
        }

        scratch.Json.Begin();
        for (var i = 0; i < columns.Length; i++) scratch.Json.Add(columns[i], scratch.Field(i));
        scratch.Json.End();
        var rejects = into.Rejects.Count;
        reader.ReadRecord(scratch.Json.Written, offset, into);

        // People look for the row that they have, not for the object made of it.
        for (var i = rejects; i < into.Rejects.Count; i++)
            into.Rejects[i] = into.Rejects[i] with { Place = new RecordPlace(Source, offset), Bytes = Block.Head(row) };
    }

    // 0 when the row does not end within the bytes.
    private static int RowLength(ReadOnlySpan<byte> bytes)
    {
        var isQuoted = false;
        var at = 0;
        while (true)
        {
            var next = isQuoted ? bytes[at..].IndexOf(Quote) : bytes[at..].IndexOfAny(Quote, (byte)'\n');
            if (next < 0) return 0;
            at += next + 1;
            if (bytes[at - 1] == '\n') return at;
            isQuoted = !isQuoted;
        }
    }

    private static bool HasOpenQuote(ReadOnlySpan<byte> bytes) => bytes.Count(Quote) % 2 != 0;
}
