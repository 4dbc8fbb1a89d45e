using System.Globalization;
using Detector.Host.Commands;
using Microsoft.Extensions.Configuration;

namespace Detector.Host.Run.Settings;

/// <summary>
/// Reads settings and remembers which it was asked for: what else the configuration holds is a mistake. Every problem is
/// kept, each with the key's name, so that all can be told at once.
/// </summary>
internal sealed class SettingsReader(IConfiguration configuration, IConfiguration inFile)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _lists = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _problems = [];

    /// <summary>What is wrong, each a sentence with the key's name.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Adds a problem of a key.</summary>
    public void Reject(string key, string reason) => _problems.Add($"{key}: {reason}");

    /// <summary>Whether the configuration has the section, be it empty.</summary>
    public bool Has(string section)
    {
        _known.Add(section);
        var at = section.LastIndexOf(':');
        var above = at < 0 ? configuration : configuration.GetSection(section[..at]);
        return above.GetChildren().Any(child => string.Equals(child.Path, section, StringComparison.OrdinalIgnoreCase));
    }

    public string? Text(string key)
    {
        _known.Add(key);
        return configuration[key] is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
    }

    /// <summary>The names of the sections in a section.</summary>
    public IReadOnlyList<string> Sections(string above)
    {
        _known.Add(above);
        return [.. configuration.GetSection(above).GetChildren().Select(child => child.Key)];
    }

    /// <summary>
    /// A secret: from the environment, or from the file that <c>…File</c> names, whose last line end is no part of it. In the configuration file,
    /// which is shown around and backed up, it is a mistake.
    /// </summary>
    public string? Secret(string key)
    {
        var variable = $"DETECTOR_{key.Replace(":", "__", StringComparison.Ordinal)}";
        var path = Text($"{key}File");
        if (!string.IsNullOrEmpty(inFile[key])) Reject(key, $"It is a secret, and does not belong into a file of settings. Give it as the environment variable {variable}, or name a file that holds it alone as {key}File.");
        var text = Text(key);
        if (path is null) return text;
        if (text is not null) Reject($"{key}File", $"The environment variable {variable} gives it too. Leave one of them.");
        try
        {
            var secret = File.ReadAllText(path).TrimEnd('\r', '\n');
            if (secret.Length > 0) return secret;
            Reject($"{key}File", $"The file {path} is empty.");
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            Reject($"{key}File", $"The file cannot be read: {cause.Message}");
        }

        return null;
    }

    public IReadOnlyList<string> List(string key)
    {
        _known.Add(key);
        _lists.Add(key);
        if (configuration[key] is { Length: > 0 } one) return one.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. configuration.GetSection(key).GetChildren().Select(child => child.Value).OfType<string>()];
    }

    public TimeSpan Span(string key, TimeSpan otherwise, TimeSpan min, TimeSpan max)
    {
        if (Text(key) is not { } text) return otherwise;
        if (!TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var span)) Reject(key, $"'{text}' is no span of time. Write it as 00:00:05 for five seconds.");
        else if (span < min || span > max) Reject(key, $"{text} is not between {min:c} and {max:c}.");
        else return span;
        return otherwise;
    }

    public int? Number(string key, int min, int max)
    {
        if (Text(key) is not { } text) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max) return number;
        Reject(key, $"'{text}' is no number from {min} to {max}.");
        return null;
    }

    public string Choice(string key, string otherwise, IReadOnlyList<string> choices)
    {
        if (Text(key) is not { } text) return otherwise;
        if (choices.FirstOrDefault(choice => string.Equals(choice, text, StringComparison.OrdinalIgnoreCase)) is { } chosen) return chosen;
        Reject(key, $"'{text}' is none of {string.Join(", ", choices)}.{(Nearest.Of(text, choices) is { } near ? $" Did you mean '{near}'?" : "")}");
        return otherwise;
    }

    /// <summary>After everything was asked for: what nobody asked for is a mistake.</summary>
    public void RejectUnknown()
    {
        foreach (var (key, _) in configuration.AsEnumerable().OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (IsKnown(key) || configuration.GetSection(key).GetChildren().Any()) continue;
            var near = Nearest.Of(key, _known) ?? Nearest.Of(Last(key), _known.Select(Last));
            Reject(key, $"There is no such setting.{(near is null ? "" : $" Did you mean '{_known.FirstOrDefault(known => string.Equals(Last(known), near, StringComparison.OrdinalIgnoreCase)) ?? near}'?")}");
        }
    }

    private bool IsKnown(string key)
    {
        var at = key.LastIndexOf(':');
        return _known.Contains(key) || (at > 0 && _lists.Contains(key[..at])) || _known.Any(known => known.StartsWith($"{key}:", StringComparison.OrdinalIgnoreCase));
    }

    private static string Last(string key) => key[(key.LastIndexOf(':') + 1)..];
}
