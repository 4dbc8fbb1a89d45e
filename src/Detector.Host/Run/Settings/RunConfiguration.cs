using System.Collections;
using Detector.Engine.Logs;
using Detector.Host.Run.Settings.Sinks;
using Detector.Host.Run.Telemetry;
using Microsoft.Extensions.Configuration;

namespace Detector.Host.Run.Settings;

/// <summary>Reads the configuration of <c>detector run</c>: a file, and over it environment variables <c>DETECTOR_Section__Key</c>.</summary>
internal static class RunConfiguration
{
    /// <summary>The file that is read where none is named.</summary>
    public const string DefaultFile = "appsettings.json";

    private const int DefaultJournalBytes = 16 * 1024 * 1024;
    private const int DefaultRejectsBytes = 16 * 1024 * 1024;
    private const string Prefix = "DETECTOR_";
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    /// <summary>The settings, or null and every problem.</summary>
    public static RunSettings? Read(string? file, IDictionary environment, out IReadOnlyList<string> problems)
    {
        var builder = new ConfigurationBuilder();
        var path = Path.GetFullPath(file ?? DefaultFile);
        if (file is not null && !File.Exists(path))
        {
            problems = [$"--config: there is no file {file}."];
            return null;
        }

        try
        {
            if (File.Exists(path)) builder.AddJsonStream(new MemoryStream(File.ReadAllBytes(path)));
            var inFile = builder.Build();
            var all = new ConfigurationBuilder().AddConfiguration(inFile).AddInMemoryCollection(OfEnvironment(environment)).Build();
            var reader = new SettingsReader(all, inFile);
            var settings = Read(reader, environment);
            problems = reader.Problems;
            return problems.Count == 0 ? settings : null;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or FormatException or System.Text.Json.JsonException or InvalidDataException)
        {
            problems = [$"{path}: it cannot be read: {cause.GetBaseException().Message}"];
            return null;
        }
    }

