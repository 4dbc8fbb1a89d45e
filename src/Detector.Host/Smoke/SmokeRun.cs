using System.Diagnostics.CodeAnalysis;
using Detector.Engine.Pipeline;
using Detector.Host.Run.Settings;

namespace Detector.Host.Smoke;

/// <summary>Tries each edge of a worker, with its own configuration, and says which works.</summary>
internal sealed class SmokeRun(TextWriter output, TimeSpan patience, Secrets secrets)
{
    private const int NameWidth = 24;

    /// <summary>Reads the configuration, tries everything, and tells.</summary>
    /// <returns><see cref="ExitCode.Done"/> only if all works, <see cref="ExitCode.Found"/> if something does not.</returns>
    public static async Task<int> RunAsync(string? config, bool sendsTestAlert, TimeSpan patience, HostStreams streams, CancellationToken stop)
    {
        if (RunConfiguration.Read(config, Environment.GetEnvironmentVariables(), out var problems) is not { } settings)
        {
            await streams.Error.WriteLineAsync(string.Join(Environment.NewLine, problems.Select(problem => $"error: {problem}")));
            return ExitCode.Usage;
        }

        if (LoadedRules.LoadToRun(settings.RulesPath, streams) is not { Rules: { } rules } loaded) return ExitCode.Usage;
        await using var output = new StreamWriter(streams.Out, leaveOpen: true) { AutoFlush = true };
        var run = new SmokeRun(output, patience, Secrets.Of(settings));
        run.Tell("ok", "configuration", $"the settings are valid, and {rules.All.Count()} rules are loaded");
        var plan = new DetectionPlan(rules, loaded.Tenant);
        using var source = new SourceEdges(settings, plan, streams.Clock, patience);
        return await run.TryAllAsync([.. source.Edges, .. CheckpointEdges.Of(settings.Checkpoints, streams.Clock), .. WorkspaceEdges.Of(settings, plan, streams.Clock), .. SinkEdges.Of(settings.Sinks, streams, sendsTestAlert)], stop);
    }

    /// <summary>Sends a marked test alert through each sink, or that of a name, and tells what each answered.</summary>
    public static async Task<int> TrySinksAsync(string? config, string? name, TimeSpan patience, HostStreams streams, CancellationToken stop)
    {
        if (RunConfiguration.Read(config, Environment.GetEnvironmentVariables(), out var problems) is not { } settings)
        {
            await streams.Error.WriteLineAsync(string.Join(Environment.NewLine, problems.Select(problem => $"error: {problem}")));
            return ExitCode.Usage;
        }

        if (settings.Sinks.Named(name) is not { } sinks)
        {
            await streams.Error.WriteLineAsync($"error: --sink: there is no sink '{name}'; there are {string.Join(", ", settings.Sinks.Sections.Select(section => section.Name))}.");
            return ExitCode.Usage;
        }

        await using var output = new StreamWriter(streams.Out, leaveOpen: true) { AutoFlush = true };
        return await new SmokeRun(output, patience, Secrets.Of(settings)).TryAllAsync([.. SinkEdges.Of(sinks, streams, sends: true)], stop);
    }

    private async Task<int> TryAllAsync(IReadOnlyList<SmokeEdge> edges, CancellationToken stop)
    {
        var failed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var edge in edges)
        {
            if (edge.Needs is { } needs && failed.Contains(needs))
            {
                failed.Add(edge.Name);
                Tell("-", edge.Name, $"not tried, since '{needs}' does not work");
            }
            else if (!await TryAsync(edge, stop))
            {
                failed.Add(edge.Name);
            }
        }

        await output.WriteLineAsync(failed.Count == 0 ? "Everything works." : $"{failed.Count} of these {(failed.Count == 1 ? "does" : "do")} not work.");
        return failed.Count == 0 ? ExitCode.Done : ExitCode.Found;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever an edge meets is what its line is to say.")]
    private async Task<bool> TryAsync(SmokeEdge edge, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience);
        try
        {
            // A client that looks at no token must not hold up the rest.
            Tell("ok", edge.Name, await Task.Run(() => edge.Try(limit.Token), limit.Token).WaitAsync(patience + TimeSpan.FromSeconds(5), stop));
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception cause) when (cause is OperationCanceledException or TimeoutException)
        {
            Tell("FAIL", edge.Name, $"it did not come to an end within {patience:c} (--timeout)");
        }
        catch (Exception cause)
        {
            Tell("FAIL", edge.Name, cause.Message.ReplaceLineEndings(" "));
        }

        return false;
    }

    private void Tell(string mark, string name, string text) => output.WriteLine($"{mark,-4}  {name.PadRight(NameWidth)}  {secrets.RemoveFrom(text)}");
}
