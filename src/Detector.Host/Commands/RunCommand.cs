using System.CommandLine;
using Detector.Host.Run;

namespace Detector.Host.Commands;

/// <summary><c>detector run</c>: the hosted worker.</summary>
internal static class RunCommand
{
    public static Command Make(HostStreams streams, CancellationToken stop)
    {
        var config = new Option<string?>("--config") { Description = "The configuration (default: appsettings.json where it exists); environment variables DETECTOR_Section__Key override it.", HelpName = "FILE" };
        var once = new Option<bool>("--once") { Description = "Take what is there, send what follows from it, write a checkpoint and stop." };
        var command = new Command("run", "Reads logs as they come, and sends alerts; goes on where it left off.") { config, once };
        command.SetAction((parsed, _) => WorkerHost.RunAsync(parsed.GetValue(config), parsed.GetValue(once), streams, stop));
        return command;
    }
}
