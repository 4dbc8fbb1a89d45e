using System.Diagnostics;
using Detector.Sources.Files;
using Detector.Sources.LogAnalytics;
using Detector.Sources.Tests.Files;
using Detector.Testing.LogAnalytics;

namespace Detector.Sources.Tests.LogAnalytics;

public sealed class LogAnalyticsTests
{
    private static readonly string[] s_tables = ["AuditLogs", "SigninLogs", "AADNonInteractiveUserSignInLogs"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_row_is_read_once_and_in_order_whatever_the_limits_and_faults(int seed)
    {
        var random = new Random(seed);
        var span = TimeSpan.FromHours(random.Next(1, 100));
        var rows = Workspace.Rows(seed, random.Next(1, 3000), span, s_tables);
        var limit = random.Next(20, 2000);
        using var service = new LogAnalyticsStandIn(Workspace.Id, rows, new StandInFaults
        {
            Seed = seed,
            Percent = random.Next(0, 50),
            RowsMax = limit,
            IsSilentAboutRows = random.Next(2) == 0,
            BytesMax = random.Next(10_000, 1_000_000),
            TimeoutRows = random.Next(2) == 0 ? random.Next(300, 3000) : int.MaxValue,
        }, s_tables);
        var options = Workspace.Options(service, span) with { Tables = s_tables, RowsMax = limit, QueriesMax = random.Next(1, 5) };

        var ids = await ReadAsync(options);

        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {rows.Count} rows, {service.Queries.Count} queries, {string.Join(", ", service.Played.Select(fault => $"{fault.Value} {fault.Key}"))}");
        Assert.Empty(service.Complaints);
        Assert.Equal(InOrder(rows), ids);
    }

    [Fact]
    public async Task Rows_that_arrive_while_the_last_days_are_read_are_read_too()
    {
        var now = DateTimeOffset.Parse("2026-03-04T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
        var span = TimeSpan.FromHours(60);
        var rows = Workspace.Rows(7, 1500, span, s_tables);
        var late = Enumerable.Range(0, 40).Select(i => Workspace.Row(s_tables[i % 3], $"late-{i}", Workspace.Start.AddHours(12).AddMinutes(i), now.UtcDateTime)).ToList();
        using var service = new LogAnalyticsStandIn(Workspace.Id, rows, new StandInFaults { RowsMax = 60 }, s_tables, late);
        var options = Workspace.Options(service, span) with { Tables = s_tables, RowsMax = 60 };

        var ids = await ReadAsync(options, new Clock(now));

        Assert.Equal(40, service.LateRows);
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(rows.Concat(late).Select(row => row.Id).Order(StringComparer.Ordinal), ids.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_future_is_not_asked_for()
    {
        var now = DateTimeOffset.Parse("2026-03-02T10:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
        using var service = new LogAnalyticsStandIn(Workspace.Id, [Workspace.Row("AuditLogs", "a", Workspace.Start)], new StandInFaults());
        var ids = await ReadAsync(Workspace.Options(service, TimeSpan.FromDays(50_000)) with { Tables = ["AuditLogs"] }, new Clock(now));
        Assert.Equal(["a"], ids);
        Assert.DoesNotContain(service.Queries, query => query.Contains("2026-03-03", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_time_is_half_open()
    {
        var end = Workspace.Start.AddHours(1);
        using var service = new LogAnalyticsStandIn(Workspace.Id, [Workspace.Row("SigninLogs", "before", Workspace.Start.AddTicks(-1)), Workspace.Row("SigninLogs", "first", Workspace.Start), Workspace.Row("SigninLogs", "last", end.AddTicks(-1)), Workspace.Row("SigninLogs", "end", end)], new StandInFaults());
        Assert.Equal(["first", "last"], await ReadAsync(Workspace.Options(service, TimeSpan.FromHours(1)) with { Tables = ["SigninLogs"] }));
    }

    [Fact]
    public async Task Windows_grow_while_answers_are_small()
    {
        using var service = new LogAnalyticsStandIn(Workspace.Id, Workspace.Rows(3, 200, TimeSpan.FromDays(60), "SigninLogs"), new StandInFaults());
        Assert.Equal(200, (await ReadAsync(Workspace.Options(service, TimeSpan.FromDays(60)) with { Tables = ["SigninLogs"] })).Count);
        Assert.InRange(service.Queries.Count, 5, 25);
    }

    [Fact]
    public async Task A_table_that_is_not_there_is_told_and_no_failure()
    {
        var notes = new List<string>();
        using var service = new LogAnalyticsStandIn(Workspace.Id, [Workspace.Row("AuditLogs", "a", Workspace.Start)], new StandInFaults());
        Assert.Equal(["a"], await ReadAsync(Workspace.Options(service, TimeSpan.FromDays(2)) with { Tables = ["AuditLogs", "SigninLogs"], Note = notes.Add }));
        Assert.Equal([$"log-analytics/{Workspace.Id} has no table SigninLogs."], notes);
    }

    [Fact]
    public async Task A_workspace_without_any_table_is_a_failure()
    {
        using var service = new LogAnalyticsStandIn(Workspace.Id, [], new StandInFaults());
        var failure = await Assert.ThrowsAsync<InputException>(() => ReadAsync(Workspace.Options(service, TimeSpan.FromDays(2))));
        Assert.Contains("it has none of the tables asked for.", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "InvalidAuthenticationToken", "the token was not accepted: 401", "tenant of the workspace")]
    [InlineData(403, "InsufficientAccessError", "it may not be read: 403", "'Log Analytics Data Reader'")]
    [InlineData(404, "PathNotFoundError", "there is no such workspace: 404", "workspace ID")]
    [InlineData(400, "SyntaxError", "the query was refused: 400", "endpoint")]
    [InlineData(500, "InternalServerError", "the service does not answer: 500", "Try again later")]
    [InlineData(503, "ServiceUnavailable", "the service does not answer: 503", "Try again later")]
    [InlineData(429, "ThrottledError", "the service does not answer: 429", "Try again later")]
    [InlineData(504, "GatewayTimeout", "8 queries in a row timed out", "Try again later")]
    public async Task A_refusal_says_what_is_wrong_and_what_to_do(int status, string code, string problem, string remedy)
    {
        using var service = new LogAnalyticsStandIn(Workspace.Id, [], new StandInFaults { AlwaysStatus = status, AlwaysCode = code });
        var failure = await Assert.ThrowsAsync<InputException>(() => ReadAsync(Workspace.Options(service, TimeSpan.FromDays(2)) with { Tables = ["AuditLogs"], RetryDelay = TimeSpan.Zero }));
        Assert.StartsWith($"log-analytics/{Workspace.Id}: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        Assert.Contains(code, failure.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_asks_to_wait_is_waited_for_as_long_as_it_says()
    {
        using var service = new LogAnalyticsStandIn(Workspace.Id, [Workspace.Row("AuditLogs", "a", Workspace.Start)], new StandInFaults { FirstWaitsSeconds = 2 });
        var watch = Stopwatch.StartNew();
        Assert.Equal(["a"], await ReadAsync(Workspace.Options(service, TimeSpan.FromDays(1)) with { Tables = ["AuditLogs"] }));
        Assert.InRange(watch.Elapsed.TotalSeconds, 1.9, 20);
        Assert.Equal(service.Queries.First(), service.Queries.ElementAt(1));
    }

    [Fact]
    public async Task Another_workspace_is_not_found()
    {
        using var service = new LogAnalyticsStandIn(Workspace.Id, [], new StandInFaults());
        var failure = await Assert.ThrowsAsync<InputException>(() => ReadAsync(Workspace.Options(service, TimeSpan.FromDays(2)) with { Workspace = new Guid("00000000-0000-0000-0000-000000000001") }));
        Assert.Contains("there is no such workspace", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_an_outage()
    {
        var service = new LogAnalyticsStandIn(Workspace.Id, [], new StandInFaults());
        var options = Workspace.Options(service, TimeSpan.FromDays(2)) with { RetryDelay = TimeSpan.Zero };
        service.Dispose();
        var failure = await Assert.ThrowsAsync<InputException>(() => ReadAsync(options));
        Assert.Contains("the service does not answer", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_at_one_tick_than_can_be_cut_is_told()
    {
        var rows = Enumerable.Range(0, 3000).Select(i => Workspace.Row("AuditLogs", $"{i}", Workspace.Start)).ToList();
        using var service = new LogAnalyticsStandIn(Workspace.Id, rows, new StandInFaults { RowsMax = 5 });
        var failure = await Assert.ThrowsAsync<InputException>(() => ReadAsync(Workspace.Options(service, TimeSpan.FromDays(2)) with { Tables = ["AuditLogs"], RowsMax = 5 }));
        Assert.Contains("is too much for one answer", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_over_the_limit_of_bytes_are_asked_for_in_halves()
    {
        var rows = Workspace.Rows(9, 800, TimeSpan.FromDays(1), "AuditLogs");
        using var service = new LogAnalyticsStandIn(Workspace.Id, rows, new StandInFaults());
        Assert.Equal(InOrder(rows), await ReadAsync(Workspace.Options(service, TimeSpan.FromDays(1)) with { Tables = ["AuditLogs"], AnswerBytesMax = 30_000 }));
        Assert.True(service.Queries.Count > 5);
    }

    [Fact]
    public async Task A_stop_is_at_once_and_no_failure()
    {
        using var service = new LogAnalyticsStandIn(Workspace.Id, Workspace.Rows(1, 1000, TimeSpan.FromDays(2), s_tables), new StandInFaults { RowsMax = 20 });
        using var stop = new CancellationTokenSource();
        var source = new LogAnalyticsSource(Logs.Everything, Workspace.Options(service, TimeSpan.FromDays(2)) with { RowsMax = 20 });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var batch in source.ReadAsync(stop.Token)) await stop.CancelAsync();
        });
    }

    [Fact]
    public void A_reader_that_leaves_early_leaves_nothing_behind()
    {
        using var service = new LogAnalyticsStandIn(Workspace.Id, Workspace.Rows(1, 1000, TimeSpan.FromDays(2), s_tables), new StandInFaults { RowsMax = 20 }, ["AADServicePrincipalSignInLogs", "AADManagedIdentitySignInLogs"]);
        var source = new LogAnalyticsSource(Logs.Everything, Workspace.Options(service, TimeSpan.FromDays(2)) with { RowsMax = 20 });
        Assert.NotEmpty(source.Read(TestContext.Current.CancellationToken).First().Events);
        Assert.InRange(source.Progress.Share!.Value, 0, 1);
    }

    [Theory]
    [InlineData("http://example.org/")]
    [InlineData("https://example.org/")]
    public void No_token_goes_where_it_should_not(string endpoint)
    {
        var options = new LogAnalyticsOptions { Workspace = Workspace.Id, Since = Workspace.Start, Until = Workspace.Start, Endpoint = new Uri(endpoint) };
        Assert.Throws<ArgumentException>(() => new LogAnalyticsSource(Logs.Everything, options));
    }

    [Theory]
    [InlineData("AuditLogs | take 1")]
    [InlineData("")]
    [InlineData("1Logs")]
    [InlineData("a-b")]
    public void A_table_is_a_name_and_nothing_else(string table)
    {
        var options = new LogAnalyticsOptions { Workspace = Workspace.Id, Since = Workspace.Start, Until = Workspace.Start, Endpoint = new Uri("http://127.0.0.1/"), Tables = [table] };
        Assert.Throws<ArgumentException>(() => new LogAnalyticsSource(Logs.Everything, options));
    }

    private static IEnumerable<string> InOrder(IEnumerable<StandInRow> rows) =>
        rows.OrderBy(row => row.Time).ThenBy(row => Array.IndexOf(s_tables, row.Table)).ThenBy(row => row.Id, StringComparer.Ordinal).Select(row => row.Id);

    private static async Task<List<string>> ReadAsync(LogAnalyticsOptions options, TimeProvider? clock = null)
    {
        var ids = new List<string>();
        var source = new LogAnalyticsSource(Logs.Everything, options, clock);
        await foreach (var batch in source.ReadAsync(TestContext.Current.CancellationToken))
        {
            Assert.Empty(batch.Rejects);
            ids.AddRange(batch.Events.Select(matched => matched.Event.Id));
        }

        Assert.Equal(1, source.Progress.Share);
        return ids;
    }

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
