using System.CommandLine;
using Detector.Host.Replay;
using Detector.Host.Run;
using Detector.Host.Smoke;

namespace Detector.Host.Commands;

/// <summary><c>detector sinks</c>: whether alerts arrive, and those that did not.</summary>
internal static class SinksCommand
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static Command Make(HostStreams streams, CancellationToken stop) => new("sinks", "Tries where alerts go, and sends again what was refused.") { Test(streams, stop), Redeliver(streams, stop) };

    private static Command Test(HostStreams streams, CancellationToken stop)
    {
        var (config, sink, timeout) = (Config(), Sink(), Timeout());
        var command = new Command("test", "Sends a marked test alert through each configured sink, whatever its route, and says what each answered. Exits with 0 only if all accepted it.") { config, sink, timeout };
        command.SetAction((parsed, _) => SmokeRun.TrySinksAsync(parsed.GetValue(config), parsed.GetValue(sink), parsed.GetValue(timeout) ?? s_patience, streams, stop));
        return command;
    }

    private static Command Redeliver(HostStreams streams, CancellationToken stop)
    {
        var (config, sink, timeout) = (Config(), Sink(), Timeout());
        var command = new Command("redeliver", "Sends the dead letters (DeadLetters:Path) again. What is accepted is taken out of the file; the rest stays, with the new reason. A worker may run beside it.") { config, sink, timeout };
        command.SetAction((parsed, _) => Redelivery.RunAsync(parsed.GetValue(config), parsed.GetValue(sink), parsed.GetValue(timeout) ?? s_patience, streams, stop));
        return command;
    }

    private static Option<string?> Config() => new("--config") { Description = "The configuration of the worker (default: appsettings.json where it exists); environment variables DETECTOR_Section__Key override it.", HelpName = "FILE" };

    private static Option<string?> Sink() => new("--sink") { Description = "Only this sink, by its name in the configuration.", HelpName = "NAME" };

    private static Option<TimeSpan?> Timeout() => new("--timeout") { Description = "How long an answer may take (default: 30s).", HelpName = "SPAN", CustomParser = TimeArgument.ParseSpan };
}
