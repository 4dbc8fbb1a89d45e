using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Engine.Rules;
using Detector.Host.Replay;
using Detector.Rules;
using Detector.Sources.Files;

namespace Detector.Host.Backtest;

/// <summary>
/// Reads the logs for two rule folders. Where both describe the same tenant, each record is read once, under all rules of
/// both; otherwise its derived fields differ, and the logs are read once for each.
/// </summary>
internal sealed class BacktestInput
{
    private readonly BacktestOptions _options;
    private readonly HostStreams _streams;
    private readonly DetectionPlan _old;
    private readonly DetectionPlan _new;

    public BacktestInput(BacktestOptions options, HostStreams streams, RuleLoadResult before, RuleLoadResult after)
    {
        _options = options;
        _streams = streams;
        _old = new DetectionPlan(before.Rules!, before.Tenant);
        _new = new DetectionPlan(after.Rules!, after.Tenant);
        IsOnePass = string.Equals(before.TenantVersion, after.TenantVersion, StringComparison.Ordinal);
    }

    /// <summary>Whether each record is read only once.</summary>
    public bool IsOnePass { get; }

    public DetectionPlan Old => _old;

    public DetectionPlan New => _new;

    /// <summary>Hands each event that a side's rules match to that side, in order; ends both.</summary>
    /// <exception cref="InputException">An input cannot be read.</exception>
    public void Read(DetectionPipeline before, DetectionPipeline after, Func<LogEvent, bool> isWanted, CancellationToken stop)
    {
        if (IsOnePass) ReadOnce(before, after, isWanted, stop);
        else ReadTwice(before, after, isWanted, stop);
        before.Complete();
        after.Complete();
    }

    // All rules alert in the plan that reads: then every field that either side may show is filled.
    private static RuleSet Both(RuleSet before, RuleSet after) => new()
    {
        Sigma = [.. before.Sigma.Concat(after.Sigma).Select(rule => rule with { Alerts = true })],
        Scores = [],
        Schema = before.Schema,
    };

    private void ReadOnce(DetectionPipeline before, DetectionPipeline after, Func<LogEvent, bool> isWanted, CancellationToken stop)
    {
        var offset = _old.Rules.Sigma.Length;
        foreach (var matched in Events(new DetectionPlan(Both(_old.Rules, _new.Rules), _old.Tenant), _options.Paths, stop))
        {
            if (!isWanted(matched.Event)) continue;
            var ofOld = Array.FindAll(matched.Matches, index => index < offset);
            if (ofOld.Length > 0) before.Process(matched with { Matches = ofOld });
            if (ofOld.Length < matched.Matches.Length) after.Process(matched with { Matches = [.. matched.Matches.Skip(ofOld.Length).Select(index => index - offset)] });
        }
    }

    private void ReadTwice(DetectionPipeline before, DetectionPipeline after, Func<LogEvent, bool> isWanted, CancellationToken stop)
    {
        using var kept = new KeptInput(_options.Paths, _streams);
        foreach (var matched in Events(_old, kept.Paths, stop))
        {
            if (isWanted(matched.Event)) before.Process(matched);
        }

        foreach (var matched in Events(_new, kept.Paths, stop))
        {
            if (isWanted(matched.Event)) after.Process(matched);
        }
    }

    private IEnumerable<MatchedEvent> Events(DetectionPlan plan, IReadOnlyList<string> paths, CancellationToken stop)
    {
        var source = new FileSource(plan, new FileSourceOptions { Paths = paths, Workers = _options.Threads, StandardInput = _streams.In });
        using var progress = _options.HasProgress && _streams.ProgressColumns is { } columns ? new ProgressLine(_streams.Error, columns, () => source.Progress, _streams.Clock) : null;
        foreach (var batch in source.Read(stop))
        {
            foreach (var matched in batch.Events) yield return matched;
        }

        Records += source.Progress.Records;
        Rejects += source.Progress.Rejects;
    }

    /// <summary>Records read, each as often as it was read.</summary>
    public long Records { get; private set; }

    /// <summary>Records that could not be read.</summary>
    public long Rejects { get; private set; }
}
