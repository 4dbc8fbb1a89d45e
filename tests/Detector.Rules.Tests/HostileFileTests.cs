using System.Diagnostics;
using System.Text;
using Xunit;

namespace Detector.Rules.Tests;

/// <summary>Files that are made to cost: each is refused, or loaded, within a second and with bounded memory.</summary>
public sealed class HostileFileTests
{
    // A second is promised; a machine that is busy with other tests gets three.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(3);

    private const long BytesMax = 512L * 1024 * 1024;

    // What is left of a file of a megabyte when the rest of a rule is around it.
    private const int Room = Yaml.YamlReader.BytesMax - 2000;

    public static TheoryData<string, string> Files => new()
    {
        { "a hundred megabytes", new string('x', 100 * 1024 * 1024) },
        { "nested lists", Detection("  s: " + new string('[', 500_000)) },
        { "nested maps in lines", Detection("  s:\n" + string.Concat(Enumerable.Range(2, 1000).Select(depth => $"{new string(' ', 2 * depth)}a:\n"))) },
        { "nested searches", Detection("  s: " + new string('[', 20) + "{ Result: x }" + new string(']', 20) + "\n  condition: s") },
        { "aliases that multiply", Detection("  s:\n    - &a [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(0, 9).Select(i => $"    - &{(char)('b' + i)} [{string.Join(',', Enumerable.Repeat($"*{(char)('a' + i)}", 10))}]\n")) + "  condition: s") },
        { "aliases of long lists", Detection("  s: { Result: &a [" + string.Join(',', Enumerable.Range(0, 20_000)) + "], Service: *a, Justification: *a, Ip: *a, Client: *a }\n  condition: s") },
        { "an expression that backtracks", Detection("  s: { Result|re: '(a+)+$' }\n  condition: s") },
        { "expressions that multiply", Detection("  s: { Result|re: '((((a{1,99}){1,99}){1,99}){1,99}){1,99}' }\n  condition: s") },
        { "nested groups", Detection($"  s: {{ Result|re: '{new string('(', 2000)}a{new string(')', 2000)}' }}\n  condition: s") },
        { "many alternatives", Detection($"  s: {{ Result|re: '{string.Join('|', Enumerable.Range(0, 800))}' }}\n  condition: s") },
        { "thousands of expressions", Detection($"  s: {{ Result|re: [ {string.Join(", ", Enumerable.Range(0, 2000).Select(i => $"'(a|b){{1,50}}x{i}$'"))} ] }}\n  condition: s") },
        { "a long expression", Detection($"  s: {{ Result|re: '{new string('a', 5000)}' }}\n  condition: s") },
        { "a condition of a megabyte", Detection("  s: { Result: x }\n  condition: s" + string.Concat(Enumerable.Repeat(" or s", Room / 5))) },
        { "a condition of parentheses", Detection("  s: { Result: x }\n  condition: " + new string('(', Room)) },
        { "a condition of nots", Detection("  s: { Result: x }\n  condition: " + string.Concat(Enumerable.Repeat("not ", Room / 4))) },
        { "patterns over thousands of searches", Detection(string.Concat(Enumerable.Range(0, 5000).Select(i => $"  s{i}: {{ Result: x }}\n")) + "  condition: " + string.Join(" or ", Enumerable.Repeat("1 of s*", 5000))) },
        { "wildcards without end", Detection($"  s: {{ Result: '{string.Concat(Enumerable.Repeat("a*", 100_000))}' }}\n  condition: s") },
        { "dashes that multiply", Detection($"  s: {{ Result|windash|base64: '{string.Concat(Enumerable.Repeat(" -a", 1000))}' }}\n  condition: s") },
        { "dashes in great number", Detection($"  s: {{ Result|windash|contains: '{string.Concat(Enumerable.Repeat(" -a", 100_000))}' }}\n  condition: s") },
        { "Base64 upon Base64", Detection($"  s: {{ Result|{string.Join('|', Enumerable.Repeat("base64", 100))}: secret }}\n  condition: s") },
        { "placeholders that multiply", Detection($"  s: {{ Result|expand: '{string.Concat(Enumerable.Repeat("%pim-apps%", 50))}' }}\n  condition: s") },
        { "names that are nearly known", Detection(string.Concat(Enumerable.Range(0, 5000).Select(i => $"  s{i}: {{ Actor.Upm{i}: x }}\n")) + "  condition: 1 of s*") },
        { "an aggregation that backtracks", Detection("  s: { Result: x }\n  condition: s | count(" + new string('a', Room / 2) + ") by " + string.Concat(Enumerable.Repeat("a, ", Room / 8))) },
        { "tags in great number", "title: A\ntags: [" + string.Join(',', Enumerable.Range(0, 90_000)) + "]\n" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_hostile_file_costs_less_than_a_second(string name, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        _ = RuleFolder.Load([new RuleFile("rules/a.yml", "title: warm\n"u8.ToArray())]);

        // The machine has other work: the least of some times is what the file costs.
        var least = TimeSpan.MaxValue;
        for (var attempt = 0; attempt < 5 && least >= s_limit; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();
            var loaded = RuleFolder.Load([new RuleFile("rules/a.yml", bytes)]);
            if (watch.Elapsed < least) least = watch.Elapsed;
            var used = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(used < BytesMax, $"{name}: {used / 1024 / 1024} MiB");
            Assert.True(loaded.Diagnostics.Count < 1000);
        }

        Assert.True(least < s_limit, $"{name}: {least.TotalMilliseconds} ms");
    }

    private static string Detection(string detection) =>
        $"title: A rule\nid: 5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9001\nlogsource: {{ product: azure, service: auditlogs }}\ndetection:\n{detection}\nlevel: low\n";
}
