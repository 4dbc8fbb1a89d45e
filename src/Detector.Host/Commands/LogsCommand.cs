using System.CommandLine;

namespace Detector.Host.Commands;

/// <summary><c>detector logs generate</c>: a synthetic tenant's logs.</summary>
internal static class LogsCommand
{
    public static Command Make(HostStreams streams, CancellationToken stop)
    {
        var generate = new Command("generate", "Writes the logs of a synthetic tenant with planted attacks; the same seed gives the same bytes.");
        generate.SetAction(_ =>
        {
            stop.ThrowIfCancellationRequested();
            streams.Error.WriteLine("error: not available in this build.");
            return ExitCode.Usage;
        });
        return new Command("logs", "Makes logs to try things on.") { generate };
    }
}
