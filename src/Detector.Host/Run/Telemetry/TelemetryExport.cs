using System.Net;
using System.Text;
using Detector.Host.Run.Settings;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Detector.Host.Run.Telemetry;

/// <summary>Sends metrics and traces to a collector, and answers <c>/metrics</c>; whichever is on.</summary>
internal sealed class TelemetryExport(RunSettings settings, WorkerParts parts, Worker worker, WorkerRules rules) : BackgroundService
{
    private static readonly TimeSpan s_sendWithin = TimeSpan.FromSeconds(5);

    private readonly PrometheusText _prometheus = new();

    // What is flushed at the end has so long; a collector that hangs must not hold up the stop.
    private static readonly TimeSpan s_flushWithin = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var telemetry = parts.Telemetry;
        telemetry.Observe(worker, rules, parts.Clock);
        using var reader = settings.Telemetry.Prometheus is null ? null : new BaseExportingMetricReader(_prometheus);
        using var metrics = Metrics(reader);
        using var traces = Traces();
        telemetry.Begin();
        if (reader is not null) await new LocalListener(settings.Telemetry.Prometheus!, "metrics/", (context, stop) => AnswerAsync(context, reader, stop), parts.Clock, parts.Tell).RunAsync(stoppingToken);
        else await Task.Delay(Timeout.InfiniteTimeSpan, parts.Clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // Disposing waits for five seconds each, unless it was shut down before.
        var limit = (int)s_flushWithin.TotalMilliseconds;
        await Task.WhenAll(Task.Run(() => metrics.Shutdown(limit), CancellationToken.None), Task.Run(() => traces?.Shutdown(limit), CancellationToken.None)).WaitAsync(s_flushWithin * 2, parts.Clock, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // The names of the service and its attributes are taken from OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES where they are set.
    private static void Describe(ResourceBuilder resource) => resource.AddService("detector").AddEnvironmentVariableDetector();

    private MeterProvider Metrics(MetricReader? reader)
    {
        var metrics = Sdk.CreateMeterProviderBuilder().ConfigureResource(Describe).AddMeter(WorkerTelemetry.Name);
        if (reader is not null) metrics.AddReader(reader);
        if (settings.Telemetry.Otlp is not null) metrics.AddOtlpExporter(otlp => Address(otlp, "v1/metrics"));
        return metrics.Build();
    }

    private TracerProvider? Traces() => settings.Telemetry.Otlp is null ? null : Sdk.CreateTracerProviderBuilder()
        .ConfigureResource(Describe).AddSource(WorkerTelemetry.Name).AddOtlpExporter(otlp => Address(otlp, "v1/traces")).Build();

    private void Address(OtlpExporterOptions otlp, string path)
    {
        var telemetry = settings.Telemetry;
        otlp.TimeoutMilliseconds = (int)s_sendWithin.TotalMilliseconds;
        otlp.Protocol = telemetry.IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        var endpoint = telemetry.Otlp!.AbsoluteUri;
        otlp.Endpoint = telemetry.IsGrpc ? telemetry.Otlp : new Uri($"{endpoint}{(endpoint.EndsWith('/') ? "" : "/")}{path}");
    }

    private async Task AnswerAsync(HttpListenerContext context, MetricReader reader, CancellationToken stop)
    {
        byte[] body;
        lock (_prometheus)
        {
            reader.Collect();
            body = Encoding.UTF8.GetBytes(_prometheus.Text);
        }

        var response = context.Response;
        (response.ContentType, response.ContentLength64) = (PrometheusText.ContentType, body.Length);
        await response.OutputStream.WriteAsync(body, stop);
    }
}
