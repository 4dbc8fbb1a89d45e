using System.Globalization;
using Detector.Engine.Pipeline;
using Detector.Host.Replay;
using Detector.Sources.Files;

namespace Detector.Host.Backtest;

/// <summary>One comparison of two rule folders on recorded logs, from options to exit code.</summary>
internal static class BacktestRun
{
    public static int Run(BacktestOptions options, HostStreams streams, CancellationToken stop)
    {
        if (LoadedRules.LoadToCompare(options.Old, options.New, streams) is not var (before, after)) return ExitCode.Usage;
        var (since, until) = (DateTime.MinValue, DateTime.MaxValue);
        if (options.Since is { } from && !TimeArgument.TryParse(from, after.Tenant.TimeZone, out since)) return ReplayRun.NoTime("--since", from, streams);
        if (options.Until is { } to && !TimeArgument.TryParse(to, after.Tenant.TimeZone, out until)) return ReplayRun.NoTime("--until", to, streams);

        var input = new BacktestInput(options, streams, before, after);
        var found = new AlertComparison();
        using var oldPipeline = new DetectionPipeline(input.Old, new PipelineOptions { Lateness = options.Lateness });
        using var newPipeline = new DetectionPipeline(input.New, new PipelineOptions { Lateness = options.Lateness });
        using var olds = oldPipeline.Alerts.Subscribe(said => { if (said.IsClosing) found.TakeOld(AlertOutline.Of(said.Alert)); });
        using var news = newPipeline.Alerts.Subscribe(said => { if (said.IsClosing) found.TakeNew(AlertOutline.Of(said.Alert)); });
        try
        {
            input.Read(oldPipeline, newPipeline, logged => logged.Time >= since && logged.Time < until, stop);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (InputException cause)
        {
            return ReplayRun.Unreadable(cause, streams);
        }

        found.Complete();
        if (options.Format == AlertFormat.Ndjson)
        {
            BacktestReport.WriteLines(streams.Out, found);
        }
        else
        {
            using var output = new StreamWriter(streams.Out, leaveOpen: true);
            BacktestReport.WriteTable(output, found, after.Tenant.TimeZone);
        }

        Summarise(streams.Error, input, oldPipeline.Counters.Late, newPipeline.Counters.Late);
        return found.Total.Differs ? ExitCode.Found : ExitCode.Done;
    }

    private static void Summarise(TextWriter output, BacktestInput input, long oldLate, long newLate)
    {
        var passes = input.IsOnePass ? 1 : 2;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{input.Records / passes:N0} records, {input.Rejects / passes:N0} rejected, {Math.Max(oldLate, newLate):N0} late{(input.IsOnePass ? "" : "; read twice, since the folders describe different tenants")}"));
    }
}
