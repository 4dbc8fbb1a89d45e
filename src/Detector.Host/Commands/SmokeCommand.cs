using System.CommandLine;
using Detector.Host.Replay;
using Detector.Host.Smoke;

namespace Detector.Host.Commands;

/// <summary>
/// <c>detector smoke</c>: a verb of its own rather than an option of <c>run</c>, which starts a worker and takes over its
/// checkpoints; this one does neither, and says what would work.
/// </summary>
internal static class SmokeCommand
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static Command Make(HostStreams streams, CancellationToken stop)
    {
        var config = new Option<string?>("--config") { Description = "The configuration of the worker (default: appsettings.json where it exists); environment variables DETECTOR_Section__Key override it.", HelpName = "FILE" };
        var send = new Option<bool>("--send-test-alert") { Description = "Also send a marked test alert through each sink." };
        var timeout = new Option<TimeSpan?>("--timeout") { Description = "How long each edge may take (default: 30s).", HelpName = "SPAN", CustomParser = TimeArgument.ParseSpan };
        var command = new Command("smoke", "Tries everything that a worker depends on, with its configuration: broker, token, hubs, checkpoints, workspace, sinks. Exits with 0 only if all works.") { config, send, timeout };
        command.SetAction((parsed, _) => SmokeRun.RunAsync(parsed.GetValue(config), parsed.GetValue(send), parsed.GetValue(timeout) ?? s_patience, streams, stop));
        return command;
    }
}
