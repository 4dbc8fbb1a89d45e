using Detector.Rules;

namespace Detector.Host;

/// <summary>Finds the rules that a command shall use, and tells what is wrong with them.</summary>
internal static class LoadedRules
{
    /// <summary>In the place of a folder where two are compared: the rules that are built in.</summary>
    public const string ShippedWord = "shipped";

    /// <summary>The folder of rules where none is named.</summary>
    public const string DefaultFolder = "rules";

    /// <summary>The folder that was named, else <c>rules</c> where it exists, else what is shipped; null when there is no such folder, which was told.</summary>
    /// <remarks>With <paramref name="today"/> what has expired is told. A replay does not ask: by the time of its records it may still have worked.</remarks>
    public static RuleLoadResult? Load(string? folder, HostStreams streams, bool shipped = false, DateOnly? today = null, IReadOnlyCollection<string>? only = null, string? tenant = null)
    {
        try
        {
            folder = shipped ? folder : Folder(folder);
            return RuleFolder.Load(folder, new RuleChoice { Only = only ?? [], TenantFile = tenant }, today);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            streams.Error.WriteLine(tenant is not null && !File.Exists(tenant)
                ? $"error: --tenant: there is no file '{tenant}'."
                : $"error: the rules cannot be read: {cause.Message} Give --rules a folder of rules, or leave it out to use those that are shipped.");
            return null;
        }
    }

    /// <summary>The folder that a command uses: the named one, else <c>rules</c> where it exists; null for the rules that are built in.</summary>
    public static string? Folder(string? named) => named ?? (Directory.Exists(DefaultFolder) ? DefaultFolder : null);

    /// <summary>Rules that can run, or null: then every problem was told. Warnings are only counted.</summary>
    public static RuleLoadResult? LoadToRun(string? folder, HostStreams streams, bool shipped = false, IReadOnlyCollection<string>? only = null, string? tenant = null)
    {
        return Load(folder, streams, shipped, only: only, tenant: tenant) is { } loaded && CanRun(loaded, streams) ? loaded : null;
    }

    /// <summary>Two folders of rules that can run, on one schema, or null: then every problem was told.</summary>
    public static (RuleLoadResult Old, RuleLoadResult New)? LoadToCompare(string before, string after, HostStreams streams)
    {
        try
        {
            var (first, second) = RuleFolder.LoadTogether(FolderOf(before), FolderOf(after));

            // Both, so that all problems are told at once.
            return CanRun(first, streams) & CanRun(second, streams) ? (first, second) : null;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            streams.Error.WriteLine($"error: the rules cannot be read: {cause.Message} Give two folders of rules; '{ShippedWord}' means those that are built in.");
            return null;
        }
    }

    private static string? FolderOf(string folder) => string.Equals(folder, ShippedWord, StringComparison.Ordinal) && !Directory.Exists(folder) ? null : folder;

    /// <summary>Whether there is no error; then warnings are counted, else every problem is told.</summary>
    public static bool CanRun(RuleLoadResult loaded, HostStreams streams)
    {
        if (loaded.HasErrors)
        {
            foreach (var problem in loaded.Diagnostics) streams.Error.WriteLine(problem.ToString());
            streams.Error.WriteLine("error: the rules have errors. Correct them; 'detector rules lint' shows them again.");
            return false;
        }

        var warnings = loaded.Diagnostics.Count(problem => problem.Severity == DiagnosticSeverity.Warning);
        if (warnings > 0) streams.Error.WriteLine($"rules: {warnings} {(warnings == 1 ? "warning" : "warnings")}; 'detector rules lint' shows them.");
        return true;
    }
}
