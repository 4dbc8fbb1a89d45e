using Azure.Core;

namespace Detector.Sources.LogAnalytics;

/// <summary>What to read from a Log Analytics workspace, as whom, and within which limits.</summary>
public sealed record LogAnalyticsOptions
{
    /// <summary>The workspace ID, as the overview page of the workspace shows it.</summary>
    public required Guid Workspace { get; init; }

    /// <summary>Who asks. None only for a stand-in on this machine over plain http, which gets no token.</summary>
    public TokenCredential? Credential { get; init; }

    /// <summary>Events from this time on, UTC.</summary>
    public required DateTime Since { get; init; }

    /// <summary>Events before this time, UTC; what lies in the future is not asked for.</summary>
    public required DateTime Until { get; init; }

    /// <summary>The query API of the cloud that the workspace is in.</summary>
    public Uri Endpoint { get; init; } = new("https://api.loganalytics.azure.com");

    /// <summary>The tables to read. A workspace that lacks one of them gives the others.</summary>
    public IReadOnlyList<string> Tables { get; init; } =
        ["AuditLogs", "SigninLogs", "AADNonInteractiveUserSignInLogs", "AADServicePrincipalSignInLogs", "AADManagedIdentitySignInLogs"];

    /// <summary>An answer of so many rows may have been cut off there, and is asked for again in halves.</summary>
    public int RowsMax { get; init; } = 500_000;

    /// <summary>An answer of more bytes is asked for in halves. The service cuts off at about 100 MiB; less than that is kinder to memory.</summary>
    public int AnswerBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long the service may work on one query; it allows up to ten minutes.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Queries at the same time. The service allows a user five, and people may be looking at the same workspace.</summary>
    public int QueriesMax { get; init; } = 3;

    /// <summary>The pause after a first failure, which doubles with each that follows.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Told what people should know and what stops nothing, as sentences.</summary>
    public Action<string>? Note { get; init; }
}
