using Detector.Engine.Logs;

namespace Detector.Sources.Files;

/// <summary>One open input as a series of blocks of whole records, numbered from 0.</summary>
internal abstract class BlockSource(string name) : IDisposable
{
    /// <summary>The path under which the user knows it.</summary>
    public string Name { get; } = name;

    /// <summary>Whether blocks can be filled at the same time and in any order; their number is then <see cref="Count"/>.</summary>
    public virtual bool IsParallel => false;

    /// <summary>How many blocks there are, where that is known before.</summary>
    public virtual long Count => long.MaxValue;

    /// <summary>Whether filling may wait for somebody to write: a pipe or a terminal.</summary>
    public virtual bool MayBlock => false;

    /// <summary>Fills block <paramref name="index"/>. Where <see cref="IsParallel"/> is false: called in order, one at a time.</summary>
    /// <returns>False when the input has ended before.</returns>
    public abstract bool Fill(long index, Block block);

    /// <summary>Reads the records of a filled block. On any thread.</summary>
    /// <returns>The number of line ends in the block.</returns>
    public abstract long Decode(Block block, RecordReader reader, EventBatch into);

    /// <inheritdoc />
    public abstract void Dispose();
}
