using Detector.Engine.Pipeline;
using Detector.Host.Azure;
using Detector.Sources;
using Detector.Sources.LogAnalytics;

namespace Detector.Host.Replay;

/// <summary>Puts a Log Analytics workspace in the place of files.</summary>
internal static class WorkspaceSource
{
    /// <summary>A source for what was asked for.</summary>
    public static ILogSource Make(DetectionPlan plan, WorkspaceOptions workspace, DateTime since, DateTime until, Action<string> note)
    {
        var options = new LogAnalyticsOptions
        {
            Workspace = workspace.Id,
            Since = since,
            Until = until,
            Note = note,
        };
        if (workspace.Endpoint is { } endpoint) options = options with { Endpoint = endpoint };
        if (workspace.Tables.Count > 0) options = options with { Tables = workspace.Tables };

        // A stand-in on this machine gets no token.
        var isStandIn = options.Endpoint.IsLoopback && options.Endpoint.Scheme == Uri.UriSchemeHttp;
        return new LogAnalyticsSource(plan, isStandIn ? options : options with { Credential = Credentials.Of(workspace.Credential, workspace.ClientId) });
    }
}
