using System.Diagnostics;

namespace Detector.Deploy.Tests;

/// <summary>
/// Prometheus's own checker, of DETECTOR_PROMTOOL or on the PATH. Where it is absent the tests skip and say what to install.
/// </summary>
internal static class Promtool
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs it in a folder; returns what it printed when it fails, null when it succeeds.</summary>
    public static async Task<string?> RunAsync(string folder, CancellationToken cancellation, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(s_patience);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode == 0 ? null : await output + await errors;
    }

    private static Process Start(string folder, string[] arguments)
    {
        var named = Environment.GetEnvironmentVariable("DETECTOR_PROMTOOL");
        try
        {
            return Process.Start(new ProcessStartInfo(string.IsNullOrEmpty(named) ? "promtool" : named, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        }
        catch (System.ComponentModel.Win32Exception cause) when (string.IsNullOrEmpty(named))
        {
            Assert.Skip($"There is no promtool, so the alerts for Prometheus are not tried. Install it with: apt-get install prometheus ({cause.Message})");
            throw;
        }
    }
}
