using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Hashing;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Detector.Testing.LogAnalytics;

/// <summary>
/// The query API on this machine, as its documentation describes it: half-open times, parts by hash, limits with a
/// partial answer, throttling, time-outs, and answers that break.
/// </summary>
public sealed partial class LogAnalyticsStandIn : IDisposable
{
    /// <summary>What the service allows one user.</summary>
    private const int ConcurrentMax = 5;

    private readonly HttpListener _listener = new();
    private readonly List<StandInRow> _rows;
    private readonly HashSet<string> _tables;
    private readonly StandInFaults _faults;
    private readonly ConcurrentDictionary<string, int> _tries = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly Queue<StandInRow> _late;
    private int _running;
    private int _answers;

    /// <summary>Starts on a free port.</summary>
    /// <param name="workspace">The one workspace that there is.</param>
    /// <param name="rows">What its tables hold.</param>
    /// <param name="faults">Limits and faults.</param>
    /// <param name="tables">Tables that are there even if they hold nothing.</param>
    /// <param name="late">Rows that arrive while somebody reads, one with each answer.</param>
    public LogAnalyticsStandIn(Guid workspace, IEnumerable<StandInRow> rows, StandInFaults faults, IEnumerable<string>? tables = null, IEnumerable<StandInRow>? late = null)
    {
        Workspace = workspace;
        _rows = [.. rows];
        _late = new(late ?? []);
        _tables = [.. _rows.Select(row => row.Table), .. tables ?? []];
        _faults = faults;
        Endpoint = Listen(_listener);
        _ = ServeAsync();
    }

    public Guid Workspace { get; }

    /// <summary>Where it listens.</summary>
    public Uri Endpoint { get; }

    /// <summary>Every query that came, in order.</summary>
    public ConcurrentQueue<string> Queries { get; } = new();

    /// <summary>What was wrong with requests; a client that keeps to the contract leaves it empty.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    /// <summary>How often each fault was played.</summary>
    public ConcurrentDictionary<string, int> Played { get; } = new(StringComparer.Ordinal);

    /// <summary>Rows that arrived while somebody was reading.</summary>
    public int LateRows { get; private set; }

    public void Dispose() => _listener.Close();

