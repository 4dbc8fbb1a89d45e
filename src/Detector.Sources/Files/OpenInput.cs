namespace Detector.Sources.Files;

/// <summary>Opens an input, looks at its first bytes, and reads it in the way that suits them.</summary>
internal static class OpenInput
{
    /// <exception cref="InputException">It cannot be opened or read; where it may wait, reading throws it.</exception>
    public static BlockSource Open(InputFile file, FileSourceOptions options) =>
        file.MayWait ? new WaitingBlocks(file.Path, () => OpenNow(file, options)) : OpenNow(file, options);

    /// <summary>The time of the first record, as far as it can be told from the first bytes; null where it cannot.</summary>
    /// <exception cref="InputException">It cannot be opened or read.</exception>
    public static DateTime? FirstTime(InputFile file, FileSourceOptions options, FirstRecord first)
    {
        if (file.MayWait) return null;
        using var source = Open(file, options with { BlockBytes = InputStream.HeadBytesMax });
        return first.TimeOf(source);
    }

    private static BlockSource OpenNow(InputFile file, FileSourceOptions options)
    {
        try
        {
            if (file.IsStandardInput) return Cut(file, InputStream.Open(options.StandardInput ?? Console.OpenStandardInput(), mayBlock: true), options);
            return OpenFile(file, options);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw InputList.Unreadable(file.Path, cause);
        }
    }

    private static BlockSource OpenFile(InputFile file, FileSourceOptions options)
    {
        var handle = File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
            if (!stream.CanSeek) return Cut(file, InputStream.Open(stream, mayBlock: true), options);

            var head = new byte[InputStream.HeadBytesMax];
            var length = RandomAccess.Read(handle, head, 0);
            var mark = TextMark.Of(head.AsSpan(0, length));
            if (head is not [0x1F, 0x8B, ..] && mark.Encoding is null && InputSniff.FormatOf(head.AsSpan(mark.MarkBytes, length - mark.MarkBytes), file.Path) == InputFormat.Lines)
                return new LineBlocks(file.Path, handle, Math.Max(file.From, mark.MarkBytes), file.Until ?? RandomAccess.GetLength(handle), options.BlockBytes);
            return Cut(file, InputStream.Open(stream, mayBlock: false), options);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static CutBlocks Cut(InputFile file, InputStream input, FileSourceOptions options)
    {
        Cutter cutter = InputSniff.FormatOf(input.Head, file.Path) switch
        {
            InputFormat.Csv => new CsvCutter(file.Path),
            InputFormat.Tables => new TableCutter(file.Path),
            InputFormat.Json => new JsonCutter(file.Path),
            _ => new LineCutter(file.Path),
        };
        return new CutBlocks(file.Path, input, cutter, options.BlockBytes);
    }
}
