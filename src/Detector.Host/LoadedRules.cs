using Detector.Rules;

namespace Detector.Host;

/// <summary>Finds the rules that a command shall use, and tells what is wrong with them.</summary>
internal static class LoadedRules
{
    private const string DefaultFolder = "rules";

    /// <summary>The folder that was named, else <c>rules</c> where it exists, else what is shipped; null when there is no such folder, which was told.</summary>
    public static RuleLoadResult? Load(string? folder, HostStreams streams, bool shipped = false)
    {
        try
        {
            return RuleFolder.Load(folder ?? (!shipped && Directory.Exists(DefaultFolder) ? DefaultFolder : null));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            streams.Error.WriteLine($"error: the rules cannot be read: {cause.Message} Give --rules a folder of rules, or leave it out to use those that are shipped.");
            return null;
        }
    }

    /// <summary>Rules that can run, or null: then every problem was told. Warnings are only counted.</summary>
    public static RuleLoadResult? LoadToRun(string? folder, HostStreams streams, bool shipped = false)
    {
        if (Load(folder, streams, shipped) is not { } loaded) return null;
        if (loaded.HasErrors)
        {
            foreach (var problem in loaded.Diagnostics) streams.Error.WriteLine(problem.ToString());
            streams.Error.WriteLine("error: the rules have errors. Correct them; 'detector rules lint' shows them again.");
            return null;
        }

        var warnings = loaded.Diagnostics.Count(problem => problem.Severity == DiagnosticSeverity.Warning);
        if (warnings > 0) streams.Error.WriteLine($"rules: {warnings} {(warnings == 1 ? "warning" : "warnings")}; 'detector rules lint' shows them.");
        return loaded;
    }
}
