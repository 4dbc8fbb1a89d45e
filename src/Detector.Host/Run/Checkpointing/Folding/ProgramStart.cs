using System.Collections;
using System.Diagnostics;
using System.Reflection;

namespace Detector.Host.Run.Checkpointing.Folding;

/// <summary>How this program is started once more: without the secrets that its environment may hold.</summary>
internal sealed class ProgramStart
{
    // What the runtime and the loader look at.
    private static readonly string[] s_kept = ["DOTNET_", "PATH", "HOME", "TMPDIR", "TMP", "TEMP", "LANG", "LC_", "LD_LIBRARY_PATH", "SYSTEMROOT"];

    private readonly string _file;
    private readonly IReadOnlyList<string> _first;

    /// <summary>The program in a file, with what comes before its arguments.</summary>
    public ProgramStart(string file, IReadOnlyList<string> first)
    {
        _file = file;
        _first = first;
    }

    /// <summary>This program; null where the process is another that uses its code.</summary>
    public static ProgramStart? Find()
    {
        var own = typeof(ProgramStart).Assembly;
        if (Assembly.GetEntryAssembly() is not { } entry || !entry.Equals(own) || Environment.ProcessPath is not { } path) return null;
        var isRuntime = string.Equals(Path.GetFileNameWithoutExtension(path), "dotnet", StringComparison.OrdinalIgnoreCase);
        return isRuntime ? new ProgramStart(path, [Path.Combine(AppContext.BaseDirectory, own.GetName().Name + ".dll")]) : new ProgramStart(path, []);
    }

    /// <summary>The start of it with these arguments.</summary>
    public ProcessStartInfo With(params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo(_file, [.. _first, .. arguments]) { UseShellExecute = false };
        start.Environment.Clear();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (s_kept.Any(kept => kept.EndsWith('_') ? name.StartsWith(kept, StringComparison.OrdinalIgnoreCase) : name.Equals(kept, StringComparison.OrdinalIgnoreCase))) start.Environment[name] = (string?)variable.Value;
        }

        return start;
    }
}
