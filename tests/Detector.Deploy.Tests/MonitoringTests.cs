using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Detector.Host.Run.Telemetry;
using Detector.Testing;
using YamlDotNet.RepresentationModel;

namespace Detector.Deploy.Tests;

/// <summary>Alerts, dashboard and page of operations know exactly the metrics that the worker has.</summary>
public sealed partial class MonitoringTests
{
    private static readonly string s_page = File.ReadAllText(RepositoryFolder.Path("docs/operations.md"));
    private static readonly string s_rules = RepositoryFolder.Path("deploy/prometheus-alerts.yaml");
    private static readonly JsonElement s_dashboard = JsonDocument.Parse(File.ReadAllText(RepositoryFolder.Path("deploy/grafana-dashboard.json"))).RootElement;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Alerts_and_dashboard_ask_for_metrics_and_labels_that_the_worker_shows()
    {
        var known = Metrics().SelectMany(metric => metric.Series).ToHashSet(StringComparer.Ordinal);
        var shown = await ScrapedWorker.LabelsAsync(Cancellation);

        Assert.Equal(known.Order(StringComparer.Ordinal), shown.Keys.Order(StringComparer.Ordinal));
        Assert.True(Rules().Count + Targets().Count() > 40);
        foreach (var rule in Rules())
        {
            var said = TemplateLabels().Matches(rule.Summary + rule.Description).Select(match => match.Groups["label"].Value);
            Assert.Empty(Query.Of(rule.Expression).Problems(known, shown, said));
        }

        foreach (var (expression, legend) in Targets()) Assert.Empty(Query.Of(expression).Problems(known, shown, LegendLabels().Matches(legend).Select(match => match.Groups["label"].Value)));
    }

