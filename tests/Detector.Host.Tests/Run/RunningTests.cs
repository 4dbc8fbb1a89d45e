using System.Net;

namespace Detector.Host.Tests.Run;

/// <summary>The worker as a process: what it does while it runs.</summary>
public sealed class RunningTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_follows_a_file_takes_up_changed_rules_says_how_it_is_and_stops_politely()
    {
        using var folder = new Folder();
        Directory.CreateDirectory(folder.At("in"));
        folder.Write("rules/any.yml", Rule("any_activation", "Add member to role completed (PIM activation)"));
        var config = folder.Write("run.json", """
            {"Rules": {"Path": "rules", "LookEvery": "00:00:00.200"}, "Source": {"Files": {"Paths": ["in"]}},
             "Sinks": {"File": {"Path": "alerts.ndjson"}}, "Health": {"Url": "http://127.0.0.1:18473/"}}
            """);
        using var worker = DetectorProcess.Start(folder.Path, "run", "--config", config);
        using var http = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:18473/") };

        // Half a line gives nothing, the other half does.
        var record = Records.Activation("a1", Records.SundayNight);
        folder.Append("in/a.ndjson", record[..200]);
        await ReadyAsync(http, worker);
        folder.Append("in/a.ndjson", record[200..]);
        await AlertAsync(folder, "\"any_activation\"", worker);

        folder.Write("rules/other.yml", Rule("another_rule", "Add member to role completed (PIM activation)"));
        await UntilAsync(() => worker.Errors.Contains("the new ones are in force", StringComparison.Ordinal), worker);
        folder.Append("in/a.ndjson", Records.Activation("a2", Records.WednesdayMorning, "u2"));
        await AlertAsync(folder, "\"another_rule\"", worker);

        Assert.Equal(0, await worker.StopAsync(Cancellation));
        Assert.Single(folder.Lines("alerts.ndjson"), line => line.Contains("\"a1\"", StringComparison.Ordinal) && line.Contains("\"any_activation\"", StringComparison.Ordinal) && line.Contains("\"final\":false", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_two_workers_one_stands_by_and_takes_over()
    {
        using var folder = new Folder();
        Directory.CreateDirectory(folder.At("in"));
        var config = folder.Write("run.json", """{"Source": {"Files": {"Paths": ["in"]}}, "Sinks": {"File": {"Path": "alerts.ndjson"}}, "Health": {"Url": "http://127.0.0.1:18474/"}}""");
        var other = folder.Write("other.json", """{"Source": {"Files": {"Paths": ["in"]}}, "Sinks": {"File": {"Path": "alerts.ndjson"}}, "Health": {"Url": "http://127.0.0.1:18475/"}}""");
        using var first = DetectorProcess.Start(folder.Path, "run", "--config", config);
        using var http = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:18474/") };
        await ReadyAsync(http, first);
        using var second = DetectorProcess.Start(folder.Path, "run", "--config", other);
        using var otherHttp = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:18475/") };

        // One that stands by is ready to, and says so.
        await ReadyAsync(otherHttp, second);
        Assert.Contains("\"standby\":\"Another worker holds the checkpoints; this one stands by.\"", await BodyAsync(otherHttp), StringComparison.Ordinal);

        first.Kill();
        await UntilAsync(async () => !(await BodyAsync(otherHttp)).Contains("standby", StringComparison.Ordinal), expected: true, second);
        await ReadyAsync(otherHttp, second);
        folder.Append("in/a.ndjson", Records.Activation("a1", Records.SundayNight));
        await AlertAsync(folder, "\"a1\"", second);
    }

    private static async Task<string> BodyAsync(HttpClient http)
    {
        using var answer = await http.GetAsync(new Uri("readyz", UriKind.Relative), Cancellation);
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }

    private static Task ReadyAsync(HttpClient http, DetectorProcess worker) => UntilAsync(() => StatusAsync(http, "readyz"), HttpStatusCode.OK, worker);

    private static async Task<HttpStatusCode?> StatusAsync(HttpClient http, string path)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static Task AlertAsync(Folder folder, string text, DetectorProcess worker) =>
        UntilAsync(() => folder.Lines("alerts.ndjson").Any(line => line.Contains(text, StringComparison.Ordinal)), worker);

    private static Task UntilAsync(Func<bool> holds, DetectorProcess worker) => UntilAsync(() => Task.FromResult(holds()), expected: true, worker);

    private static async Task UntilAsync<T>(Func<Task<T>> ask, T expected, DetectorProcess worker)
    {
        for (var i = 0; i < 600; i++)
        {
            if (Equals(await ask(), expected)) return;
            if (worker.HasExited) break;
            await Task.Delay(50, Cancellation);
        }

        Assert.Fail($"It did not come to that. {worker.Errors}");
    }

    /// <summary>A rule that tells of each record of an operation.</summary>
    public static string Rule(string name, string operation) => $"""
        title: {name}
        id: {Guid.Parse("00000000-0000-4000-8000-" + name.PadRight(12, '0')[..12].Replace('_', '0').Select(c => (c % 16).ToString("x")).Aggregate(string.Concat)):D}
        name: {name}
        status: stable
        description: Whoever activates a role is told of.
        logsource:
          product: azure
          service: auditlogs
        detection:
          selection:
            OperationName: '{operation}'
          condition: selection
        level: medium
        """;
}
