using Detector.Engine.Logs;

namespace Detector.Sources.Files;

/// <summary>Records within one JSON value, or values that go over several lines.</summary>
internal sealed class JsonCutter(string source) : Cutter(source)
{
    private readonly JsonStreamSplitter _splitter = new();
    private readonly List<RecordRange> _found = [];

    public override int Cut(Block block, bool isFinal, bool isFull)
    {
        _found.Clear();
        var consumed = _splitter.Split(block.Bytes, isFinal, _found);
        foreach (var range in _found)
        {
            if (range.Fault is { } fault) block.Reject(Source, block.Offset + range.Start, fault, block.Bytes.Slice(range.Start, range.Length));
            else block.Ranges.Add(new BlockRange(range.Start, range.Length));
        }

        return consumed;
    }
}
