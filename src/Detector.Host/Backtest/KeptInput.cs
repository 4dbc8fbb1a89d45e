using Detector.Sources.Files;

namespace Detector.Host.Backtest;

/// <summary>Inputs that can be read more than once: standard input is kept in a file that is gone afterwards.</summary>
internal sealed class KeptInput : IDisposable
{
    private readonly string? _file;

    public KeptInput(IReadOnlyList<string> paths, HostStreams streams)
    {
        Paths = paths;
        if (!paths.Contains(FileSourceOptions.StandardInputPath, StringComparer.Ordinal)) return;
        _file = Path.GetTempFileName();
        Paths = [.. paths.Select(path => string.Equals(path, FileSourceOptions.StandardInputPath, StringComparison.Ordinal) ? _file : path)];
        using var output = File.Create(_file);
        using var own = streams.In is null ? Console.OpenStandardInput() : null;
        (streams.In ?? own!).CopyTo(output);
    }

    public IReadOnlyList<string> Paths { get; }

    public void Dispose()
    {
        if (_file is not null) File.Delete(_file);
    }
}