    [Fact]
    public void Every_metric_is_explained_and_shown()
    {
        var metrics = Metrics();
        Assert.True(metrics.Count > 20);
        var shown = string.Join('\n', Expressions());
        Assert.All(metrics, metric => Assert.Contains($"`{metric.Name}", s_page, StringComparison.Ordinal));
        Assert.All(metrics, metric => Assert.Contains(metric.Series, series => shown.Contains($"{series}{{", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_alert_says_what_to_do_and_where_that_stands()
    {
        var rules = Rules();
        Assert.Equal(rules.Count, rules.Select(rule => rule.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(rules, rule =>
        {
            Assert.Contains(rule.Severity, (string[])["critical", "warning"]);
            Assert.NotEmpty(rule.Summary);
            Assert.NotEmpty(rule.Description);
            Assert.Equal($"docs/operations.md#{rule.Name.ToLowerInvariant()}", rule.Runbook);
        });
        Assert.Equal(rules.Select(rule => rule.Name), Sections().Matches(s_page).Select(match => match.Groups["name"].Value));
    }

    [Fact]
    public async Task Each_alert_fires_when_its_trouble_is_there_and_none_when_all_is_well()
    {
        var folder = Directory.CreateTempSubdirectory("detector-alerts-");
        try
        {
            File.Copy(s_rules, Path.Combine(folder.FullName, "prometheus-alerts.yaml"));
            var tests = await File.ReadAllTextAsync(RepositoryFolder.Path("tests/Detector.Deploy.Tests/prometheus/alerts-test.yaml"), Cancellation);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "tests.yaml"), tests, Cancellation);
            Assert.All(Rules(), rule => Assert.Contains($"name: {rule.Name}\n", tests, StringComparison.Ordinal));
            Assert.Null(await Promtool.RunAsync(folder.FullName, Cancellation, "check", "rules", "prometheus-alerts.yaml"));
            Assert.Null(await Promtool.RunAsync(folder.FullName, Cancellation, "test", "rules", "tests.yaml"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // promtool reads rules alone, so each query becomes one.
    [Fact]
    public async Task Each_query_of_the_dashboard_is_one()
    {
        var folder = Directory.CreateTempSubdirectory("detector-dashboard-");
        try
        {
            var recorded = Expressions().Select((expression, i) => $"      - {{ record: 'query:{i}', expr: '{expression}' }}");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "queries.yaml"), $"groups:\n  - name: dashboard\n    rules:\n{string.Join('\n', recorded)}\n", Cancellation);
            Assert.Null(await Promtool.RunAsync(folder.FullName, Cancellation, "check", "rules", "--lint=none", "queries.yaml"));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "queries.yaml"), "groups: [{ name: dashboard, rules: [{ record: 'query', expr: 'sum(up' }] }]\n", Cancellation);
            Assert.Contains("unclosed left parenthesis", await Promtool.RunAsync(folder.FullName, Cancellation, "check", "rules", "--lint=none", "queries.yaml"), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_dashboard_has_panels_that_say_what_they_show_and_lie_beside_one_another()
    {
        var panels = s_dashboard.GetProperty("panels").EnumerateArray().ToList();
        Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        var cells = new HashSet<(int X, int Y)>();
        foreach (var panel in panels)
        {
            Assert.NotEmpty(panel.GetProperty("title").GetString()!);
            var place = panel.GetProperty("gridPos");
            var (x, y, width, height) = (place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32(), place.GetProperty("w").GetInt32(), place.GetProperty("h").GetInt32());
            Assert.True(x + width <= 24);
            Assert.All(Enumerable.Range(x, width).SelectMany(column => Enumerable.Range(y, height).Select(row => (column, row))), cell => Assert.True(cells.Add(cell), $"{panel.GetProperty("title")} lies over another."));
            if (panel.GetProperty("type").GetString() == "row") continue;
            Assert.NotEmpty(panel.GetProperty("description").GetString()!);
            Assert.NotEmpty(panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString()!);
            Assert.NotEmpty(panel.GetProperty("targets").EnumerateArray());
        }

        // It is imported elsewhere: nothing in it may name a data source of one installation.
        Assert.All(panels.Where(panel => panel.TryGetProperty("datasource", out _)), panel => Assert.Equal("${datasource}", panel.GetProperty("datasource").GetProperty("uid").GetString()));
    }

    // The worker's own instruments, with the names that they have for Prometheus.
    private static List<(string Name, IReadOnlyList<string> Series)> Metrics()
    {
        var found = new List<(string, IReadOnlyList<string>)>();
        using var listener = new MeterListener();
        using var telemetry = new WorkerTelemetry();
        telemetry.Observe(null!, null!, TimeProvider.System);
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name != WorkerTelemetry.Name) return;
            var kind = instrument.GetType().Name;
            var name = PrometheusText.NameOf(instrument.Name, instrument.Unit ?? "", kind.Contains("Counter", StringComparison.Ordinal));
            lock (found) found.Add((name, kind.StartsWith("Histogram", StringComparison.Ordinal) ? [$"{name}_bucket", $"{name}_sum", $"{name}_count"] : [name]));
        };
        listener.Start();
        return [.. found.DistinctBy(metric => metric.Item1)];
    }

    private static IEnumerable<(string Expression, string Legend)> Targets() => s_dashboard.GetProperty("panels").EnumerateArray()
        .Where(panel => panel.TryGetProperty("targets", out _)).SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => (target.GetProperty("expr").GetString()!, target.GetProperty("legendFormat").GetString()!));

    private static IEnumerable<string> Expressions() => Targets().Select(target => target.Expression);

    private static List<AlertRule> Rules()
    {
        var stream = new YamlStream();
        using var text = new StreamReader(s_rules);
        stream.Load(text);
        var groups = (YamlSequenceNode)stream.Documents[0].RootNode["groups"];
        return [.. groups.SelectMany(group => (YamlSequenceNode)group["rules"]).Select(rule => new AlertRule(
            rule["alert"].ToString(), rule["expr"].ToString(), rule["labels"]["severity"].ToString(), rule["annotations"]["summary"].ToString(), rule["annotations"]["description"].ToString(), rule["annotations"]["runbook"].ToString()))];
    }

    [GeneratedRegex(@"\$labels\.(?<label>[a-z_]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TemplateLabels();

    [GeneratedRegex(@"\{\{(?<label>[a-z_]+)\}\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LegendLabels();

    [GeneratedRegex("^### (?<name>Detector[A-Za-z]+)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sections();

    private sealed record AlertRule(string Name, string Expression, string Severity, string Summary, string Description, string Runbook);
}
