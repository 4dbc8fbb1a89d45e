using Detector.Engine.Rules;
using Detector.Host.Commands;
using Detector.Rules;

namespace Detector.Host.Explain;

/// <summary>Finds the rule that a person named, in a folder or as a file of its own.</summary>
internal static class NamedRule
{
    /// <summary>The rule and the rules that it was loaded with, or null: then it was told why.</summary>
    public static (RuleLoadResult Loaded, Rule Rule)? Find(string name, string? folder, HostStreams streams)
    {
        if (LoadedRules.Load(folder, streams) is not { } loaded) return null;
        if (loaded.Rules is { } rules && Of(rules, name) is { } known) return (loaded, known);
        if (File.Exists(name)) return Alone(name, streams);
        if (loaded.Rules is null)
        {
            LoadedRules.CanRun(loaded, streams);
            return null;
        }

        var near = Nearest.Of(name, loaded.Rules.All.Select(rule => rule.Name));
        streams.Error.WriteLine($"error: there is no rule '{name}'. {(near is null ? "'detector rules list' shows the rules; a file may be named too." : $"Did you mean '{near}'?")}");
        return null;
    }

    private static Rule? Of(RuleSet rules, string name) =>
        rules.All.FirstOrDefault(rule => string.Equals(rule.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? rules.All.FirstOrDefault(rule => string.Equals(rule.Id, name, StringComparison.OrdinalIgnoreCase))
        ?? rules.All.FirstOrDefault(rule => string.Equals(Path.GetFullPath(rule.File), Path.GetFullPath(name), StringComparison.Ordinal));

    // A file outside of the folder: it has the shipped tenant and lists, and no other rules.
    private static (RuleLoadResult, Rule)? Alone(string file, HostStreams streams)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(file);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            streams.Error.WriteLine($"error: the rule cannot be read: {cause.Message}");
            return null;
        }

        var loaded = RuleFolder.Load([new RuleFile(file.Replace(Path.DirectorySeparatorChar, '/'), bytes)]);
        if (!LoadedRules.CanRun(loaded, streams)) return null;
        if (loaded.Rules!.All.FirstOrDefault() is { } rule) return (loaded, rule);
        streams.Error.WriteLine($"error: {file} holds no rule. Sigma rules end in '.yml', ours in '.detector.yaml'.");
        return null;
    }
}
