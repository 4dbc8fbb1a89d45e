using Detector.Engine.Logs;

namespace Detector.Sources.Files;

/// <summary>
/// An input that may keep whoever opens it waiting: standard input, a named pipe. It is opened by the worker that
/// wants its first block, so that the caller stays free to stop.
/// </summary>
internal sealed class WaitingBlocks(string name, Func<BlockSource> open) : BlockSource(name)
{
    private BlockSource? _input;

    public override bool MayBlock => true;

    public override bool Fill(long index, Block block)
    {
        _input ??= open();
        if (index < _input.Count) return _input.Fill(index, block);
        block.Clear();
        return false;
    }

    public override long Decode(Block block, RecordReader reader, EventBatch into) => _input!.Decode(block, reader, into);

    public override void Dispose() => _input?.Dispose();
}
