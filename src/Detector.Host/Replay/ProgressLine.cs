using System.Globalization;
using Detector.Sources.Files;

namespace Detector.Host.Replay;

/// <summary>
/// One line on a terminal that says how far a replay is: a bar, bytes, records a second, time left. It is drawn over
/// and over from a timer, and wiped at the end.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private const int BarCells = 24;
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly TextWriter _output;
    private readonly Func<ReadProgress> _progress;
    private readonly TimeProvider _clock;
    private readonly long _start;
    private readonly int _columns;
    private readonly ITimer _timer;
    private bool _isDrawn;
    private bool _isDone;

    public ProgressLine(TextWriter output, int columns, Func<ReadProgress> progress, TimeProvider clock)
    {
        _output = output;
        _columns = columns;
        _progress = progress;
        _clock = clock;
        _start = clock.GetTimestamp();
        _timer = clock.CreateTimer(static line => ((ProgressLine)line!).Draw(), this, s_period, s_period);
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            _isDone = true;
            if (_isDrawn) _output.Write("\r\u001b[K");
        }
    }

    /// <summary>The line for a moment of a run.</summary>
    public static string Line(in ReadProgress read, TimeSpan elapsed, int columns)
    {
        var seconds = Math.Max(elapsed.TotalSeconds, 1e-3);
        var rate = string.Create(CultureInfo.InvariantCulture, $"{read.Records:N0} records, {read.Records / seconds:N0}/s, {Bytes((long)(read.BytesDone / seconds))}/s");
        string line;
        if (read.Share is not null || (read.HasEnd && read.BytesTotal > 0))
        {
            var share = Math.Clamp(read.Share ?? (double)read.BytesDone / read.BytesTotal, 0, 1);
            var bytes = read.Share is null ? $"{Bytes(read.BytesDone)} of {Bytes(read.BytesTotal)}" : Bytes(read.BytesDone);
            var full = (int)(share * BarCells);
            var left = share > 0.01 ? TimeSpan.FromSeconds(seconds * (1 - share) / share) : (TimeSpan?)null;
            line = string.Create(CultureInfo.InvariantCulture,
                $"[{new string('#', full)}{new string('.', BarCells - full)}] {share * 100,3:0}%  {bytes}  {rate}{(left is { } time ? $"  {Span(time)} left" : "")}");
        }
        else
        {
            line = $"{Bytes(read.BytesDone)}  {rate}";
        }

        return line.Length < columns ? line : line[..(columns - 1)];
    }

    /// <summary>Bytes in the unit that suits them: <c>1.50 GB</c>, where a GB is 10^9.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        >= 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} KB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
    };

    private static string Span(TimeSpan span) => span.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours}:{span.Minutes:00}:{span.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{span.Minutes}:{span.Seconds:00}");

    private void Draw()
    {
        var line = Line(_progress(), _clock.GetElapsedTime(_start), _columns);
        lock (_gate)
        {
            if (_isDone) return;
            _output.Write($"\r{line}\u001b[K");
            _isDrawn = true;
        }
    }
}
