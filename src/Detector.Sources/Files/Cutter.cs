using Detector.Engine.Logs;

namespace Detector.Sources.Files;

/// <summary>Finds whole records in bytes that come one after the other, and reads them.</summary>
internal abstract class Cutter(string source) : IDisposable
{
    /// <summary>With more bytes than this something must be consumed.</summary>
    public virtual int WindowBytesMax => RecordReader.RecordBytesMax;

    /// <summary>The path under which the user knows the input.</summary>
    protected string Source { get; } = source;

    /// <summary>
    /// Finds the whole records at the head of the block's bytes and notes them in the block.
    /// </summary>
    /// <param name="block">The bytes so far, from the first that was not consumed before.</param>
    /// <param name="isFinal">Nothing follows: everything must be consumed, as records or rejects.</param>
    /// <param name="isFull">The bytes are more than <see cref="WindowBytesMax"/>: something must be consumed.</param>
    /// <returns>How many bytes are done with; the rest comes again, with more behind it.</returns>
    public abstract int Cut(Block block, bool isFinal, bool isFull);

    /// <summary>Reads the records of a block that was cut. On any thread, several at once.</summary>
    /// <returns>The number of line ends in the block.</returns>
    public virtual long Decode(Block block, RecordReader reader, EventBatch into)
    {
        foreach (var range in block.Ranges)
            reader.ReadRecord(block.Bytes.Slice(range.Start, range.Length), block.Offset + range.Start, into);
        return block.Bytes.Count((byte)'\n');
    }

    /// <summary>Frees the scratch memory of its threads.</summary>
    public virtual void Dispose()
    {
    }
}
