using System.Security.Cryptography;
using Detector.Engine.Enrichment;
using Detector.Engine.Logs;
using Detector.Engine.Rules;
using Detector.Rules.Fields;
using Detector.Rules.Lint;
using Detector.Rules.Lists;
using Detector.Rules.Tenant;
using Detector.Rules.Tests;

namespace Detector.Rules;

/// <summary>What a rule folder gave.</summary>
/// <param name="Rules">The rules; null when a problem is an error.</param>
/// <param name="Tenant">The tenant, as far as it could be read.</param>
/// <param name="Fields">The field names.</param>
/// <param name="Tests">The tests inside the rules.</param>
/// <param name="Diagnostics">Every problem, by file and line.</param>
public sealed record RuleLoadResult(RuleSet? Rules, TenantProfile Tenant, FieldCatalog Fields, IReadOnlyList<RuleTest> Tests, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>Whether some problem keeps the rules from running.</summary>
    public bool HasErrors => Rules is null;

    /// <summary>
    /// The same rules under the tenant of their tests (<c>test-tenant.yaml</c>), which has an account of every kind: a test must
    /// not depend on the hours and accounts of the tenant that runs it.
    /// </summary>
    internal Func<RuleLoadResult>? UnderTestTenant { get; init; }

    /// <summary>The files that are rules, whatever became of them.</summary>
    public IReadOnlyList<string> RuleFiles { get; init; } = [];

    /// <summary>The files that all this was made of, to make it again elsewhere; null where it is what is shipped and nothing else.</summary>
    public IReadOnlyList<RuleFile>? Files { get; init; }

    /// <summary>The fields that rules name, in the order of the files.</summary>
    public IReadOnlyList<FieldUse> FieldUses { get; init; } = [];

    /// <summary>The rules; where files have errors, the detections that could be read, without any that look at others.</summary>
    internal RuleSet? Readable { get; init; }

    /// <summary>A hash of what describes the tenant: equal ones describe the same.</summary>
    public string TenantVersion { get; init; } = "";
}

/// <summary>
/// Loads a folder of rules: <c>*.yml</c> are Sigma, <c>*.detector.yaml</c> ours, <c>tenant.yaml</c>, <c>fields.yaml</c> and
/// <c>lists/*.yaml</c> add to or override what is shipped. Nothing in a file makes it throw.
/// </summary>
public sealed class RuleFolder
{
    private readonly List<Diagnostic> _diagnostics = [];
    private readonly FieldSchemaBuilder _schema;
    private readonly DateOnly? _today;

    private readonly bool _isForTests;

    private RuleFolder(FieldSchemaBuilder schema, DateOnly? today, bool isForTests = false)
    {
        _schema = schema;
        _today = today;
        _isForTests = isForTests;
    }

    /// <summary>Loads a folder, or with null the rules that are shipped.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="today">Exceptions and list entries that have expired by then are warned of; with null the day does not matter.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static RuleLoadResult Load(string? folder, DateOnly? today = null) => Load(folder, new FieldSchemaBuilder(), today);

    /// <summary>Loads the rules of these names alone, with those that they look at and the rows of activation sessions.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static RuleLoadResult LoadOnly(string? folder, IReadOnlyCollection<string> names) => Load(folder, new RuleChoice { Only = names });

    /// <summary>Loads a folder, or with null the rules that are shipped, under a choice.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="choice">Which rules, under which tenant.</param>
    /// <param name="today">Exceptions and list entries that have expired by then are warned of; with null the day does not matter.</param>
    /// <exception cref="IOException">There is no such folder, or the tenant's file cannot be read.</exception>
    public static RuleLoadResult Load(string? folder, RuleChoice choice, DateOnly? today = null)
    {
        ArgumentNullException.ThrowIfNull(choice);
        var names = choice.Only;
        var loader = new RuleFolder(new FieldSchemaBuilder(), today);
        IReadOnlyList<RuleFile> files = folder is null ? RuleFiles.Shipped() : RuleFiles.Of(folder, loader._diagnostics);

        // Last, so that it lies on top.
        var isShipped = folder is null && choice.TenantFile is null;
        if (choice.TenantFile is { } tenant) files = [.. files, new RuleFile(tenant, File.ReadAllBytes(tenant)) { IsOnlyTenant = true }];
        var whole = loader.Read(files, isShipped);
        if (names.Count == 0) return whole;
        if (whole.Rules is not { } rules) return whole;
        var unknown = names.Where(name => !rules.All.Any(rule => rule.Name == name)).ToList();
        if (unknown.Count > 0)
        {
            return whole with
            {
                Rules = null,
                Diagnostics = [.. unknown.Select(name => new Diagnostic(folder ?? "rules", 0, DiagnosticSeverity.Error, $"There is no rule with the name '{name}'.", Suggestion.For(name, rules.All.Select(rule => rule.Name)) ?? "'detector rules list' shows the names."))],
            };
        }

        var kept = RuleClosure.FilesOf(rules, names);
        IReadOnlyList<RuleFile> chosen = [.. files.Where(file => !(file.IsSigma || file.IsDetector) || kept.Contains(file.Name))];
        return new RuleFolder(new FieldSchemaBuilder(), today).Read(chosen, isShipped) with { Files = chosen };
    }

    /// <summary>
    /// Loads two folders whose rules share one schema, so that an event that was read once serves both. With null in the
    /// place of a folder, the rules that are shipped.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static (RuleLoadResult First, RuleLoadResult Second) LoadTogether(string? first, string? second)
    {
        var schema = new FieldSchemaBuilder();
        var (one, other) = (Load(first, schema), Load(second, schema));
        var shared = schema.Build();
        return (Under(shared, one), Under(shared, other));
    }

