using System.Diagnostics;

namespace Detector.Host.Tests.Run;

/// <summary>The program as a process of its own, that can be killed.</summary>
internal sealed class DetectorProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _errors = [];

    private DetectorProcess(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors) _errors.Add(line.Data ?? "");
        };
        _process.BeginErrorReadLine();
    }

    public string Errors
    {
        get
        {
            lock (_errors) return string.Join('\n', _errors);
        }
    }

    /// <summary>The most memory that it has had.</summary>
    public long MostBytes => File.ReadLines($"/proc/{_process.Id}/status").Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) * 1024).Single();

    public bool HasExited => _process.HasExited;

    public static DetectorProcess Start(string folder, params string[] args) => Start(folder, new Dictionary<string, string>(StringComparer.Ordinal), args);

    /// <summary>Starts it with further environment variables.</summary>
    public static DetectorProcess Start(string folder, IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "detector"), args) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new DetectorProcess(Process.Start(start)!);
    }

    /// <summary>The next line that it prints.</summary>
    public async Task<string> LineAsync(CancellationToken cancellation) => await _process.StandardOutput.ReadLineAsync(cancellation) ?? throw new InvalidOperationException($"The process ended: {Errors}");

    /// <summary>All that it prints until it ends.</summary>
    public Task<string> RestAsync(CancellationToken cancellation) => _process.StandardOutput.ReadToEndAsync(cancellation);

    /// <summary>Gives it a line on its standard input.</summary>
    public void Tell(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>Stops it in the middle of what it does (SIGSTOP), as a suspended machine does, until it is told to go on.</summary>
    public void Suspend() => Signal("-STOP");

    /// <summary>Lets it go on.</summary>
    public void Resume() => Signal("-CONT");

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>A polite stop, as systemd and Kubernetes do it; returns the exit code.</summary>
    public async Task<int> StopAsync(CancellationToken cancellation)
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await _process.WaitForExitAsync(cancellation);
        return _process.ExitCode;
    }

    public async Task<int> EndAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        return _process.ExitCode;
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }
}
