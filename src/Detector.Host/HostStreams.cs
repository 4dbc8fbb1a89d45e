using Microsoft.Win32.SafeHandles;

namespace Detector.Host;

/// <summary>What a command reads and writes beside files, so that a run in a test is a run.</summary>
internal sealed record HostStreams
{
    /// <summary>Standard input; null for that of the process.</summary>
    public Stream? In { get; init; }

    /// <summary>Whether somebody is there to answer questions on standard input.</summary>
    public bool CanAsk { get; init; }

    /// <summary>Takes results.</summary>
    public required Stream Out { get; init; }

    /// <summary>Takes everything else.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether results may have colour.</summary>
    public bool HasColour { get; init; }

    /// <summary>Columns for a progress line; null where standard error is no terminal.</summary>
    public int? ProgressColumns { get; init; }

    /// <summary>Measures how long a run takes, and tells lint the day; alerts never depend on it.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Those of the process.</summary>
    public static HostStreams OfProcess() => new()
    {
        CanAsk = !Console.IsInputRedirected,
        Out = OpenOutput(),
        Error = Console.Error,
        HasColour = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && !IsDumb,
        ProgressColumns = Console.IsErrorRedirected || IsDumb ? null : Columns(),
    };

    private static bool IsDumb => string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.Ordinal);

    // The console's own stream swallows a broken pipe, and a replay would go on for nobody. A file stream does not, but
    // it writes to a file at a place of its own, over what others have appended.
    private static Stream OpenOutput()
    {
        if (OperatingSystem.IsWindows()) return Console.OpenStandardOutput();
        var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
    }

    private static int Columns()
    {
        try
        {
            return Math.Max(40, Console.WindowWidth);
        }
        catch (IOException)
        {
            return 80;
        }
    }
}
