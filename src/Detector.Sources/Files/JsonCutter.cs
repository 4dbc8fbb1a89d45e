using Detector.Engine.Logs;

namespace Detector.Sources.Files;

/// <summary>One JSON value that holds all records.</summary>
internal sealed class JsonCutter(string source) : Cutter(source)
{
    private bool _isBroken;

    public override int Cut(Block block, bool isFinal, bool isFull)
    {
        if (_isBroken) return block.Length;
        if (isFull)
        {
            _isBroken = true;
            block.Reject(Source, block.Offset, $"The value is longer than {RecordReader.RecordBytesMax} bytes.", block.Bytes);
            return block.Length;
        }

        if (!isFinal) return 0;
        block.Ranges.Add(new RecordRange(0, block.Length));
        return block.Length;
    }
}
