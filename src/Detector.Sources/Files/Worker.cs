using Detector.Engine.Logs;
using Detector.Engine.Pipeline;

namespace Detector.Sources.Files;

/// <summary>What one thread needs to read blocks: its reader and its one buffer.</summary>
internal sealed class Worker(DetectionPlan plan, int blockBytes)
{
    private readonly RecordReader _reader = new(plan);

    /// <summary>The block in work.</summary>
    public Block Block { get; } = new(blockBytes + (16 * 1024));

    /// <summary>Decodes the filled block. Rejects get the number of their line within the block, from 1.</summary>
    /// <returns>The number of line ends in the block.</returns>
    public long Decode(BlockSource source, EventBatch into)
    {
        into.Bytes = Block.DiskBytes;
        var lineEnds = source.Decode(Block, _reader, into);
        if (Block.Rejects.Count > 0)
        {
            into.Records += Block.Rejects.Count;
            into.Rejects.AddRange(Block.Rejects);
            into.Rejects.Sort(static (a, b) => a.Place.Offset.CompareTo(b.Place.Offset));
        }

        if (into.Rejects.Count > 0) NumberLines(into.Rejects);
        return lineEnds;
    }

    private void NumberLines(List<RejectedRecord> rejects)
    {
        var bytes = Block.Bytes;
        long line = 1;
        var counted = 0;
        for (var i = 0; i < rejects.Count; i++)
        {
            var at = (int)Math.Clamp(rejects[i].Place.Offset - Block.Offset, counted, bytes.Length);
            line += bytes[counted..at].Count((byte)'\n');
            counted = at;
            rejects[i] = rejects[i] with { Place = rejects[i].Place with { Line = line } };
        }
    }
}
