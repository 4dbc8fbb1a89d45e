using System.Buffers;
using System.Text.Json;

namespace Detector.Sinks.Delivery;

/// <summary>
/// Dead letters in a file, a line each: the sink, when, why, and the alert. For its owner alone (0600). A line is on the disk before the
/// alert counts as settled; one that a crash cut off is passed over, and its alert is refused again.
/// </summary>
/// <param name="path">The file; it and its folder are made with the first letter.</param>
/// <param name="clock">Tells when.</param>
public sealed class DeadLetterFile(string path, TimeProvider clock) : IDeadLetters
{
    private static readonly FileStreamOptions s_append = Options(FileMode.OpenOrCreate);

    private readonly Lock _one = new();

    /// <inheritdoc />
    public Task AddAsync(string sink, OutgoingAlert alert, string reason, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var line = new ArrayBufferWriter<byte>(alert.Json.Length + 256);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("sink", sink);
            json.WriteString("time", clock.GetUtcNow().UtcDateTime);
            json.WriteString("reason", reason);
            json.WriteNumber("number", alert.Number);
            json.WriteBoolean("closing", alert.IsClosing);
            json.WritePropertyName("alert");
            json.WriteRawValue(alert.Json.Span, skipInputValidation: true);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        cancellation.ThrowIfCancellationRequested();
        lock (_one) Append(line.WrittenSpan);
        return Task.CompletedTask;
    }

    /// <summary>Takes all letters out of a file, to send them again: from then on they are in the file beside it that is returned, until that is removed. Null when there are none.</summary>
    /// <exception cref="IOException">The file cannot be taken.</exception>
    public static string? TakeAll(string path)
    {
        // What an earlier attempt did not finish comes first.
        var taken = path + ".redelivering";
        if (File.Exists(taken)) return taken;
        if (!File.Exists(path)) return null;
        File.Move(path, taken);
        return taken;
    }

    /// <summary>The letters of a file.</summary>
    /// <exception cref="InvalidDataException">A line is none, and is not the last.</exception>
    public static IReadOnlyList<DeadLetter> Read(string path)
    {
        var letters = new List<DeadLetter>();
        var lines = File.ReadAllLines(path);
        for (var i = 0; i < lines.Length; i++)
        {
            try
            {
                letters.Add(DeadLetter.Parse(lines[i]));
            }
            catch (Exception cause) when (cause is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
            {
                if (i < lines.Length - 1) throw new InvalidDataException($"{path}, line {i + 1} is no dead letter: {cause.Message} Correct it or take it away.", cause);
            }
        }

        return letters;
    }

    private void Append(ReadOnlySpan<byte> line)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        using var file = new FileStream(path, s_append);
        file.Position = WholeLinesOf(file);
        file.SetLength(file.Position);
        file.Write(line);
        file.Flush(flushToDisk: true);
    }

    private static long WholeLinesOf(FileStream file)
    {
        for (var end = file.Length; end > 0; end--)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n') return end;
        }

        return 0;
    }

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
