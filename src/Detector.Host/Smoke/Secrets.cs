using Detector.Host.Run.Settings;

namespace Detector.Host.Smoke;

/// <summary>What must not be printed: the messages of other people's libraries are not ours to vouch for.</summary>
internal sealed class Secrets
{
    private const int LengthMin = 4;

    private readonly string[] _texts;

    private Secrets(IEnumerable<string> texts) => _texts = [.. texts.Where(text => text.Length >= LengthMin).Distinct(StringComparer.Ordinal).OrderByDescending(text => text.Length)];

    /// <summary>The secrets of a configuration, whole and in their parts.</summary>
    public static Secrets Of(RunSettings settings)
    {
        var texts = new List<string>();
        if (settings.Source.EventHubs.ConnectionString is { } connection)
        {
            texts.Add(connection);
            texts.AddRange(Values(connection, ';', "SharedAccessKey", "SharedAccessSignature"));
        }

        if (settings.Checkpoints.Blobs is { } blobs)
        {
            if (blobs.AccountKey is { } key) texts.Add(key);
            if (blobs.Container is { } container) texts.AddRange(Values(container.Query.TrimStart('?'), '&', "sig").SelectMany(sig => new[] { sig, Uri.UnescapeDataString(sig) }));
        }

        texts.AddRange(settings.Sinks.Secrets);
        return new Secrets(texts);
    }

    /// <summary>The text without them.</summary>
    public string RemoveFrom(string text)
    {
        foreach (var secret in _texts) text = text.Replace(secret, "***", StringComparison.Ordinal);
        return text;
    }

    private static IEnumerable<string> Values(string pairs, char separator, params string[] names) => pairs.Split(separator)
        .Select(pair => pair.Split('=', 2))
        .Where(pair => pair.Length == 2 && names.Contains(pair[0].Trim(), StringComparer.OrdinalIgnoreCase))
        .Select(pair => pair[1].Trim());
}
