using System.Globalization;
using Detector.Engine.Pipeline;
using Detector.Host.Replay;
using Detector.Host.Run.Settings;

namespace Detector.Host.Smoke;

/// <summary>The past that a warm-up would read: a query of some minutes of each table, or a look at the files.</summary>
internal static class WorkspaceEdges
{
    private static readonly TimeSpan s_asked = TimeSpan.FromMinutes(15);

    public static IEnumerable<SmokeEdge> Of(RunSettings settings, DetectionPlan plan, TimeProvider clock)
    {
        if (settings.WarmUp is not { } warmUp) yield break;
        foreach (var path in warmUp.Paths)
        {
            yield return new SmokeEdge($"past {path}", _ => Path.Exists(path) ? Task.FromResult("it is there") : throw new IOException($"{path} is not there (WarmUp:Paths)."));
        }

        if (warmUp.Workspace is { } workspace) yield return new SmokeEdge("log analytics", stop => Task.FromResult(Ask(workspace, plan, clock, stop)));
    }

    private static string Ask(WorkspaceOptions workspace, DetectionPlan plan, TimeProvider clock, CancellationToken stop)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var notes = new List<string>();
        var source = WorkspaceSource.Make(plan, workspace, now - s_asked, now, note =>
        {
            lock (notes) notes.Add(note);
        });
        foreach (var _ in source.Read(stop))
        {
            // What it holds is counted by the source.
        }

        return string.Create(CultureInfo.InvariantCulture, $"{source.Progress.Records:N0} records of the last {s_asked.TotalMinutes:0} minutes{(notes.Count == 0 ? "" : "; " + string.Join(' ', notes))}");
    }
}
