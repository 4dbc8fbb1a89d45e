using Detector.Engine.Alerts;
using Detector.Engine.Pipeline;
using Detector.Rules;
using Detector.Sources.Files;

namespace Detector.Benchmarks.Replay;

/// <summary>The same question asked of Detector: the shipped rules, with every activation alerting so that each score is seen.</summary>
internal sealed class DetectorScore
{
    private readonly DetectionPlan _plan;

    public DetectorScore()
    {
        var loaded = RuleFolder.LoadOnly(null, ["pim_activation_risk", "break_glass_sign_in", "break_glass_audit_activity"]);
        var rules = loaded.Rules ?? throw new InvalidOperationException(string.Join("\n", loaded.Diagnostics));
        Rule = rules.Scores.Single(rule => rule.Name == "pim_activation_risk");
        _plan = new DetectionPlan(rules with { Scores = [.. rules.Scores.Select(rule => rule with { Threshold = 0 })] }, loaded.Tenant);
    }

    public Engine.Rules.ScoreRule Rule { get; }

    /// <summary>Score by alert id, and what was read.</summary>
    public (Dictionary<Guid, int> Scores, long Records, long Rejects) Run(string path, int threads)
    {
        var scores = new Dictionary<Guid, int>();
        using var pipeline = new DetectionPipeline(_plan, new PipelineOptions());
        using var subscription = pipeline.Alerts.Subscribe(said => Keep(said, scores));
        var source = new FileSource(_plan, new FileSourceOptions { Paths = [path], Workers = threads });
        long records = 0;
        long rejects = 0;
        foreach (var batch in source.Read())
        {
            records += batch.Records;
            rejects += batch.Rejects.Count;
            foreach (var matched in batch.Events) pipeline.Process(matched);
        }

        pipeline.Complete();
        return (scores, records, rejects);
    }

    private static void Keep(AlertRevision said, Dictionary<Guid, int> scores)
    {
        if (said is { IsClosing: true, Alert.Score: { } score }) scores[said.Alert.Id] = score;
    }
}
