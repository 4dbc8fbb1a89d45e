using System.Net;
using Detector.Host.Run.Settings;
using Microsoft.Extensions.Hosting;

namespace Detector.Host.Run;

/// <summary><c>/healthz</c>: the process is alive. <c>/readyz</c>: it does its work; otherwise 503, and which part does not and why.</summary>
internal sealed class HealthEndpoint(RunSettings settings, WorkerParts parts, Worker worker) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        settings.HealthUrl is { } url ? new LocalListener(url, "", AnswerAsync, parts.Clock, parts.Tell).RunAsync(stoppingToken) : Task.CompletedTask;

    private async Task AnswerAsync(HttpListenerContext context, CancellationToken stop)
    {
        var (status, body) = context.Request.Url?.AbsolutePath switch
        {
            "/healthz" => (HttpStatusCode.OK, "{\"alive\":true}"u8.ToArray()),
            "/readyz" => Readiness.Of(worker) is { IsReady: var isReady } readiness ? (isReady ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, readiness.ToJson()) : default,
            _ => (HttpStatusCode.NotFound, "{}"u8.ToArray()),
        };
        var response = context.Response;
        response.StatusCode = (int)status;
        response.ContentType = "application/json";
        response.ContentLength64 = body.Length;
        await response.OutputStream.WriteAsync(body, stop);
    }
}
