using System.CommandLine;
using Detector.Host.Run;

namespace Detector.Host.Commands;

/// <summary><c>detector health</c>: asks the worker on this machine how it is, for containers that have no other client.</summary>
internal static class HealthCommand
{
    public static Command Make(HostStreams streams, CancellationToken stop)
    {
        var config = new Option<string?>("--config") { Description = "The configuration of the worker, whose Health:Url is asked (default: appsettings.json where it exists); environment variables DETECTOR_Section__Key override it.", HelpName = "FILE" };
        var url = new Option<string?>("--url") { Description = "Ask this address instead, such as http://127.0.0.1:8080/.", HelpName = "URL" };
        var live = new Option<bool>("--live") { Description = "Ask only whether it is alive (/healthz), not whether it does its work (/readyz)." };
        url.Validators.Add(result =>
        {
            if (result.GetValue(url) is { } given && Address(given) is null) result.AddError($"--url: '{given}' is no address. Write it as http://127.0.0.1:8080/.");
        });
        var command = new Command("health", "Asks the worker on this machine whether it does its work; exits with 0 if so, otherwise with 1 and what does not, and why.") { config, url, live };
        command.SetAction((parsed, _) => HealthQuestion.AskAsync(parsed.GetValue(config), parsed.GetValue(url) is { } given ? Address(given) : null, parsed.GetValue(live), streams, stop));
        return command;
    }

    private static Uri? Address(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https") ? address : null;
}
