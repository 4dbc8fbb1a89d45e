using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Engine.Rules;
using Detector.Host.Replay;
using Detector.Rules;
using Detector.Sources.Files;

namespace Detector.Host.Explain;

/// <summary>Explains one rule on one record.</summary>
internal static class ExplainRun
{
    public static int Run(string name, string path, string? folder, int number, HostStreams streams, CancellationToken stop)
    {
        if (NamedRule.Find(name, folder, streams) is not var (loaded, rule)) return ExitCode.Usage;
        LogEvent? found;
        try
        {
            found = Read(loaded, path, number, streams, stop);
        }
        catch (InputException cause)
        {
            return ReplayRun.Unreadable(cause, streams);
        }

        if (found is null) return ExitCode.Input;
        using var output = new StreamWriter(streams.Out, leaveOpen: true);
        new Explanation(loaded.Rules!, loaded.Tenant.TimeZone, found, output).Write(rule);
        return ExitCode.Done;
    }

    // A record is read whole only when a rule matches it: here one more matches any.
    private static RuleSet Seeing(RuleSet rules) => rules with
    {
        Sigma = rules.Sigma.Add(new SigmaRule
        {
            Id = "",
            Name = "",
            Title = "",
            Version = "",
            File = "",
            Severity = Severity.Informational,
            Predicate = new ConstantPredicate(true),
        }),
    };

    private static LogEvent? Read(RuleLoadResult loaded, string path, int number, HostStreams streams, CancellationToken stop)
    {
        var plan = new DetectionPlan(Seeing(loaded.Rules!), loaded.Tenant);
        var source = new FileSource(plan, new FileSourceOptions { Paths = [path], Workers = 1, StandardInput = streams.In });
        LogEvent? found = null;
        var (seen, rejected) = (0L, 0);
        foreach (var batch in source.Read(stop))
        {
            foreach (var matched in batch.Events)
            {
                if (++seen == number) found = matched.Event;
            }

            foreach (var reject in batch.Rejects.Take(10))
            {
                rejected++;
                streams.Error.WriteLine($"{reject.Place.Source}:{reject.Place.Line}: not readable: {reject.Reason}");
            }
        }

        if (found is null) streams.Error.WriteLine($"error: there is no record {number} in {path}: it holds {seen}{(rejected > 0 ? " that can be read" : "")}.");
        else if (seen > 1) streams.Error.WriteLine($"{path} holds {seen} records; this is number {number}. --record N takes another.");
        return found;
    }
}
