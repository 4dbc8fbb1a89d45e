using Detector.Engine.Rules;

namespace Detector.Host.Replay;

/// <summary>How alerts are written.</summary>
internal enum AlertFormat
{
    /// <summary>One JSON object a line.</summary>
    Ndjson,

    /// <summary>For people.</summary>
    Table,
}

/// <summary>Which states of an alert are written.</summary>
internal enum AlertRevisions
{
    /// <summary>Each alert once, when nothing can change it any more.</summary>
    Final,

    /// <summary>Each revision as it would have been sent.</summary>
    All,
}

/// <summary>What <c>detector replay</c> was asked for; times are still as written, since they may need the tenant's zone.</summary>
internal sealed record ReplayOptions
{
    /// <summary>Names of the rules that run, with those that they look at; none is all.</summary>
    public IReadOnlyCollection<string> Only { get; init; } = [];

    /// <summary>More threads than any machine has cores.</summary>
    public const int ThreadsMax = 256;

    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>What to read from Log Analytics; null where files are read.</summary>
    public WorkspaceOptions? Workspace { get; init; }

    public string? Rules { get; init; }

    /// <summary>A <c>tenant.yaml</c> that is laid over that of the rules.</summary>
    public string? Tenant { get; init; }

    /// <summary>The rules that are shipped, even where a folder of rules lies at hand.</summary>
    public bool UsesShippedRules { get; init; }

    public AlertFormat Format { get; init; }

    public string? Output { get; init; }

    public AlertRevisions Revisions { get; init; }

    public string? Since { get; init; }

    public string? Until { get; init; }

    public TimeSpan? Lateness { get; init; }

    public string? Rejects { get; init; }

    public Severity? FailOn { get; init; }

    public int Threads { get; init; } = 1;

    public bool HasProgress { get; init; }
}
