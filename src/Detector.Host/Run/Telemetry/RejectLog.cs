using Detector.Engine.Logs;
using Detector.Host.Replay;

namespace Detector.Host.Run.Telemetry;

/// <summary>
/// What the worker could not read, with place and reason, in a file that is set aside as <c>.1</c> when it is full: never
/// more than twice its size, and of either a record more. Detection goes on when it cannot be written; what is then in no file is counted.
/// </summary>
internal sealed class RejectLog(string path, long bytesMax, WorkerTelemetry telemetry, Action<string> tell) : IDisposable
{
    private RejectFile? _file;
    private FileStream? _stream;
    private bool _isTold;

    /// <summary>Adds what a slice could not read. By detection alone.</summary>
    public void Add(IReadOnlyList<RejectedRecord> rejects)
    {
        if (rejects.Count == 0) return;
        try
        {
            foreach (var reject in rejects)
            {
                if (_stream is { } full && full.Length + _file!.Waiting >= bytesMax) Rotate();
                if (_file is null) Open();
                _file!.Write(reject);
            }

            _file!.Flush();
            _isTold = false;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            telemetry.RejectsLost(rejects.Count);
            if (!_isTold) tell($"Rejected records cannot be written to {path}: {cause.Message}");
            _isTold = true;
            Close();
        }
    }

    public void Dispose() => Close();

    // It holds records, so it is for its owner alone.
    private void Open()
    {
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _stream = new FileStream(path, options);
        _file = new RejectFile(_stream);
    }

    private void Rotate()
    {
        Close();
        File.Move(path, $"{path}.1", overwrite: true);
    }

    private void Close()
    {
        try
        {
            _file?.Dispose();
        }
        catch (IOException)
        {
            // The disk that is full was told of.
            _stream?.Dispose();
        }

        (_file, _stream) = (null, null);
    }
}
