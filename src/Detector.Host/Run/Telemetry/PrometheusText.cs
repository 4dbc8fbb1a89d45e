using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Detector.Host.Run.Telemetry;

/// <summary>
/// Writes what OpenTelemetry has collected in Prometheus's text format 0.0.4. The exporters that there are for it are
/// betas, with a listener of their own.
/// </summary>
internal sealed class PrometheusText : BaseExporter<Metric>
{
    /// <summary>The content type of it.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <summary>What the last collection gave.</summary>
    public string Text { get; private set; } = "";

    /// <inheritdoc />
    public override ExportResult Export(in Batch<Metric> batch)
    {
        _text.Clear();
        foreach (var metric in batch) Write(metric);
        Text = _text.ToString();
        return ExportResult.Success;
    }

    /// <summary>The name that a metric has there.</summary>
    public static string NameOf(string name, string unit, bool isCounter) =>
        name.Replace('.', '_') + unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" } + (isCounter ? "_total" : "");

    private void Write(Metric metric)
    {
        var type = metric.MetricType;
        var isCounter = type.IsSum();
        var name = NameOf(metric.Name, metric.Unit, isCounter);
        _text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {Escape(metric.Description, isLabel: false)}\n# TYPE {name} {(type.IsHistogram() ? "histogram" : isCounter ? "counter" : "gauge")}\n");
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = Labels(point.Tags);
            if (type.IsHistogram()) WriteHistogram(name, labels, point);
            else if (type.IsDouble()) Line(name, labels, isCounter ? point.GetSumDouble() : point.GetGaugeLastValueDouble());
            else Line(name, labels, isCounter ? point.GetSumLong() : point.GetGaugeLastValueLong());
        }
    }

    private void WriteHistogram(string name, string labels, in MetricPoint point)
    {
        var below = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            var bound = double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : bucket.ExplicitBound.ToString(CultureInfo.InvariantCulture);
            Line($"{name}_bucket", $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{bound}\"", below);
        }

        Line($"{name}_sum", labels, point.GetHistogramSum());
        Line($"{name}_count", labels, point.GetHistogramCount());
    }

    private void Line(string name, string labels, double value) =>
        _text.Append(CultureInfo.InvariantCulture, $"{name}{(labels.Length > 0 ? $"{{{labels}}}" : "")} {value:R}\n");

    private static string Labels(ReadOnlyTagCollection tags)
    {
        var labels = new StringBuilder();
        foreach (var (key, value) in tags) labels.Append(CultureInfo.InvariantCulture, $"{(labels.Length > 0 ? "," : "")}{key.Replace('.', '_')}=\"{Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", isLabel: true)}\"");
        return labels.ToString();
    }

    private static string Escape(string text, bool isLabel)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return isLabel ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
