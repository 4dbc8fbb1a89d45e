namespace Detector.Host;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary><c>--fail-on</c> was reached, a test or lint failed, or a comparison found a difference.</summary>
    public const int Found = 1;

    /// <summary>Wrong arguments, configuration or rules.</summary>
    public const int Usage = 2;

    /// <summary>An input that cannot be read.</summary>
    public const int Input = 3;

    /// <summary>Stopped by Ctrl-C, as shells count it.</summary>
    public const int Interrupted = 130;
}
