using System.Text.Json;
using Detector.Engine.Logs;

namespace Detector.Sources.Files;

/// <summary>
/// The answer of the Log Analytics query API: <c>{"tables":[{"name":…,"columns":[{"name":…}],"rows":[[…]]}]}</c>. Each
/// row becomes a JSON object of its columns. After damage the rest is lost, since nothing tells where a row begins.
/// </summary>
internal sealed class TableCutter(string source) : Cutter(source)
{
    /// <summary>Tables of one answer; a query gives one or a few.</summary>
    public const int TablesMax = 1000;

    private const int TablesDepth = 1;
    private const int MemberDepth = 3;

    private readonly ThreadLocal<RowJson> _scratch = new(() => new RowJson());
    private readonly List<JsonEncodedText> _collected = [];
    private JsonReaderState _state;
    private volatile JsonEncodedText[][] _tables = [];
    private Part _part;
    private bool _isInTables;
    private bool _isNameNext;
    private bool _isBroken;

    private enum Part
    {
        Other,
        Columns,
        Rows,
    }

    public override int Cut(Block block, bool isFinal, bool isFull)
    {
        if (_isBroken) return block.Length;
        var json = new Utf8JsonReader(block.Bytes, isFinal, _state);
        var done = json;
        try
        {
            while (true)
            {
                done = json;
                if (!json.Read() || !Take(block, ref json)) break;
            }
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            // Names that are no UTF-8 or hold half a surrogate pair are not JsonExceptions.
            return Break(block, (int)done.BytesConsumed, $"The answer is damaged here, and the rest of it is lost: {cause.Message}");
        }

        var consumed = (int)done.BytesConsumed;
        if (isFull && consumed == 0) return Break(block, 0, $"A row is longer than {RecordReader.RecordBytesMax} bytes; the rest of the answer is lost.");
        _state = done.CurrentState;
        return isFinal ? block.Length : consumed;
    }

    public override void Dispose()
    {
        _scratch.Dispose();
        base.Dispose();
    }

    public override long Decode(Block block, RecordReader reader, EventBatch into)
    {
        var tables = _tables;
        foreach (var range in block.Ranges)
            ReadRow(block.Bytes.Slice(range.Start, range.Length), block.Offset + range.Start, tables[range.Table], reader, into);
        return block.Bytes.Count((byte)'\n');
    }

    // False when the row is not complete within the bytes: it is read again when more are there.
    private bool Take(Block block, ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.PropertyName when json.CurrentDepth == TablesDepth:
                _isInTables = json.ValueTextEquals("tables"u8);
                break;
            case JsonTokenType.PropertyName when _isInTables && json.CurrentDepth == MemberDepth:
                _part = json.ValueTextEquals("columns"u8) ? Part.Columns : json.ValueTextEquals("rows"u8) ? Part.Rows : Part.Other;
                if (_part == Part.Columns) _collected.Clear();
                break;
            case JsonTokenType.PropertyName when _part == Part.Columns:
                _isNameNext = json.CurrentDepth == MemberDepth + 2 && json.ValueTextEquals("name"u8);
                break;
            case JsonTokenType.String when _part == Part.Columns && _isNameNext:
                _isNameNext = false;
                if (_collected.Count < CsvCutter.ColumnsMax) _collected.Add(JsonEncodedText.Encode(json.GetString()!));
                break;
            case JsonTokenType.EndArray when json.CurrentDepth == MemberDepth:
                if (_part == Part.Columns && _tables.Length < TablesMax) _tables = [.. _tables, [.. _collected]];
                _part = Part.Other;
                break;
            case JsonTokenType.StartArray when _part == Part.Rows && json.CurrentDepth == MemberDepth + 1:
                return TakeRow(block, ref json);
            default:
                break;
        }

        return true;
    }

    private bool TakeRow(Block block, ref Utf8JsonReader json)
    {
        var start = (int)json.TokenStartIndex;
        if (!json.TrySkip()) return false;
        var length = (int)json.BytesConsumed - start;
        if (_tables.Length == 0) block.Reject(Source, block.Offset + start, "The row comes before any columns.", block.Bytes.Slice(start, length));
        else block.Ranges.Add(new BlockRange(start, length, _tables.Length - 1));
        return true;
    }

    private int Break(Block block, int at, string reason)
    {
        _isBroken = true;
        block.Reject(Source, block.Offset + at, reason, block.Bytes[at..]);
        return block.Length;
    }

    private void ReadRow(ReadOnlySpan<byte> row, long offset, JsonEncodedText[] columns, RecordReader reader, EventBatch into)
    {
        var output = _scratch.Value!;
        output.Begin();
        var json = new Utf8JsonReader(row);
        json.Read();
        var count = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)json.TokenStartIndex;
            json.Skip();
            if (count < columns.Length) output.AddJson(columns[count], row[start..(int)json.BytesConsumed]);
            count++;
        }

        output.End();
        if (count != columns.Length)
        {
            into.Records++;
            into.Rejects.Add(new RejectedRecord(new RecordPlace(Source, offset), $"The row has {count} values, the table {columns.Length} columns.", Block.Head(row)));
            return;
        }

        reader.ReadRecord(output.Written, offset, into);
    }
}