    private static RunSettings Read(SettingsReader reader, IDictionary environment)
    {
        var settings = new RunSettings
        {
            RulesPath = reader.Text("Rules:Path"),
            RulesLookEvery = Optional(reader.Span("Rules:LookEvery", TimeSpan.FromSeconds(2), TimeSpan.Zero, s_day)),
            Source = Source(reader),
            Checkpoints = Checkpoints(reader),
            Sinks = SinkSettings.Read(reader),
            WarmUp = WarmUpSettings.Read(reader),
            HealthUrl = Health(reader),
            Telemetry = TelemetrySettings.Read(reader, environment),
            Rejects = Rejects(reader),
            StopWithin = reader.Span("StopWithin", TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            Silence = Silence(reader),
        };
        settings = settings with { DeadLetters = reader.Text("DeadLetters:Path") ?? Path.Combine(settings.Checkpoints.Path, settings.DeadLetters) };
        if (settings.RulesPath is { } rules && !Directory.Exists(rules)) reader.Reject("Rules:Path", $"there is no folder {rules}.");
        reader.RejectUnknown();
        return settings;
    }

    private static SourceSettings Source(SettingsReader reader)
    {
        var kind = reader.Choice("Source:Kind", "files", ["files", "eventhubs"]);
        var paths = reader.List("Source:Files:Paths");
        var lookEvery = reader.Span("Source:Files:LookEvery", TimeSpan.FromMilliseconds(200), s_tick, s_day);
        var hubs = EventHubs(reader, isUsed: kind == "eventhubs");
        if (kind == "files" && paths.Count == 0) reader.Reject("Source:Files:Paths", "Name at least one file or folder to read.");
        return new SourceSettings(kind == "files" ? SourceKind.Files : SourceKind.EventHubs, paths, lookEvery, hubs);
    }

    private static EventHubsSettings EventHubs(SettingsReader reader, bool isUsed)
    {
        const string Section = "Source:EventHubs:";
        var settings = new EventHubsSettings(
            reader.Text($"{Section}Brokers"),
            reader.List($"{Section}Topics"),
            reader.Choice($"{Section}Auth", Credentials.ManagedIdentity, EventHubsSettings.Auths),
            reader.Text($"{Section}ClientId"),
            reader.Text($"{Section}ConnectionString"),
            reader.Text($"{Section}ConsumerGroup") ?? "detector",
            reader.Number($"{Section}Readers", 1, 64),
            reader.Choice($"{Section}From", "beginning", ["beginning", "now"]) == "beginning");
        if (!isUsed) return settings;
        if (settings.Brokers is null) reader.Reject($"{Section}Brokers", "Name the broker, such as my-namespace.servicebus.windows.net:9093.");
        if (settings.Topics.Count == 0) reader.Reject($"{Section}Topics", "Name at least one hub.");
        if (settings.Auth == EventHubsSettings.ByConnectionString && settings.ConnectionString is null) reader.Reject($"{Section}ConnectionString", "It is needed for this Auth. Give it as the environment variable DETECTOR_Source__EventHubs__ConnectionString.");
        if (settings.ConsumerGroup.Length > 256) reader.Reject($"{Section}ConsumerGroup", "The service takes at most 256 characters.");
        return settings;
    }

    private static CheckpointSettings Checkpoints(SettingsReader reader)
    {
        var kind = reader.Choice("Checkpoints:Kind", "files", ["files", "blobs"]);
        var blobs = Blobs(reader, isUsed: kind == "blobs");
        return new CheckpointSettings(reader.Text("Checkpoints:Files:Path") ?? "state", reader.Span("Checkpoints:Interval", TimeSpan.FromSeconds(5), s_tick, TimeSpan.FromHours(1)), reader.Number("Checkpoints:JournalBytes", 10_000, int.MaxValue) ?? DefaultJournalBytes)
        {
            Blobs = kind == "blobs" ? blobs : null,
        };
    }

    private static BlobSettings Blobs(SettingsReader reader, bool isUsed)
    {
        const string Section = "Checkpoints:Blobs:";
        var address = reader.Text($"{Section}Container");
        var settings = new BlobSettings(
            Uri.TryCreate(address, UriKind.Absolute, out var container) ? container : null,
            reader.Choice($"{Section}Auth", Credentials.ManagedIdentity, BlobSettings.Auths),
            reader.Text($"{Section}ClientId"),
            reader.Text($"{Section}AccountKey"),
            reader.Text($"{Section}Prefix") ?? "");
        if (!isUsed) return settings;

        // What was given may hold a signature, so it is not repeated.
        var isHere = settings.Container is { IsLoopback: true };
        if (settings.Container is null || (settings.Container.Scheme != Uri.UriSchemeHttps && !isHere)) reader.Reject($"{Section}Container", "Give the https address of a container, such as https://account.blob.core.windows.net/checkpoints.");
        else if ((settings.Auth == BlobSettings.BySas) != settings.Container.Query.Contains("sig=", StringComparison.Ordinal)) reader.Reject($"{Section}Container", settings.Auth == BlobSettings.BySas ? "The address has no signature, which Auth sas needs." : $"The address has a signature, and Auth is {settings.Auth}: one of them is too much.");
        else if (isHere && settings.Container.Scheme == Uri.UriSchemeHttp && settings.Auth is not (BlobSettings.ByAccountKey or BlobSettings.BySas)) reader.Reject($"{Section}Auth", "A token does not go over plain http. Use account-key with an emulator.");
        if (settings.Auth == BlobSettings.ByAccountKey && settings.AccountKey is null) reader.Reject($"{Section}AccountKey", "It is needed for this Auth. Give it as the environment variable DETECTOR_Checkpoints__Blobs__AccountKey.");
        if (settings.Auth != BlobSettings.ByAccountKey && settings.AccountKey is not null) reader.Reject($"{Section}AccountKey", $"With Auth {settings.Auth} it is not used. Take it away, or write \"Auth\": \"account-key\".");
        return settings;
    }

    private static (string Path, int Bytes)? Rejects(SettingsReader reader)
    {
        var bytes = reader.Number("Rejects:Bytes", 100_000, int.MaxValue) ?? DefaultRejectsBytes;
        return reader.Text("Rejects:Path") is { } path ? (path, bytes) : null;
    }

    private static (TimeSpan After, IReadOnlyList<string> Categories)? Silence(SettingsReader reader)
    {
        var after = Optional(reader.Span("SilenceAfter", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromDays(30)));
        var known = EventBatch.Categories.Skip(1).ToList();
        var categories = new List<string>();
        foreach (var name in reader.List("SilenceCategories"))
        {
            if (known.Find(category => string.Equals(category, name, StringComparison.OrdinalIgnoreCase)) is { } category) categories.Add(category);
            else reader.Reject("SilenceCategories", $"'{name}' is none of {string.Join(", ", known)}.");
        }

        if (after is null && categories.Count > 0) reader.Reject("SilenceCategories", "Without SilenceAfter nobody waits for them. Set it, such as to 06:00:00.");
        return after is { } span ? (span, categories) : null;
    }

    private static Uri? Health(SettingsReader reader)
    {
        if (reader.Text("Health:Url") is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp) return url;
        reader.Reject("Health:Url", $"'{text}' is no address. Write it as http://127.0.0.1:8080/.");
        return null;
    }

    private static TimeSpan? Optional(TimeSpan span) => span == TimeSpan.Zero ? null : span;

    // A key has two parts at least. Others that begin so are not ours: Kubernetes makes such ones for a service of our name.
    private static Dictionary<string, string?> OfEnvironment(IDictionary environment) => environment.Cast<DictionaryEntry>()
        .Select(entry => (Name: (string)entry.Key, Value: entry.Value as string))
        .Where(entry => entry.Name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && entry.Name.Contains("__", StringComparison.Ordinal))
        .ToDictionary(entry => entry.Name[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal), entry => entry.Value, StringComparer.OrdinalIgnoreCase);
}
