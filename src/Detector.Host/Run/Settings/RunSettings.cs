using Detector.Host.Run.Settings.Sinks;
using Detector.Host.Run.Telemetry;

namespace Detector.Host.Run.Settings;

/// <summary>The configuration of <c>detector run</c>, read and checked.</summary>
internal sealed record RunSettings
{
    /// <summary>The folder of rules; null for <c>rules</c> where it exists, else those that are built in.</summary>
    public string? RulesPath { get; init; }

    /// <summary>How often to look whether a rule file has changed; null for never.</summary>
    public TimeSpan? RulesLookEvery { get; init; }

    public required SourceSettings Source { get; init; }

    public required CheckpointSettings Checkpoints { get; init; }

    public required SinkSettings Sinks { get; init; }

    /// <summary>The file that takes alerts which a sink refused for ever.</summary>
    public string DeadLetters { get; init; } = "dead-letters.ndjson";

    /// <summary>The past to read first; null for none.</summary>
    public WarmUpSettings? WarmUp { get; init; }

    /// <summary>Where <c>/healthz</c> and <c>/readyz</c> answer; null for nowhere.</summary>
    public Uri? HealthUrl { get; init; }

    /// <summary>Where metrics and traces go.</summary>
    public TelemetrySettings Telemetry { get; init; } = new(null, IsGrpc: false, null);

    /// <summary>The file that takes what could not be read, and how many bytes it may have; null for none.</summary>
    public (string Path, int Bytes)? Rejects { get; init; }

    /// <summary>How long a stop may take: what is read is finished, written and sent.</summary>
    public TimeSpan StopWithin { get; init; }

    /// <summary>After so long without a record of a stream or category somebody is told, and which categories are expected from the start; null for never.</summary>
    public (TimeSpan After, IReadOnlyList<string> Categories)? Silence { get; init; }
}

/// <summary>Where records come from.</summary>
internal sealed record SourceSettings(SourceKind Kind, IReadOnlyList<string> Paths, TimeSpan LookEvery, EventHubsSettings EventHubs);

/// <summary>The kinds of sources.</summary>
internal enum SourceKind
{
    Files,
    EventHubs,
}

/// <summary>How to reach Event Hubs, or another Kafka broker.</summary>
internal sealed record EventHubsSettings(string? Brokers, IReadOnlyList<string> Topics, string Auth, string? ClientId, string? ConnectionString, string ConsumerGroup, int? Readers, bool FromBeginning)
{
    public const string ByConnectionString = "connection-string", None = "none";

    public static IReadOnlyList<string> Auths { get; } = [.. Credentials.Entra, ByConnectionString, None];
}

/// <summary>Where state is kept, how often it is written, and how large a journal may grow before it is folded into a snapshot.</summary>
internal sealed record CheckpointSettings(string Path, TimeSpan Interval, int JournalBytes = 16 * 1024 * 1024)
{
    /// <summary>The container that takes the place of the folder; null for the folder.</summary>
    public BlobSettings? Blobs { get; init; }
}

/// <summary>A container of Azure Blob Storage, and as whom it is used.</summary>
internal sealed record BlobSettings(Uri? Container, string Auth, string? ClientId, string? AccountKey, string Prefix)
{
    public const string BySas = "sas", ByAccountKey = "account-key";

    public static IReadOnlyList<string> Auths { get; } = [.. Credentials.Entra, BySas, ByAccountKey];
}
