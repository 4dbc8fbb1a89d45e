namespace Detector.Deploy.Tests;

/// <summary>The check of queries can fail.</summary>
public sealed class QueryTests
{
    private static readonly Dictionary<string, Dictionary<string, HashSet<string>>> s_shown = new(StringComparer.Ordinal)
    {
        ["detector_records_total"] = new(StringComparer.Ordinal) { ["detector_outcome"] = ["matched", "rejected"] },
        ["detector_sink_queue"] = new(StringComparer.Ordinal) { ["detector_sink_name"] = ["File"] },
        ["detector_alert_latency_seconds_bucket"] = new(StringComparer.Ordinal) { ["le"] = ["1", "+Inf"] },
    };

    [Theory]
    [InlineData("sum(detector_worker_ovner{job=\"a\"})", "", "detector_worker_ovner is shown by no worker")]
    [InlineData("sum(detector_alert_latency_seconds{job=\"a\"})", "", "detector_alert_latency_seconds is shown by no worker")]
    [InlineData("sum(detector_records_total{detector_result=\"rejected\"})", "", "detector_records_total has no label detector_result")]
    [InlineData("sum(detector_records_total{detector_outcome=\"refused\"})", "", "detector_outcome of detector_records_total is never 'refused'")]
    [InlineData("sum by (detector_source) (detector_sink_queue{job=\"a\"})", "", "detector_source is no label of what is asked for")]
    [InlineData("sum by (detector_sink_name) (detector_sink_queue{job=\"a\"})", "detector_sink", "detector_sink is not left by the query")]
    [InlineData("sum(detector_sink_queue{job=\"a\"})", "detector_sink_name", "detector_sink_name is not left by the query")]
    [InlineData("sum(detector_sink_queue)", "", "detector_sink_queue is asked for of every job")]
    public void A_query_of_what_there_is_not_fails(string expression, string used, string problem) => Assert.Equal([problem], Problems(expression, used));

    [Theory]
    [InlineData("sum(rate(detector_records_total{job=\"$job\", detector_outcome=\"rejected\"}[5m])) > 0.001 * sum(rate(detector_records_total{job=\"$job\"}[5m]))", "")]
    [InlineData("histogram_quantile(0.99, sum by (le) (rate(detector_alert_latency_seconds_bucket{job=\"detector\"}[5m]))) > 1", "")]
    [InlineData("detector_sink_queue{job=\"detector\"} > 100", "detector_sink_name")]
    [InlineData("max by (detector_sink_name) (detector_sink_queue{job=\"detector\"})", "detector_sink_name")]
    [InlineData("up{job=\"detector\"} == 0 and on (job) up{job=\"detector\"} == 1", "instance")]
    public void A_query_of_what_there_is_passes(string expression, string used) => Assert.Empty(Problems(expression, used));

    private static IEnumerable<string> Problems(string expression, string used) => Query.Of(expression).Problems(s_shown.Keys.ToHashSet(StringComparer.Ordinal), s_shown, used.Length == 0 ? [] : [used]);
}
