using System.Collections;
using Detector.Host.Run.Settings;

namespace Detector.Host.Run.Telemetry;

/// <summary>Where metrics and traces go; null for nowhere.</summary>
/// <param name="Otlp">The collector that they are sent to.</param>
/// <param name="IsGrpc">Whether it is spoken to in gRPC rather than protobuf over HTTP.</param>
/// <param name="Prometheus">Where <c>/metrics</c> answers.</param>
internal sealed record TelemetrySettings(Uri? Otlp, bool IsGrpc, Uri? Prometheus)
{
    private const string Grpc = "grpc", HttpProtobuf = "http/protobuf";

    /// <summary>Reads them; every problem goes to the reader. The standard variable for the address counts where ours is not set.</summary>
    public static TelemetrySettings Read(SettingsReader reader, IDictionary environment)
    {
        var standard = environment["OTEL_EXPORTER_OTLP_ENDPOINT"] as string;
        var protocol = reader.Choice("Telemetry:Otlp:Protocol", environment["OTEL_EXPORTER_OTLP_PROTOCOL"] as string is Grpc ? Grpc : HttpProtobuf, [HttpProtobuf, Grpc]);
        var otlp = Address(reader, "Telemetry:Otlp:Endpoint", string.IsNullOrWhiteSpace(standard) ? null : standard, "http://127.0.0.1:4318/", isHttpsToo: true);
        return new TelemetrySettings(otlp, protocol == Grpc, Address(reader, "Telemetry:Prometheus:Url", null, "http://127.0.0.1:9464/", isHttpsToo: false));
    }

    private static Uri? Address(SettingsReader reader, string key, string? otherwise, string example, bool isHttpsToo)
    {
        if ((reader.Text(key) ?? otherwise) is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || (isHttpsToo && url.Scheme == Uri.UriSchemeHttps))) return url;
        reader.Reject(key, $"'{text}' is no address. Write it as {example}.");
        return null;
    }
}
