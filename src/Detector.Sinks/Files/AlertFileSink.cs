using Detector.Sinks.Delivery;

namespace Detector.Sinks.Files;

/// <summary>
/// Alerts in a file, one line each. What it has accepted is on the disk. A line that a crash cut off is taken away before the
/// next is written, so that the file is whole lines at all times but in a crash.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="clock">Tells when a file was put aside.</param>
/// <param name="rotation">When that is done; null for never.</param>
public sealed class AlertFileSink(string path, TimeProvider clock, FileRotation? rotation = null) : IAlertSink
{
    private FileStream? _file;

    /// <inheritdoc />
    public string Name { get; init; } = "File";

    /// <inheritdoc />
    public int BatchMax => 1000;

    /// <inheritdoc />
    public async Task<SendOutcome> SendAsync(IReadOnlyList<OutgoingAlert> alerts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        using var lines = new MemoryStream();
        foreach (var alert in alerts)
        {
            lines.Write(alert.Json.Span);
            lines.WriteByte((byte)'\n');
        }

        var file = _file ??= Open();
        if (rotation is not null && file.Position > 0 && file.Position + lines.Length > rotation.BytesMax)
        {
            await file.DisposeAsync();
            _file = null;
            rotation.PutAside(path, clock.GetUtcNow().UtcDateTime);
            file = _file = Open();
        }

        var begin = file.Position;
        try
        {
            // Whole or not at all, as far as this process decides it: a half-written line is worse than a late one.
            await file.WriteAsync(lines.GetBuffer().AsMemory(0, (int)lines.Length), CancellationToken.None);
            file.Flush(flushToDisk: true);
            return SendOutcome.Accepted;
        }
        catch (IOException)
        {
            Undo(begin);
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _file?.DisposeAsync() ?? ValueTask.CompletedTask;

    private FileStream Open()
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 0);
        var end = file.Length;
        while (end > 0)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n') break;
            end--;
        }

        file.SetLength(end);
        file.Position = end;
        return file;
    }

    // A full disk took half of it: the rest comes again as a whole.
    private void Undo(long begin)
    {
        try
        {
            _file?.SetLength(begin);
            if (_file is not null) _file.Position = begin;
        }
        catch (IOException)
        {
            _file?.Dispose();
            _file = null;
        }
    }
}
