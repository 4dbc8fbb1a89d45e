using System.Buffers;
using System.Text;
using Detector.Engine.Alerts;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Rules.Reload;
using Xunit;

namespace Detector.Rules.Tests;

public sealed class RuleReloadTests : IDisposable
{
    private const string Failed = "title: Failed\nid: 5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9001\nname: failed\nlogsource: { product: azure, service: signinlogs }\ndetection:\n  s: { ResultType: 50126 }\n  condition: s\n";
    private const string Three = "title: Three\nid: 5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9002\nname: three\ncorrelation: { type: event_count, rules: [failed], group-by: [User.Id], timespan: 1h, condition: { gte: 3 } }\nlevel: high\n";
    private const string Other = "title: Other\nid: 5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9003\nname: other\nlogsource: { product: azure, service: signinlogs }\ndetection:\n  s: { App.Name: Portal }\n  condition: s\nlevel: low\n";

    private static readonly DateTime s_start = new(2026, 3, 3, 10, 0, 0, DateTimeKind.Utc);

    private readonly string _folder = Directory.CreateTempSubdirectory("detector-reload-").FullName;
    private readonly List<string> _alerts = [];

    public RuleReloadTests()
    {
        Write("failed.yml", Failed);
        Write("three.yml", Three);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_that_stays_the_same_is_unchanged()
    {
        var reload = new RuleReload(_folder);
        Assert.NotNull(reload.Plan);
        Assert.Equal(RuleLookKind.Unchanged, reload.Look().Kind);
        File.SetLastWriteTimeUtc(Path.Combine(_folder, "three.yml"), s_start);
        Assert.Equal(RuleLookKind.Unchanged, reload.Look().Kind);
        using var pipeline = new DetectionPipeline(reload.Plan!, new PipelineOptions());
        Assert.Throws<InvalidOperationException>(() => reload.Swap(pipeline));
    }

    [Fact]
    public void State_of_unchanged_rules_lives_on_and_a_new_rule_works_from_then_on()
    {
        var reload = new RuleReload(_folder);
        var pipeline = Open(reload.Plan!);
        Send(pipeline, "1", 0, "50126");
        Send(pipeline, "2", 1, "50126", app: "Portal");
        Write("other.yml", Other);
        pipeline = SwapIn(reload, pipeline);
        Send(pipeline, "3", 2, "50126", app: "Portal");
        pipeline.Complete();
        Assert.Contains(_alerts, alert => alert.Contains("\"ruleName\":\"three\"", StringComparison.Ordinal) && alert.Contains("\"id\":\"1\"", StringComparison.Ordinal));
        Assert.Single(_alerts, alert => alert.Contains("\"ruleName\":\"other\"", StringComparison.Ordinal));
        Assert.Equal(["other", "three"], reload.Loaded.Rules!.All.Select(rule => rule.Name).Where(name => name != "failed").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Reloading_at_any_record_leaves_no_trace_in_what_unchanged_rules_say()
    {
        var whole = Run(reloadBefore: -1);
        Assert.NotEmpty(whole);
        for (var at = 0; at <= 6; at++) Assert.Equal(whole, Run(at));
    }

    [Fact]
    public void A_rule_that_is_gone_is_gone_with_its_state()
    {
        var reload = new RuleReload(_folder);
        var pipeline = Open(reload.Plan!);
        Send(pipeline, "1", 0, "50126");
        File.Delete(Path.Combine(_folder, "three.yml"));
        Write("failed.yml", Failed + "level: low\n");
        pipeline = SwapIn(reload, pipeline);
        Send(pipeline, "2", 1, "50126");
        Send(pipeline, "3", 2, "50126");
        pipeline.Complete();
        Assert.DoesNotContain(_alerts, alert => alert.Contains("\"three\"", StringComparison.Ordinal));
        Assert.Equal(2, _alerts.Count(alert => alert.Contains("\"ruleName\":\"failed\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_bad_change_is_refused_with_its_diagnostics_once_and_the_old_rules_go_on()
    {
        var reload = new RuleReload(_folder);
        var (plan, pipeline) = (reload.Plan, Open(reload.Plan!));
        Send(pipeline, "1", 0, "50126");
        Write("three.yml", Three.Replace("event_count", "event_cuont", StringComparison.Ordinal));
        Assert.Equal(RuleLookKind.Settling, reload.Look().Kind);
        var refused = reload.Look();
        Assert.Equal(RuleLookKind.Refused, refused.Kind);
        Assert.Contains(refused.Diagnostics, problem => problem.Severity == DiagnosticSeverity.Error && problem.Message.Contains("event_cuont", StringComparison.Ordinal));
        Assert.Equal(RuleLookKind.Unchanged, reload.Look().Kind);
        Assert.Same(plan, reload.Plan);
        Send(pipeline, "2", 1, "50126");
        Send(pipeline, "3", 2, "50126");
        Assert.Single(_alerts);

        // Taken back, it is a change again, and back to what is in force.
        Write("three.yml", Three);
        using var next = SwapIn(reload, pipeline);
        Assert.NotSame(plan, reload.Plan);
    }

    [Fact]
    public void A_change_whose_own_tests_fail_is_refused()
    {
        var reload = new RuleReload(_folder);
        Write("other.yml", Other + "custom_attributes:\n  detector:\n    tests:\n      - name: nothing like it\n        at: '2026-03-03T11:00:00+01:00'\n        events: [ { event: audit } ]\n        expect: [ {} ]\n");
        reload.Look();
        var refused = reload.Look();
        Assert.Equal(RuleLookKind.Refused, refused.Kind);
        Assert.Contains("The test 'nothing like it' of other fails: alerts: expected 1, got 0", refused.Diagnostics.Single(problem => problem.Severity == DiagnosticSeverity.Error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_of_a_change_is_never_loaded()
    {
        var reload = new RuleReload(_folder);
        for (var i = 0; i < 5; i++)
        {
            Write("other.yml", Other + $"# {i}\n");
            Assert.Equal(RuleLookKind.Settling, reload.Look().Kind);
        }

        Assert.Equal(RuleLookKind.Ready, reload.Look().Kind);
        Assert.Equal(RuleLookKind.Ready, reload.Look().Kind);

        // What is ready waits no longer once its files have changed again.
        Write("other.yml", Other + "# again\n");
        Assert.Equal(RuleLookKind.Settling, reload.Look().Kind);
        using var pipeline = new DetectionPipeline(reload.Plan!, new PipelineOptions());
        Assert.Throws<InvalidOperationException>(() => reload.Swap(pipeline));
    }

    [Fact]
    public void A_folder_that_vanishes_is_refused_and_one_with_errors_can_be_mended()
    {
        var reload = new RuleReload(_folder);
        Directory.Move(_folder, _folder + "-away");
        reload.Look();
        Assert.Equal(RuleLookKind.Refused, reload.Look().Kind);
        Directory.Move(_folder + "-away", _folder);

        Write("three.yml", "title: no\n");
        var broken = new RuleReload(_folder);
        Assert.Null(broken.Plan);
        Assert.NotEmpty(InMemory.Errors(broken.Loaded));
        Write("three.yml", Three);
        broken.Look();
        Assert.Equal(RuleLookKind.Ready, broken.Look().Kind);
    }

    // Six records with a reload before one of them; what the rule that did not change says in the end.
    private List<string> Run(int reloadBefore)
    {
        File.Delete(Path.Combine(_folder, "other.yml"));
        _alerts.Clear();
        var reload = new RuleReload(_folder);
        var pipeline = Open(reload.Plan!);
        for (var i = 0; i <= 6; i++)
        {
            if (i == reloadBefore)
            {
                Write("other.yml", Other);
                pipeline = SwapIn(reload, pipeline);
            }

            if (i < 6) Send(pipeline, $"{i}", i * 7, "50126", user: i % 3 == 0 ? "u2" : "u1", app: "Portal");
        }

        pipeline.Complete();
        pipeline.Dispose();
        return [.. _alerts.Where(alert => alert.Contains("\"ruleName\":\"three\"", StringComparison.Ordinal))];
    }

    private DetectionPipeline SwapIn(RuleReload reload, DetectionPipeline running)
    {
        Assert.Equal(RuleLookKind.Settling, reload.Look().Kind);
        Assert.Equal(RuleLookKind.Ready, reload.Look().Kind);
        var next = reload.Swap(running);
        running.Dispose();
        Assert.Same(reload.Plan, next.Plan);
        return Listen(next);
    }

    private DetectionPipeline Open(DetectionPlan plan) => Listen(new DetectionPipeline(plan, new PipelineOptions()));

    private DetectionPipeline Listen(DetectionPipeline pipeline)
    {
        pipeline.Alerts.Subscribe(said =>
        {
            var json = new ArrayBufferWriter<byte>();
            AlertJson.Write(json, said.Alert);
            if (!said.IsClosing) _alerts.Add(Encoding.UTF8.GetString(json.WrittenSpan));
        });
        return pipeline;
    }

    private static void Send(DetectionPipeline pipeline, string id, int minute, string code, string user = "u1", string? app = null)
    {
        var logged = new LogEvent(pipeline.Plan.Schema) { Id = id, Time = s_start.AddMinutes(minute) };
        logged[CanonicalField.Id] = FieldValue.Of(id);
        logged[CanonicalField.AttemptId] = FieldValue.Of(id);
        logged[CanonicalField.Category] = FieldValue.Of("SignInLogs");
        logged[CanonicalField.ResultType] = FieldValue.Of(code);
        logged[CanonicalField.UserId] = FieldValue.Of(user);
        if (app is not null) logged[CanonicalField.AppName] = FieldValue.Of(app);
        pipeline.Plan.Enricher.Enrich(logged);
        var matches = pipeline.Plan.Matcher.Match(logged);
        if (matches.Length > 0) pipeline.Process(new MatchedEvent(logged, matches));
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
