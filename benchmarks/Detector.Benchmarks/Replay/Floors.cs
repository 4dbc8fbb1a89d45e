using System.Text.Json;

namespace Detector.Benchmarks.Replay;

/// <summary>What reading alone costs, and reading with the simplest of work: the measure of everything above it.</summary>
internal static class Floors
{
    private const int ReadBytes = 256 * 1024;
    private const int BlockBytes = 4 * 1024 * 1024;

    /// <summary>Reads the file into one small buffer and looks at nothing, as <c>cat</c> to nowhere does.</summary>
    public static long Read(string path, int threads) => InParallel(path, threads, static (block, isLast) => block.Length, ReadBytes);

    /// <summary>Reads, and counts the line ends.</summary>
    public static long Newlines(string path, int threads) => InParallel(path, threads, static (block, isLast) => block.Count((byte)'\n'), ReadBytes);

    /// <summary>Reads, and looks at every token of every line with <see cref="Utf8JsonReader"/>; returns the number of tokens.</summary>
    public static long Tokenise(string path, int threads) => InParallel(path, threads, static (block, isLast) =>
    {
        long tokens = 0;
        while (!block.IsEmpty)
        {
            var end = block.IndexOf((byte)'\n');
            var line = end < 0 ? block : block[..end];
            block = end < 0 ? default : block[(end + 1)..];
            if (line.IsEmpty) continue;
            var reader = new Utf8JsonReader(line);
            while (reader.Read()) tokens++;
        }

        return tokens;
    }, BlockBytes, wholeLines: true);

    private delegate long Work(ReadOnlySpan<byte> block, bool isLast);

    private static long InParallel(string path, int threads, Work work, int blockBytes, bool wholeLines = false)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
        var length = RandomAccess.GetLength(file);
        var blocks = (length + blockBytes - 1) / blockBytes;
        long next = -1;
        long total = 0;
        void Run()
        {
            // Room for the rest of the line with which a block ends.
            var buffer = new byte[blockBytes + (wholeLines ? 3 * 1024 * 1024 : 0)];
            long sum = 0;
            for (var block = Interlocked.Increment(ref next); block < blocks; block = Interlocked.Increment(ref next))
            {
                var read = RandomAccess.Read(file, wholeLines ? buffer : buffer.AsSpan(0, blockBytes), block * blockBytes);
                sum += work(wholeLines ? WholeLines(buffer.AsSpan(0, read), blockBytes, block == 0) : buffer.AsSpan(0, read), block == blocks - 1);
            }

            Interlocked.Add(ref total, sum);
        }

        var others = Enumerable.Range(0, threads - 1).Select(_ => new Thread(Run)).ToList();
        others.ForEach(thread => thread.Start());
        Run();
        others.ForEach(thread => thread.Join());
        return total;
    }

    // The lines that begin in the block: from behind the first line end to behind the first one after the block.
    private static ReadOnlySpan<byte> WholeLines(ReadOnlySpan<byte> read, int blockBytes, bool isFirst)
    {
        var start = isFirst ? 0 : read.IndexOf((byte)'\n') + 1;
        if (read.Length <= blockBytes) return read[start..];
        var end = read[blockBytes..].IndexOf((byte)'\n');
        return end < 0 ? read[start..] : read[start..(blockBytes + end + 1)];
    }
}
