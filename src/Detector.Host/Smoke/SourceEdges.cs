using Azure.Identity;
using Detector.Engine.Pipeline;
using Detector.Host.Run;
using Detector.Host.Run.Settings;
using Detector.Sources.EventHubs;

namespace Detector.Host.Smoke;

/// <summary>Where records come from: for hubs the broker, the token, and each hub with its newest message; for files each path.</summary>
internal sealed class SourceEdges : IDisposable
{
    private const string Broker = "broker", Token = "token";

    private readonly HubProbe? _probe;

    public SourceEdges(RunSettings settings, DetectionPlan plan, TimeProvider clock, TimeSpan patience)
    {
        if (settings.Source.Kind == SourceKind.Files)
        {
            Edges = [.. settings.Source.Paths.Select(path => new SmokeEdge($"path {path}", _ => Task.FromResult(Look(path))))];
            return;
        }

        var options = WorkerComposition.Hubs(settings.Source.EventHubs, once: true);
        _probe = new HubProbe(plan, options);
        var edges = new List<SmokeEdge> { new(Broker, _probe.ConnectAsync) };
        if (options.Credential is not null) edges.Add(new(Token, stop => TokenAsync(options, _probe, clock, stop)));
        var needs = options.Credential is null ? Broker : Token;
        foreach (var hub in options.Topics)
        {
            var (metadata, newest) = ($"hub {hub}", $"newest of {hub}");
            edges.Add(new(metadata, _ => Task.FromResult($"{_probe.PartitionsOf(hub, patience)} partitions"), edges[0].Name == needs ? Broker : needs));
            edges.Add(new(newest, _ => Task.FromResult(_probe.ReadNewest(hub, patience) ?? "it can be read and holds nothing yet; check that the diagnostic setting sends to it"), metadata));
        }

        Edges = edges;
    }

    public IReadOnlyList<SmokeEdge> Edges { get; }

    public void Dispose() => _probe?.Dispose();

    private static async Task<string> TokenAsync(EventHubsSourceOptions options, HubProbe probe, TimeProvider clock, CancellationToken stop)
    {
        try
        {
            var token = await options.Credential!.GetTokenAsync(probe.TokenScope, stop);
            var owner = TokenOwner.Describe(token);
            return token.ExpiresOn > clock.GetUtcNow() ? owner : throw new IOException($"The token has ended: {owner}.");
        }
        catch (AuthenticationFailedException cause)
        {
            throw new IOException($"No token for {probe.TokenScope.Scopes[0]}: {cause.Message.Split('\n')[0].TrimEnd()} Check Source:EventHubs:Auth, and that the identity is given to this machine.", cause);
        }
    }

    private static string Look(string path)
    {
        if (File.Exists(path))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return $"it can be read, {file.Length:N0} bytes";
        }

        return Directory.Exists(path) ? $"it can be listed, {Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Count():N0} files" : throw new IOException($"{path} is not there (Source:Files:Paths).");
    }
}