    /// <summary>Loads rules from texts in memory, by file name; tenant, fields and lists that are shipped lie below them.</summary>
    public static RuleLoadResult Load(IEnumerable<RuleFile> files, DateOnly? today = null) => new RuleFolder(new FieldSchemaBuilder(), today).Read([.. files], isShipped: false);

    private static RuleLoadResult Load(string? folder, FieldSchemaBuilder schema, DateOnly? today = null)
    {
        var loader = new RuleFolder(schema, today);
        return loader.Read(folder is null ? RuleFiles.Shipped() : RuleFiles.Of(folder, loader._diagnostics), folder is null);
    }

    private static RuleLoadResult Under(FieldSchema schema, RuleLoadResult loaded) =>
        loaded.Rules is { } rules ? loaded with { Rules = rules with { Schema = schema } } : loaded;

    private RuleLoadResult Read(IReadOnlyList<RuleFile> files, bool isShipped)
    {
        var shipped = isShipped ? files : RuleFiles.Shipped();
        var (fields, tenant) = (new FieldsFile(), new TenantFile());
        var lists = new Dictionary<string, ValueList>(StringComparer.Ordinal);
        foreach (var file in isShipped ? files : [.. shipped, .. files])
        {
            var problems = new Diagnostics(file.Name, _diagnostics);
            if (file.IsFields) fields.Add(file.Bytes, problems);
            else if (file.IsTenant || (file.IsTestTenant && _isForTests)) tenant.Add(file.Bytes, problems);
            else if (file.IsList && ListFile.Load(file.Bytes, _today, problems) is { } list) lists[list.Name] = list;
        }

        var profile = tenant.Build();
        TenantLists.AddTo(lists, profile);
        var context = new LoadContext(fields.Catalog, lists, _schema, profile.TimeZone, _today);
        var assembly = new RuleAssembly(context, _diagnostics);
        var (sigma, scores, windows) = assembly.Read(files);

        // A detection with a suppression is two rules of one file.
        CheckUnique([.. sigma, .. scores, .. windows.Where(window => !sigma.Any(rule => rule.File == window.File))]);
        CheckLists(lists.Values.Where(list => files.Any(file => file.Name == list.File)), context);
        CheckOthers(files);
        CheckTests(assembly.Tests, [.. sigma.Select(rule => rule.Name), .. scores.Select(rule => rule.Name), .. windows.Select(rule => rule.Name)]);
        var hasErrors = _diagnostics.Exists(problem => problem.Severity == DiagnosticSeverity.Error);
        var readable = new RuleSet { Sigma = [.. sigma], Scores = hasErrors ? [] : [.. scores], Windows = hasErrors ? [] : [.. windows], Schema = context.Schema.Build() };
        return new RuleLoadResult(
            hasErrors ? null : readable,
            profile, context.Fields, assembly.Tests,
            [.. _diagnostics.Distinct().OrderBy(problem => problem.File, StringComparer.Ordinal).ThenBy(problem => problem.Line).ThenBy(problem => problem.Message, StringComparer.Ordinal)])
        {
            RuleFiles = [.. files.Where(file => file.IsSigma || file.IsDetector).Select(file => file.Name)],
            Files = isShipped ? null : files,
            FieldUses = context.FieldUses,
            Readable = readable,
            UnderTestTenant = () => new RuleFolder(new FieldSchemaBuilder(), _today, isForTests: true).Read(files, isShipped),
            TenantVersion = HashOf((isShipped ? files : [.. shipped, .. files]).Where(file => file.IsTenant)),
        };
    }

    private static string HashOf(IEnumerable<RuleFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        // A copy of what is shipped changes nothing.
        foreach (var text in files.Select(file => Convert.ToHexStringLower(SHA256.HashData(file.Bytes.Span))).Distinct(StringComparer.Ordinal)) hash.AppendData(Convert.FromHexString(text));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void CheckUnique(IReadOnlyList<Rule> rules)
    {
        foreach (var (what, same) in rules.Where(rule => rule.Id.Length > 0).GroupBy(rule => rule.Id).Select(group => ("id", group))
            .Concat(rules.GroupBy(rule => rule.Name).Select(group => ("name", group))))
        {
            foreach (var repeated in same.Skip(1))
                _diagnostics.Add(new Diagnostic(repeated.File, 0, DiagnosticSeverity.Error, $"The {what} '{same.Key}' is also that of {same.First().File}.", $"Give one of them another {what}."));
        }
    }

    private void CheckLists(IEnumerable<ValueList> lists, LoadContext context)
    {
        foreach (var list in lists.Where(list => !context.UsedLists.Contains(list.Name)))
            _diagnostics.Add(new Diagnostic(list.File, 0, DiagnosticSeverity.Info, $"No rule uses the list '{list.Name}'.", null));
    }

    private void CheckTests(IReadOnlyList<RuleTest> tests, IReadOnlyCollection<string> names)
    {
        foreach (var (test, unknown) in tests.SelectMany(test => test.With.Where(name => !names.Contains(name)).Select(name => (test, name))))
            _diagnostics.Add(new Diagnostic(test.File, test.Line, DiagnosticSeverity.Error, $"There is no rule '{unknown}' to run with the test.", Suggestion.For(unknown, names) ?? "'detector rules list' shows the names."));
    }

    private void CheckOthers(IReadOnlyList<RuleFile> files)
    {
        foreach (var file in files.Where(file => !(file.IsFields || file.IsTenant || file.IsTestTenant || file.IsList || file.IsSigma || file.IsDetector)))
            _diagnostics.Add(new Diagnostic(file.Name, 0, DiagnosticSeverity.Warning, "The file is not read.", "Sigma rules end in '.yml', ours in '.detector.yaml'."));
    }
}
