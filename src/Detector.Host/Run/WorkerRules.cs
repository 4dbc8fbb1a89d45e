using Detector.Engine.Pipeline;
using Detector.Host.Run.Checkpointing.Folding;
using Detector.Host.Run.Telemetry;
using Detector.Rules;
using Detector.Rules.Reload;

namespace Detector.Host.Run;

/// <summary>The rules in force, and the watch over their folder.</summary>
internal sealed class WorkerRules
{
    private readonly RuleReload? _folder;
    private readonly TimeSpan _lookEvery;
    private readonly TimeProvider _clock;
    private readonly Action<string> _tell;

    private WorkerRules(RulesInForce inForce, RuleReload? folder, TimeSpan lookEvery, TimeProvider clock, Action<string> tell)
    {
        InForce = inForce;
        _folder = folder;
        _lookEvery = lookEvery;
        _clock = clock;
        _tell = tell;
    }

    /// <summary>Counts changes; null where nothing does.</summary>
    public WorkerTelemetry? Telemetry { get; set; }

    /// <summary>The rules in force.</summary>
    public RulesInForce InForce { get; private set; }

    /// <summary>Loads the folder, or what is built in where there is none; null when there are errors, which were told.</summary>
    public static WorkerRules? Load(string? path, TimeSpan? lookEvery, HostStreams streams, TimeProvider clock, Action<string> tell)
    {
        if (LoadedRules.Folder(path) is not { } folder || lookEvery is not { } every)
            return LoadedRules.LoadToRun(path, streams) is { } loaded ? new WorkerRules(new RulesInForce(new DetectionPlan(loaded.Rules!, loaded.Tenant), loaded.Files), null, TimeSpan.Zero, clock, tell) : null;
        var reload = new RuleReload(folder);
        return LoadedRules.CanRun(reload.Loaded, streams) ? new WorkerRules(new RulesInForce(reload.Plan!, reload.Loaded.Files), reload, every, clock, tell) : null;
    }

    /// <summary>Looks at the folder until it is cancelled; a change that can run is put in force, and cancels <paramref name="change"/>.</summary>
    public async Task WatchAsync(CancellationTokenSource change)
    {
        if (_folder is not { } folder) return;
        while (true)
        {
            await Task.Delay(_lookEvery, _clock, change.Token);
            var look = folder.Look();
            foreach (var problem in look.Diagnostics.Where(problem => problem.Severity != DiagnosticSeverity.Info)) _tell(problem.ToString());
            if (look.Kind == RuleLookKind.Refused)
            {
                Telemetry?.Reloaded(isTaken: false);
                _tell("The changed rules cannot run; those in force go on.");
            }

            if (look.Kind != RuleLookKind.Ready) continue;
            InForce = new RulesInForce(folder.TakeUp(), folder.Loaded.Files);
            Telemetry?.Reloaded(isTaken: true);
            _tell("The rules have changed; the new ones are in force.");
            await change.CancelAsync();
            return;
        }
    }
}

/// <summary>Rules that a session runs under.</summary>
/// <param name="Plan">What was made of them.</param>
/// <param name="Files">Their files; null for those that are built in.</param>
internal sealed record RulesInForce(DetectionPlan Plan, IReadOnlyList<RuleFile>? Files)
{
    /// <summary>What folds snapshots under these rules.</summary>
    public IFold Fold(Action<string> tell) =>
        ProgramStart.Find() is { } program ? new FoldProcess(program, Files, new FoldHere(Plan), tell) : new FoldHere(Plan);
}
