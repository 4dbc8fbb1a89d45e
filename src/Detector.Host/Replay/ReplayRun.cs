using Detector.Engine.Alerts;
using Detector.Engine.Pipeline;
using Detector.Sources;
using Detector.Sources.Files;

namespace Detector.Host.Replay;

/// <summary>One replay, from options to exit code.</summary>
internal sealed class ReplayRun
{
    private readonly ReplayOptions _options;
    private readonly HostStreams _streams;
    private readonly ReplayOutputs _outputs;
    private readonly DetectionPipeline _pipeline;
    private readonly ReplayTally _tally = new();
    private readonly DateTime _since;
    private readonly DateTime _until;
    private IOException? _outputFailure;
    private bool _hasUnflushed;

    private ReplayRun(ReplayOptions options, HostStreams streams, ReplayOutputs outputs, DetectionPipeline pipeline, DateTime since, DateTime until)
    {
        _options = options;
        _streams = streams;
        _outputs = outputs;
        _pipeline = pipeline;
        _since = since;
        _until = until;
    }

    /// <summary>Runs to the end of the input.</summary>
    public static int Run(ReplayOptions options, HostStreams streams, CancellationToken stop)
    {
        if (LoadedRules.LoadToRun(options.Rules, streams, options.UsesShippedRules, options.Only, options.Tenant) is not { } loaded) return ExitCode.Usage;
        var (since, until) = (DateTime.MinValue, DateTime.MaxValue);
        if (options.Since is { } from && !TimeArgument.TryParse(from, loaded.Tenant.TimeZone, out since)) return NoTime("--since", from, streams);
        if (options.Until is { } to && !TimeArgument.TryParse(to, loaded.Tenant.TimeZone, out until)) return NoTime("--until", to, streams);

        var plan = new DetectionPlan(loaded.Rules!, loaded.Tenant);
        ILogSource source;
        try
        {
            source = options.Workspace is { } workspace
                ? WorkspaceSource.Make(plan, workspace, since, until, note => streams.Error.WriteLine($"note: {note}"))
                : new FileSource(plan, new FileSourceOptions { Paths = options.Paths, Workers = options.Threads, StandardInput = streams.In });
        }
        catch (InputException cause)
        {
            return Unreadable(cause, streams);
        }

        using var outputs = ReplayOutputs.Open(options, source.Inputs, loaded.Tenant, streams, out var problem);
        if (outputs is null)
        {
            streams.Error.WriteLine($"error: {problem}");
            return ExitCode.Usage;
        }

        using var pipeline = new DetectionPipeline(plan, new PipelineOptions { Lateness = options.Lateness });
        return new ReplayRun(options, streams, outputs, pipeline, since, until).Run(source, stop);
    }

    /// <summary>Tells that a text is no time.</summary>
    public static int NoTime(string option, string text, HostStreams streams)
    {
        streams.Error.WriteLine($"error: {option}: '{text}' is no time. Write it as 2026-03-01, 2026-03-01T22:00 or 2026-03-01T22:00:00+01:00.");
        return ExitCode.Usage;
    }

    /// <summary>Tells that an input cannot be read.</summary>
    public static int Unreadable(InputException cause, HostStreams streams)
    {
        streams.Error.WriteLine($"error: {cause.Message}");
        return ExitCode.Input;
    }

    private int Run(ILogSource source, CancellationToken stop)
    {
        var start = _streams.Clock.GetTimestamp();
        using var alerts = _pipeline.Alerts.Subscribe(Take);
        using var late = _pipeline.Late.Subscribe(record => _outputs.Rejects?.WriteLate(record, _pipeline.Watermark));
        var exit = ExitCode.Done;
        using (_options.HasProgress && _streams.ProgressColumns is { } columns ? new ProgressLine(_streams.Error, columns, () => source.Progress, _streams.Clock) : null)
        {
            try
            {
                Pump(source, stop);
            }
            catch (OperationCanceledException)
            {
                exit = ExitCode.Interrupted;
            }
            catch (InputException cause)
            {
                exit = Unreadable(cause, _streams);
            }

            // Also after a stop: what was read until then is told as what it came to.
            if (_outputFailure is null) _pipeline.Complete();
            Flush();
        }

        if (_outputFailure is { } failure && !_outputs.IsStandard)
        {
            _streams.Error.WriteLine($"error: the output cannot be written: {failure.Message} Alerts are missing in it.");
            exit = ExitCode.Usage;
        }

        _tally.Write(_streams.Error, source.Progress, _pipeline.Counters, _streams.Clock.GetElapsedTime(start));
        return exit == ExitCode.Done && _options.FailOn is { } level && _tally.Severest >= level ? ExitCode.Found : exit;
    }

    private void Pump(ILogSource source, CancellationToken stop)
    {
        foreach (var batch in source.Read(stop))
        {
            foreach (var matched in batch.Events)
            {
                if (matched.Event.Time >= _since && matched.Event.Time < _until) _pipeline.Process(matched);
                else _tally.Skipped++;
            }

            foreach (var reject in batch.Rejects) _outputs.Rejects?.Write(reject);
            Flush();
            if (_outputFailure is not null) return;
        }
    }

    private void Take(AlertRevision said)
    {
        if (said.IsClosing) _tally.Add(said.Alert);
        if (said.IsClosing != (_options.Revisions == AlertRevisions.Final) || _outputFailure is not null) return;
        try
        {
            _outputs.Alerts.Write(said.Alert);
            _hasUnflushed = true;
        }
        catch (IOException failure)
        {
            _outputFailure = failure;
        }
    }

    private void Flush()
    {
        if (!_hasUnflushed || _outputFailure is not null) return;
        _hasUnflushed = false;
        try
        {
            _outputs.Alerts.Flush();
        }
        catch (IOException failure)
        {
            _outputFailure = failure;
        }
    }
}
