using System.Diagnostics;

namespace Detector.Host.Tests.Run;

/// <summary>
/// Programs of others that speak Kafka's protocol. Where they are absent the tests skip and say what to install, but fail where
/// DETECTOR_WIRE_TOOLS is <c>required</c>.
/// </summary>
internal static class WireTools
{
    private const string Remedy = "Install it with: apt-get install kcat python3-kafka";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private static readonly string[] s_pythons = ["python3"];
    private static readonly string[] s_kcats = ["kcat", "kafkacat"];

    /// <summary>Where kcat is.</summary>
    public static async Task<string> KcatAsync(CancellationToken cancellation) =>
        await FirstAsync(s_kcats, ["-V"], cancellation) ?? Absent("kcat is not on the PATH.");

    /// <summary>Where a Python is that has kafka-python: the first on the PATH need not be that of the distribution.</summary>
    public static async Task<string> PythonAsync(CancellationToken cancellation) =>
        await FirstAsync(s_pythons, ["-c", "import kafka"], cancellation) ?? Absent("No python3 on the PATH has kafka-python.");

    /// <summary>Runs one to its end, and returns what it printed and what it told; it must succeed.</summary>
    public static async Task<(string Out, string Errors)> RunAsync(string tool, IEnumerable<string> args, string input, CancellationToken cancellation)
    {
        var (exit, output, errors) = await TryAsync(tool, args, input, cancellation);
        Assert.True(exit == 0, $"{tool} {string.Join(' ', args)} ended with {exit}: {errors}");
        return (output, errors);
    }

    private static async Task<string?> FirstAsync(string[] names, string[] question, CancellationToken cancellation)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        foreach (var path in folders.SelectMany(folder => names.Select(name => Path.Combine(folder, name))).Where(File.Exists))
        {
            if ((await TryAsync(path, question, "", cancellation)).Exit == 0) return path;
        }

        return null;
    }

    private static string Absent(string reason)
    {
        if (Environment.GetEnvironmentVariable("DETECTOR_WIRE_TOOLS") == "required") Assert.Fail($"{reason} {Remedy}");
        Assert.Skip($"{reason} Whether other clients' messages are read is not tested. {Remedy}");
        return "";
    }

    private static async Task<(int Exit, string Out, string Errors)> TryAsync(string tool, IEnumerable<string> args, string input, CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, args) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(s_patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            try
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), patience.Token);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended without reading; its exit code tells.
            }

            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
