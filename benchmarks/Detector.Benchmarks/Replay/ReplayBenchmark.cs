using System.Diagnostics;
using System.Text;
using Detector.Engine.Alerts;
using Detector.Rules;

namespace Detector.Benchmarks.Replay;

/// <summary>Runs all contenders in turn on one file in the page cache, several times over, so that a slow minute slows all of them.</summary>
internal sealed class ReplayBenchmark(string path, int runs, string? detectorProgram, TextWriter progress)
{
    private const int WarmUps = 40;

    private readonly DetectorScore _detector = new();
    private readonly Turns _turns = new();

    public IReadOnlyCollection<Timing> Timings => _turns.Timings;

    public long Records { get; private set; }

    public long AllocatedBytes { get; private set; }

    public int Scores { get; private set; }

    public Dictionary<string, long> PeakBytes { get; } = new(StringComparer.Ordinal);

    /// <summary>Codes of failed sign-ins, as the shipped rules have them.</summary>
    public static IReadOnlyCollection<string> Codes()
    {
        // The list is data of the rules; what it holds is asked of the rule itself.
        var loaded = RuleFolder.LoadOnly(null, ["pim_activation_risk", "break_glass_sign_in", "break_glass_audit_activity"]);
        var rule = loaded.Rules!.Sigma.Single(candidate => candidate.Name == "signin_failed");
        return [.. Enumerable.Range(1, 999_999).Select(code => code.ToString(System.Globalization.CultureInfo.InvariantCulture)).Where(code => Matches(rule, loaded.Rules.Schema, code))];
    }

    public static bool IsEnvelope(string path)
    {
        using var stream = File.OpenRead(path);
        var start = new byte[64];
        var read = stream.Read(start);
        return Encoding.UTF8.GetString(start, 0, read).Replace(" ", "", StringComparison.Ordinal).StartsWith("{\"records\":[", StringComparison.Ordinal);
    }

    /// <summary>Runs everything; throws when Detector and DuckDB do not agree on every score.</summary>
    public void Run()
    {
        var codes = Codes();
        var isEnvelope = IsEnvelope(path);

        // "Once started": the just-in-time compiler takes several passes until it has settled.
        for (var i = 0; i < WarmUps; i++) _detector.Run(path, 2 - i % 2);
        for (var run = 0; run <= runs; run++)
        {
            // Run 0 warms caches and compiles code; it is not counted.
            var counted = run > 0;
            progress.WriteLine(counted ? $"run {run} of {runs}" : "warming up");
            Time("read, 1 thread", counted, () => Floors.Read(path, 1));
            Time("read, 2 threads", counted, () => Floors.Read(path, 2));
            Time("read + newline scan, 1 thread", counted, () => Floors.Newlines(path, 1));
            Time("read + newline scan, 2 threads", counted, () => Floors.Newlines(path, 2));
            if (!isEnvelope)
            {
                Time("Utf8JsonReader, every token, 1 thread", counted, () => Floors.Tokenise(path, 1));
                Time("Utf8JsonReader, every token, 2 threads", counted, () => Floors.Tokenise(path, 2));
            }

            Dictionary<string, int> expected = [];
            Time("DuckDB, 2 threads", counted, () => (expected = DuckDbScore.Run(path, codes, 2, isEnvelope)).Count);
            Time("Detector, 1 thread", counted, () => _detector.Run(path, 1).Records);
            Dictionary<Guid, int> found = [];
            var before = GC.GetTotalAllocatedBytes(precise: true);
            Time("Detector, 2 threads", counted, () =>
            {
                (found, Records, var rejects) = _detector.Run(path, 2);
                if (rejects > 0) throw new InvalidDataException($"Detector rejected {rejects} records.");
                return Records;
            });
            AllocatedBytes = GC.GetTotalAllocatedBytes(precise: true) - before;
            Compare(expected, found);
            if (detectorProgram is not null) WholeProcesses(counted);
        }
    }

    private void Compare(Dictionary<string, int> expected, Dictionary<Guid, int> found)
    {
        Scores = expected.Count;
        var tenant = FirstTenant();
        var wrong = expected
            .Select(pair => (Request: pair.Key, Expected: pair.Value, Found: found.TryGetValue(AlertId.From(tenant, _detector.Rule.Id, pair.Key), out var score) ? score : (int?)null))
            .Where(pair => pair.Found != pair.Expected)
            .ToList();
        if (wrong.Count == 0 && expected.Count == found.Count) return;
        throw new InvalidDataException($"Detector has {found.Count} scores and DuckDB {expected.Count}; {wrong.Count} differ, such as "
            + string.Join(", ", wrong.Take(3).Select(pair => $"request {pair.Request}: DuckDB {pair.Expected}, Detector {pair.Found?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}")));
    }

    private string? FirstTenant()
    {
        using var stream = File.OpenRead(path);
        var start = new byte[16 * 1024];
        var text = Encoding.UTF8.GetString(start, 0, stream.Read(start));
        var at = text.IndexOf("\"tenantId\"", StringComparison.Ordinal);
        return at < 0 ? null : text[(at + 10)..].Split('"')[1];
    }

    private void WholeProcesses(bool counted)
    {
        Process("Detector, whole process", counted, detectorProgram!, "replay", path, "--only", "pim_activation_risk,break_glass_sign_in,break_glass_audit_activity", "--out", "/dev/null");
        var self = Environment.ProcessPath!;
        Process("DuckDB, whole process", counted, self, Path.GetFileNameWithoutExtension(self) == "dotnet" ? [typeof(ReplayBenchmark).Assembly.Location, "duckdb", path] : ["duckdb", path]);
    }

    private void Process(string name, bool counted, string program, params string[] arguments) => Time(name, counted, () =>
    {
        using var process = System.Diagnostics.Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        while (!process.WaitForExit(2)) PeakBytes[name] = Math.Max(PeakBytes.GetValueOrDefault(name), Peak(process.Id));
        if (process.ExitCode != 0) throw new InvalidOperationException($"{name} ended with {process.ExitCode}.");
        return 0;
    });

    // The kernel's own high-water mark of a running process.
    private static long Peak(int id)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], System.Globalization.CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private void Time(string name, bool counted, Func<long> work) => _turns.Time(name, counted, () => work());

    private static bool Matches(Engine.Rules.SigmaRule rule, Engine.Logs.FieldSchema schema, string code)
    {
        var signIn = new Engine.Logs.LogEvent(schema);
        signIn[Engine.Logs.CanonicalField.Category] = Engine.Logs.FieldValue.Of("SignInLogs");
        signIn[Engine.Logs.CanonicalField.ResultType] = Engine.Logs.FieldValue.Of(code);
        return rule.Predicate.Matches(signIn);
    }
}
