using System.Text.Json;
using Detector.Testing.LogAnalytics;

namespace Detector.Host.Tests.Run.WarmUp;

/// <summary>
/// A worker that was warmed up with the past says of the live part what one says that has seen everything, line by line: it was
/// told the past as live records, and what it said of them is left out.
/// </summary>
public sealed class WarmUpEqualityTests : IDisposable
{
    private const ulong Seed = 7;
    private static readonly Guid s_workspace = new("b2b0c6a4-9c1d-4f7e-8a35-0d5e6f7a8b9c");

    private readonly Folder _folder = new();
    private readonly PastAndLive _logs = new(Seed);

    public WarmUpEqualityTests() => ShippedFolder.CopyTo(_folder, "rules", (name, text) => name == "tenant.yaml" ? _logs.Tenant : text);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_past_from_files_gives_the_live_alerts_of_one_run_over_everything()
    {
        var expected = OfOneRun();
        Assert.True(expected.Count > 40, $"Only {expected.Count} lines to compare.");
        Assert.Contains(expected, line => line.Contains("\"first_activation\"", StringComparison.Ordinal));
        var past = _folder.Write("past/logs.ndjson", _logs.Past);

        Assert.Equal(expected, OfWarmedUp("files", $$"""{"Paths": ["{{past}}"]}"""));
    }

    [Fact]
    public void A_past_from_a_workspace_gives_the_same()
    {
        using var service = new LogAnalyticsStandIn(s_workspace, _logs.Rows, new StandInFaults { Seed = 3, RowsMax = 900, Percent = 5 });

        Assert.Equal(OfOneRun(), OfWarmedUp("workspace", $$"""{"Workspace": "{{s_workspace}}", "Endpoint": "{{service.Endpoint}}", "Since": "2026-03-01"}"""));
        Assert.Empty(service.Complaints);
    }

    // The check can fail: without the past, rules that have to know it say something else.
    [Fact]
    public void Without_the_past_the_alerts_differ()
    {
        _folder.Write("none/in/live.ndjson", _logs.Live);
        RunOnce("none", warmUp: null);
        Assert.NotEqual(OfOneRun(), _folder.Lines("none/alerts.ndjson"));
    }

    private List<string> OfOneRun()
    {
        _folder.Write("one/in/a.ndjson", _logs.Past);
        RunOnce("one", warmUp: null);
        var past = _folder.Lines("one/alerts.ndjson");
        var told = past.Select(Key).ToHashSet();
        _folder.Write("one/in/b.ndjson", _logs.Live);
        RunOnce("one", warmUp: null);

        // The closing of an alert of the past is of the past.
        return [.. _folder.Lines("one/alerts.ndjson").Skip(past.Length).Where(line => !told.Contains(Key(line)))];
    }

    private string[] OfWarmedUp(string name, string warmUp)
    {
        _folder.Write($"{name}/in/a.ndjson", _logs.Again);
        RunOnce(name, warmUp);
        Assert.Empty(_folder.Lines($"{name}/alerts.ndjson"));
        _folder.Write($"{name}/in/b.ndjson", _logs.Live);
        RunOnce(name, warmUp);
        return _folder.Lines($"{name}/alerts.ndjson");
    }

    private void RunOnce(string name, string? warmUp)
    {
        var config = _folder.Write($"{name}/run.json", $$$"""
            {"Rules": {"Path": "{{{_folder.At("rules")}}}"}, "Source": {"Files": {"Paths": ["{{{_folder.At($"{name}/in")}}}"]}},
             {{{(warmUp is null ? "" : $"\"WarmUp\": {warmUp},")}}}
             "Checkpoints": {"Files": {"Path": "{{{_folder.At($"{name}/state")}}}"}, "Interval": "00:00:00.020", "JournalBytes": 10000}, "Sinks": {"File": {"Path": "{{{_folder.At($"{name}/alerts.ndjson")}}}"} } }
            """);
        var run = Cli.Run("run", "--once", "--config", config);
        Assert.True(run.Exit == ExitCode.Done, run.Error);
    }

    private static (string? Id, int Revision) Key(string line)
    {
        using var alert = JsonDocument.Parse(line);
        return (alert.RootElement.GetProperty("alertId").GetString(), alert.RootElement.GetProperty("revision").GetInt32());
    }
}