    private static Uri Listen(HttpListener listener)
    {
        for (var tries = 0; ; tries++)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/");
            listener.Prefixes.Add(address);
            try
            {
                listener.Start();
                return new Uri(address);
            }
            catch (HttpListenerException) when (tries < 10)
            {
                listener.Prefixes.Clear();
            }
        }
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                _ = Task.Run(() => AnswerAsync(context));
            }
            catch (Exception cause) when (cause is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var running = Interlocked.Increment(ref _running);
        try
        {
            using var reader = new StreamReader(context.Request.InputStream);
            var body = JsonNode.Parse(await reader.ReadToEndAsync())!;
            await ReplyAsync(context, (string)body["query"]!, (string?)body["timespan"] ?? "", running);
            context.Response.Close();
        }
        catch (Exception cause) when (cause is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The client has gone.
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private Task ReplyAsync(HttpListenerContext context, string query, string timespan, int running)
    {
        Queries.Enqueue(query);
        if (context.Request.ContentType != "application/json") Complaints.Enqueue($"Content-Type is '{context.Request.ContentType}'.");
        if (context.Request.Headers["Prefer"]?.StartsWith("wait=", StringComparison.Ordinal) != true) Complaints.Enqueue("No time to wait is given.");
        if (_faults.AlwaysStatus != 0) return ErrorAsync(context, _faults.AlwaysStatus, _faults.AlwaysCode);
        if (context.Request.Url!.AbsolutePath != $"/v1/workspaces/{Workspace:D}/query") return ErrorAsync(context, 404, "PathNotFoundError");
        if (running > ConcurrentMax) return ErrorAsync(context, 429, "ThrottledError");
        if (_faults.FirstWaitsSeconds > 0 && Queries.Count == 1)
        {
            context.Response.AddHeader("Retry-After", _faults.FirstWaitsSeconds.ToString(CultureInfo.InvariantCulture));
            return ErrorAsync(context, 429, "ThrottledError");
        }

        if (QueryForm().Match(query) is not { Success: true } asked) return ErrorAsync(context, 400, "SyntaxError");

        var (since, until) = (TimeOf(asked.Groups["since"].Value), TimeOf(asked.Groups["until"].Value));
        if (timespan != $"{asked.Groups["since"].Value}/{asked.Groups["until"].Value}") Complaints.Enqueue($"The time span {timespan} is not that of the query.");
        if (!_tables.Contains(asked.Groups["table"].Value)) return ErrorAsync(context, 400, "BadArgumentError", $"'where' operator: Failed to resolve table or column expression named '{asked.Groups["table"].Value}'");
        if (FaultOf(query) is { } fault) return PlayAsync(context, fault);

        var rows = Find(asked, since, until);
        if (rows.Count > _faults.TimeoutRows) return PlayAsync(context, "timeout");
        return rows.Count == 0 && Pick(query, 4) == 0 ? StatusAsync(context, 204) : RowsAsync(context, query, rows);
    }

    private List<StandInRow> Find(Match asked, DateTime since, DateTime until)
    {
        var ingested = asked.Groups["ingested"] is { Success: true } from ? TimeOf(from.Value) : DateTime.MinValue;
        var (parts, part) = asked.Groups["parts"].Success ? (ulong.Parse(asked.Groups["parts"].Value, CultureInfo.InvariantCulture), ulong.Parse(asked.Groups["part"].Value, CultureInfo.InvariantCulture)) : (1UL, 0UL);
        lock (_gate)
        {
            var found = _rows.Where(row => row.Table == asked.Groups["table"].Value && row.Time >= since && row.Time < until && row.Ingested >= ingested && HashOf(row.Id) % parts == part).ToList();
            if (_late.TryDequeue(out var late))
            {
                _rows.Add(late);
                LateRows++;
            }

            return found;
        }
    }

    private Task RowsAsync(HttpListenerContext context, string query, List<StandInRow> rows)
    {
        var columns = rows.SelectMany(row => row.Columns.Select(column => column.Key)).Distinct(StringComparer.Ordinal).ToList();
        var answer = new StringBuilder("""{"tables":[{"name":"PrimaryResult","columns":[""").AppendJoin(',', columns.Select(name => $$"""{"name":"{{name}}","type":"string"}""")).Append("],\"rows\":[");
        var written = 0;
        foreach (var row in rows.OrderBy(row => HashOf(row.Id + query)))
        {
            if (written == _faults.RowsMax || answer.Length > _faults.BytesMax) break;
            if (written++ > 0) answer.Append(',');
            answer.Append('[').AppendJoin(',', columns.Select(name => Cell(row.Columns[name], Pick(row.Id, 2) == 0))).Append(']');
        }

        answer.Append("]}]");
        var isSilent = written == _faults.RowsMax && _faults.IsSilentAboutRows;
        if (written < rows.Count && !isSilent) answer.Append(""","error":{"code":"PartialError","message":"There were some errors when processing your query.","details":[{"code":"EngineError","message":"Something went wrong processing your query on the server.","innererror":{"code":"-2133196797","message":"The results of this query exceed the set limit.","severity":2}}]}""");
        if (written < rows.Count) Count(isSilent ? "cut off without a word" : "partial");
        Interlocked.Increment(ref _answers);
        return SendAsync(context, 200, answer.Append('}').ToString());
    }

    // Dynamic columns come as objects or as text that holds JSON.
    private static string Cell(JsonNode? value, bool isText) => value switch
    {
        null => "null",
        JsonObject or JsonArray when isText => JsonValue.Create(value.ToJsonString()).ToJsonString(),
        _ => value.ToJsonString(),
    };

    // The first tries of a query fail, and the later ones do not.
    private string? FaultOf(string query)
    {
        var tries = _tries.AddOrUpdate(query, 1, static (_, count) => count + 1);
        if (tries > 3 || Pick($"{query} {tries}", 100) >= (ulong)_faults.Percent) return null;
        string[] faults = ["429", "429 date", "500", "503", "timeout", "empty", "torn", "cut", "partial without rows"];
        return faults[(int)Pick($"{tries} {query}", (ulong)faults.Length)];
    }

    private Task PlayAsync(HttpListenerContext context, string fault)
    {
        Count(fault);
        switch (fault)
        {
            case "429":
                context.Response.AddHeader("x-ms-retry-after-ms", "5");
                return ErrorAsync(context, 429, "ThrottledError");
            case "429 date":
                context.Response.AddHeader("Retry-After", "Mon, 02 Mar 2026 08:00:00 GMT");
                return ErrorAsync(context, 429, "ThrottledError");
            case "timeout":
                return ErrorAsync(context, 504, "GatewayTimeout");
            case "empty":
                return StatusAsync(context, 200);
            case "torn":
                return SendAsync(context, 200, """{"tables":[{"name":"PrimaryResult","columns":[{"name":"Id","type":"string"}],"rows":[["torn""");
            case "cut":
                context.Response.ContentLength64 = 1000;
                context.Response.OutputStream.Write("{\"tables\":["u8);
                context.Response.Abort();
                return Task.CompletedTask;
            case "partial without rows":
                return SendAsync(context, 200, """{"tables":[{"name":"PrimaryResult","columns":[],"rows":[]}],"error":{"code":"PartialError","message":"Too much."}}""");
            default:
                return ErrorAsync(context, int.Parse(fault, CultureInfo.InvariantCulture), "InternalServerError");
        }
    }

    private void Count(string fault) => Played.AddOrUpdate(fault, 1, static (_, count) => count + 1);

    private ulong Pick(string text, ulong sides) => HashOf($"{_faults.Seed} {text}") % sides;

    private static ulong HashOf(string text) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text));

    private static DateTime TimeOf(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);

    private static Task ErrorAsync(HttpListenerContext context, int status, string code, string message = "Something is wrong.") =>
        SendAsync(context, status, new JsonObject { ["error"] = new JsonObject { ["message"] = "The request had some invalid properties", ["code"] = code, ["innererror"] = new JsonObject { ["code"] = "SemanticError", ["message"] = message } } }.ToJsonString());

    private static Task StatusAsync(HttpListenerContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static async Task SendAsync(HttpListenerContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        var bytes = Encoding.UTF8.GetBytes(text);
        context.Response.ContentLength64 = bytes.Length;
        await context.Response.OutputStream.WriteAsync(bytes);
    }

    [GeneratedRegex(@"^(?<table>\w+) \| where TimeGenerated >= datetime\((?<since>[^)]+)\) and TimeGenerated < datetime\((?<until>[^)]+)\)( and ingestion_time\(\) >= datetime\((?<ingested>[^)]+)\))?( and hash\(Id, (?<parts>\d+)\) == (?<part>\d+))?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex QueryForm();
}
