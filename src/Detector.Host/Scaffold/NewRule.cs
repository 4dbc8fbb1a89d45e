using System.Security.Cryptography;
using Detector.Engine.Logs;
using Detector.Engine.Rules;

namespace Detector.Host.Scaffold;

/// <summary>Makes a rule file, and its runbook, from what was told and asked.</summary>
internal static class NewRule
{
    // What most rules about activations look at; others of the folder when it has none of these.
    private static readonly string[] s_usualInputs = ["pim_activation_completed", "signin_failed"];

    public static int Run(DraftOptions options, HostStreams streams)
    {
        var told = options;
        if (options is { Kind: null } or { Title: null })
        {
            if (!streams.CanAsk) return Fail(streams, "give --kind and --title; on a terminal it asks for them.");
            using var questions = new Questions(streams);
            if (questions.Complete(options) is not { } complete) return Fail(streams, "nothing was written, since a question was not answered.");
            told = complete;
        }

        var folder = told.Rules ?? LoadedRules.DefaultFolder;
        Directory.CreateDirectory(folder);
        if (LoadedRules.LoadToRun(folder, streams) is not { } loaded) return ExitCode.Usage;
        if (Draft(told, folder, loaded.Rules!, out var draft, out var path) is { } problem) return Fail(streams, problem);
        var runbook = Path.Combine(folder, draft!.Runbook);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        Directory.CreateDirectory(Path.GetDirectoryName(runbook)!);
        File.WriteAllText(path, RuleTemplate.Text(draft));
        var hasRunbook = File.Exists(runbook);
        if (!hasRunbook) File.WriteAllText(runbook, RuleTemplate.Runbook(draft));

        using var output = new StreamWriter(streams.Out, leaveOpen: true);
        output.WriteLine(path);
        if (!hasRunbook) output.WriteLine(runbook);
        streams.Error.WriteLine("Write what is marked 'Write here', then:");
        streams.Error.WriteLine($"  detector rules lint --rules {folder}");
        streams.Error.WriteLine($"  detector rules test --rules {folder}    # its first test fails until the rule is written");
        return ExitCode.Done;
    }

    private static int Fail(HostStreams streams, string problem)
    {
        streams.Error.WriteLine($"error: {problem}");
        return ExitCode.Usage;
    }

    // The problem, or null.
    private static string? Draft(DraftOptions told, string folder, RuleSet rules, out RuleDraft? draft, out string path)
    {
        (draft, path) = (null, "");
        if (RuleNames.ProblemOfTitle(told.Title!) is { } badTitle) return badTitle;
        var name = told.Name ?? RuleNames.FromTitle(told.Title!);
        if (RuleNames.ProblemOfName(name) is { } badName) return badName;
        if (rules.All.FirstOrDefault(rule => rule.Name == name) is { } known) return $"the name '{name}' is that of {known.File}. Give another with --name.";
        path = told.Output ?? Path.Combine(folder, name + RuleKinds.Ending(told.Kind!));
        if (!path.EndsWith(RuleKinds.Ending(told.Kind!), StringComparison.OrdinalIgnoreCase)) return $"a rule of kind {told.Kind} is a file that ends in '{RuleKinds.Ending(told.Kind!)}'.";
        if (File.Exists(path)) return $"{path} is there already.";
        if (Inputs(told, rules, out var inputs) is { } noInput) return noInput;
        draft = new RuleDraft(NewId(), told.Kind!, name, told.Title!, told.Level ?? Severity.Medium, $"runbooks/{name.Replace('_', '-')}.md", SchemaFor(told.Kind!, path, folder), inputs);
        return null;
    }

    private static string? Inputs(DraftOptions told, RuleSet rules, out IReadOnlyList<DraftInput> inputs)
    {
        inputs = [];
        var needed = RuleKinds.Inputs(told.Kind!);
        var mayBeWindow = told.Kind is not RuleKinds.Score;
        var blocks = rules.All.Where(rule => !RuleWords.Alerts(rule) && (mayBeWindow || rule is SigmaRule)).ToList();
        var names = told.On.Count > 0 ? told.On : [.. s_usualInputs.Where(usual => blocks.Exists(rule => rule.Name == usual)).Concat(blocks.Select(rule => rule.Name)).Distinct(StringComparer.Ordinal).Take(needed)];
        if (names.Count != needed)
            return told.On.Count > 0 ? $"a rule of kind {told.Kind} looks at {needed} rules; --on names {names.Count}." : $"a rule of kind {told.Kind} looks at {needed} others, and the folder has too few building blocks. Make them with --kind sigma, or name rules with --on.";
        var found = new List<DraftInput>();
        foreach (var name in names)
        {
            if (rules.All.FirstOrDefault(rule => rule.Name == name) is not { } rule) return $"there is no rule '{name}' in the folder.";
            if (RuleWords.Alerts(rule) && !SaysGenerate(rule)) return $"'{name}' alerts by itself, and would not any more once another rule looks at it. Give it 'generate: true', or take a building block.";
            if (!mayBeWindow && rule is not SigmaRule) return $"a score looks at a single Sigma detection, and '{name}' is none.";
            found.Add(new DraftInput(name, Who(rule, rules)));
        }

        inputs = found;
        return null;
    }

    private static bool SaysGenerate(Rule rule)
    {
        try
        {
            return File.ReadLines(rule.File).Any(line => line.Contains("generate: true", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false;
        }
    }

    // Sign-ins are those of a user; every other record has an actor.
    private static string Who(Rule rule, RuleSet rules) => rule switch
    {
        SigmaRule sigma => IsOfSignIns(sigma, rules.Schema) ? CanonicalFields.Name(CanonicalField.UserId) : CanonicalFields.Name(CanonicalField.ActorId),
        WindowRule { Inputs: [{ Kind: SourceKind.Sigma } first, ..] } => Who(rules.Sigma[first.Index], rules),
        _ => CanonicalFields.Name(CanonicalField.ActorId),
    };

    private static bool IsOfSignIns(SigmaRule rule, FieldSchema schema)
    {
        var known = new bool[schema.Count];
        known[(int)CanonicalField.Category] = true;
        var audit = new LogEvent(schema);
        audit[CanonicalField.Category] = FieldValue.Of("AuditLogs");
        return rule.Predicate.Decide(audit, known) == false;
    }

    // Version 4 of RFC 9562: nothing follows from it, so it needs no more than to be new.
    private static Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private static string? SchemaFor(string kind, string path, string folder)
    {
        var schema = Path.Combine(folder, "schemas", "detector-rule.json");
        return RuleKinds.Ending(kind) is ".yml" || !File.Exists(schema) ? null : Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFullPath(schema)).Replace(Path.DirectorySeparatorChar, '/');
    }
}
