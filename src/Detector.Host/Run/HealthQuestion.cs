using System.Net;
using System.Text.Json;
using Detector.Host.Run.Settings;

namespace Detector.Host.Run;

/// <summary>Asks a worker how it is, from the same machine.</summary>
internal static class HealthQuestion
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Asks, and tells the answer.</summary>
    /// <returns>0 when all is well, 1 when not or when nobody answers, 2 when it is not known whom to ask.</returns>
    public static async Task<int> AskAsync(string? config, Uri? url, bool isLive, HostStreams streams, CancellationToken stop)
    {
        if ((url ?? Configured(config, streams)) is not { } address) return ExitCode.Usage;
        var question = new Uri(Local(address), isLive ? "/healthz" : "/readyz");
        try
        {
            using var http = new HttpClient { Timeout = s_patience };
            using var answer = await http.GetAsync(question, stop);
            var body = await answer.Content.ReadAsByteArrayAsync(stop);
            await using var output = new StreamWriter(streams.Out, leaveOpen: true);
            foreach (var line in Lines(body, answer.StatusCode, isLive)) await output.WriteLineAsync(line);
            return answer.StatusCode == HttpStatusCode.OK ? ExitCode.Done : ExitCode.Found;
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException || (cause is OperationCanceledException && !stop.IsCancellationRequested))
        {
            await streams.Error.WriteLineAsync($"error: {question} does not answer: {(cause is OperationCanceledException ? $"nothing came within {s_patience.TotalSeconds:0} seconds" : cause.Message.TrimEnd('.'))}. Check that the worker runs and that Health:Url is its address.");
            return ExitCode.Found;
        }
    }

    private static Uri? Configured(string? config, HostStreams streams)
    {
        if (RunConfiguration.Read(config, Environment.GetEnvironmentVariables(), out var problems) is not { } settings)
        {
            streams.Error.WriteLine(string.Join(Environment.NewLine, problems.Select(problem => $"error: {problem}")));
            return null;
        }

        if (settings.HealthUrl is null) streams.Error.WriteLine("error: Health:Url is not set, so the worker answers nobody. Set it, such as to http://127.0.0.1:8080/, or give --url.");
        return settings.HealthUrl;
    }

    // A worker that listens on every address is asked on its own.
    private static Uri Local(Uri address) => address.Host is "0.0.0.0" or "[::]" ? new UriBuilder(address) { Host = "127.0.0.1" }.Uri : address;

    private static IEnumerable<string> Lines(byte[] body, HttpStatusCode status, bool isLive)
    {
        if (isLive && status == HttpStatusCode.OK) return ["alive"];
        try
        {
            using var document = JsonDocument.Parse(body);
            if (!document.RootElement.TryGetProperty("checks", out var checks)) return [$"The answer is {(int)status}, and not that of a worker."];
            var lines = checks.EnumerateObject().Select(check => $"{check.Name}: {check.Value.GetString()}").ToList();
            var standby = document.RootElement.TryGetProperty("standby", out var other) ? $" (standing by: {other.GetString()})" : "";
            return [(status == HttpStatusCode.OK ? "ready" : "not ready") + standby, .. lines];
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            return [$"The answer is {(int)status}, and not that of a worker."];
        }
    }
}
