using System.Net;
using Detector.Host.Run.Settings;
using Microsoft.Extensions.Hosting;

namespace Detector.Host.Run;

/// <summary><c>/healthz</c>: the process is alive. <c>/readyz</c>: it does its work; otherwise 503, and which part does not and why.</summary>
internal sealed class HealthEndpoint(RunSettings settings, Worker worker) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.HealthUrl is not { } url) return;
        using var listener = new HttpListener();
        var host = url.Host is "0.0.0.0" or "[::]" ? "*" : url.Host;
        listener.Prefixes.Add($"http://{host}:{url.Port}/");
        listener.Start();
        await using var stop = stoppingToken.Register(listener.Stop);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await AnswerAsync(await listener.GetContextAsync());
            }
            catch (Exception cause) when (cause is HttpListenerException or ObjectDisposedException or IOException)
            {
                // Who asked has left, or we are stopping.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var (status, body) = context.Request.Url?.AbsolutePath switch
        {
            "/healthz" => (HttpStatusCode.OK, "{\"alive\":true}"u8.ToArray()),
            "/readyz" => Readiness.Of(worker) is { IsReady: var isReady } readiness ? (isReady ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, readiness.ToJson()) : default,
            _ => (HttpStatusCode.NotFound, "{}"u8.ToArray()),
        };
        using var response = context.Response;
        response.StatusCode = (int)status;
        response.ContentType = "application/json";
        response.ContentLength64 = body.Length;
        await response.OutputStream.WriteAsync(body);
    }
}
