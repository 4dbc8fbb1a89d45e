using System.Security.Cryptography;
using System.Text;
using Detector.Engine.Pipeline;
using Detector.Rules.Tests;

namespace Detector.Rules.Reload;

/// <summary>
/// Keeps a folder of rules in force while it is edited. A change is read whole, loaded and tested aside; what passes is swapped
/// in between two records, and state of rules that did not change lives on; what does not is refused, and the rules in force
/// go on. It has no clock and starts nothing: whoever runs the pipeline looks as often as it likes. Not thread-safe.
/// </summary>
public sealed class RuleReload
{
    private readonly string _folder;
    private string _known;
    private string _seen;
    private RuleLoadResult? _ready;

    /// <summary>Loads the folder. Where it has errors, <see cref="Plan"/> is null until a change mends them.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public RuleReload(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        _folder = folder;
        var problems = new List<Diagnostic>();
        var files = RuleFiles.Of(folder, problems);
        _known = _seen = HashOf(files, problems);
        Loaded = Load(files, problems);
        Plan = Loaded.Rules is { } rules ? new DetectionPlan(rules, Loaded.Tenant) : null;
    }

    /// <summary>The rules in force.</summary>
    public RuleLoadResult Loaded { get; private set; }

    /// <summary>The plan in force: for readers and the pipeline.</summary>
    public DetectionPlan? Plan { get; private set; }

    /// <summary>
    /// Looks at the folder. A change is taken up when two looks in a row find the same files, so that half of it is never
    /// loaded; a refused one is told once.
    /// </summary>
    public RuleLook Look()
    {
        var problems = new List<Diagnostic>();
        IReadOnlyList<RuleFile> files;
        try
        {
            files = RuleFiles.Of(_folder, problems);
        }
        catch (DirectoryNotFoundException cause)
        {
            files = [];
            problems.Add(new Diagnostic(_folder, 0, DiagnosticSeverity.Error, cause.Message, "Bring it back; the rules in force go on."));
        }

        var hash = HashOf(files, problems);
        var (isKnown, isSettled) = (Same(hash, _known), Same(hash, _seen));
        _seen = hash;
        if (isKnown) return new RuleLook(_ready is null ? RuleLookKind.Unchanged : RuleLookKind.Ready, []);

        // What waited was made of files that are gone.
        _ready = null;
        if (!isSettled) return new RuleLook(RuleLookKind.Settling, []);
        _known = hash;
        var loaded = Load(files, problems);
        IReadOnlyList<Diagnostic> all = loaded.HasErrors ? loaded.Diagnostics : [.. loaded.Diagnostics.Where(problem => problem.Severity == DiagnosticSeverity.Warning), .. FailedTests(loaded)];
        if (all.Any(problem => problem.Severity == DiagnosticSeverity.Error)) return new RuleLook(RuleLookKind.Refused, all);
        _ready = loaded;
        return new RuleLook(RuleLookKind.Ready, all);
    }

    /// <summary>
    /// Puts the change that a look found <see cref="RuleLookKind.Ready"/> in force: a pipeline that goes on under it from the state
    /// of <paramref name="running"/>. That one is to be disposed of, and whoever listened to it listens to the new one. Records
    /// that were read under the old plan go to the old pipeline, before this; later ones are read under the new <see cref="Plan"/>.
    /// </summary>
    /// <remarks>
    /// State belongs to rules by their ids, and of rules over several records by what they group and look at: a rule that groups
    /// otherwise begins anew. Records remembered from before lack fields that only a new rule asks for.
    /// </remarks>
    public DetectionPipeline Swap(DetectionPipeline running)
    {
        ArgumentNullException.ThrowIfNull(running);
        using var state = new MemoryStream();
        running.Save(state);
        state.Position = 0;
        return DetectionPipeline.Restore(TakeUp(), running.Options, state);
    }

    /// <summary>The same where the state goes from one pipeline to the next by a checkpoint: puts the change in force.</summary>
    public DetectionPlan TakeUp()
    {
        if (_ready is not { Rules: { } rules } ready) throw new InvalidOperationException("No change is ready: only after a look that says so.");
        var plan = new DetectionPlan(rules, ready.Tenant);
        (Loaded, Plan, _ready) = (ready, plan, null);
        return plan;
    }

    private static RuleLoadResult Load(IReadOnlyList<RuleFile> files, List<Diagnostic> problems)
    {
        var loaded = RuleFolder.Load(files);
        if (problems.Count == 0) return loaded;
        var all = problems.Concat(loaded.Diagnostics).ToList();
        return loaded with { Rules = all.Exists(problem => problem.Severity == DiagnosticSeverity.Error) ? null : loaded.Rules, Diagnostics = all };
    }

    private static IEnumerable<Diagnostic> FailedTests(RuleLoadResult loaded) => RuleTestRunner.Run(loaded)
        .Where(outcome => !outcome.Passed)
        .Select(outcome => new Diagnostic(outcome.Test.File, outcome.Test.Line, DiagnosticSeverity.Error, Diagnostics.Clean($"The test '{outcome.Test.Name}' of {outcome.Test.RuleName} fails: {string.Join("; ", outcome.Differences)}"), "Correct the rule or its test."));

    // A file that cannot be read is a change too.
    private static string HashOf(IEnumerable<RuleFile> files, IEnumerable<Diagnostic> problems)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(file.Name)));
            hash.AppendData(SHA256.HashData(file.Bytes.Span));
        }

        foreach (var problem in problems) hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(problem.ToString())));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.Ordinal);
}
