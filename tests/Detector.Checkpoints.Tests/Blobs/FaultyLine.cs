using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Detector.Checkpoints.Tests.Blobs;

/// <summary>What a line does to one request.</summary>
internal enum LineFault
{
    /// <summary>Passes it on.</summary>
    None,

    /// <summary>Answers 503 itself.</summary>
    Busy,

    /// <summary>Answers 412 itself.</summary>
    Precondition,

    /// <summary>Answers 403 itself.</summary>
    Forbidden,

    /// <summary>Breaks before the service has it.</summary>
    CutBefore,

    /// <summary>Breaks when the service has done it, so that nobody is told.</summary>
    CutAfter,

    /// <summary>Never answers.</summary>
    Hang,
}

/// <summary>The part of a request that faults are chosen by.</summary>
internal sealed record LineRequest(string Method, string Path);

/// <summary>A line to a service on this machine that fails as it is told to. One request a connection.</summary>
internal sealed class FaultyLine : IDisposable
{
    private static readonly string[] s_notPassedOn = ["Host", "Transfer-Encoding", "Connection", "Keep-Alive", "Content-Length", "Expect"];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HttpClient _service = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _to;
    private readonly ConcurrentDictionary<LineFault, int> _played = new();

    public FaultyLine(Uri to, Func<LineRequest, LineFault> fault)
    {
        _to = to;
        Fault = fault;
        _listener.Start();
        Endpoint = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/"));
        _ = ServeAsync();
    }

    public Uri Endpoint { get; }

    /// <summary>Decides for each request.</summary>
    public Func<LineRequest, LineFault> Fault { get; set; }

    public string Played => string.Join(", ", _played.Where(pair => pair.Key != LineFault.None).Select(pair => $"{pair.Value} {pair.Key}"));

    public int Count(LineFault fault) => _played.GetValueOrDefault(fault);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _service.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = Task.Run(() => PassAsync(client));
            }
            catch (Exception cause) when (cause is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var connection = client;
        try
        {
            await using var stream = client.GetStream();
            if (await ReadAsync(stream) is not var (request, body)) return;
            var fault = Fault(new LineRequest(request.Method.Method, request.RequestUri!.AbsolutePath));
            _played.AddOrUpdate(fault, 1, static (_, count) => count + 1);
            if (fault == LineFault.Hang) await Task.Delay(Timeout.InfiniteTimeSpan, _stop.Token);
            if (fault is LineFault.None or LineFault.CutAfter) await ForwardAsync(stream, request, body, isAnswered: fault == LineFault.None);
            else if (fault != LineFault.CutBefore) await SayAsync(stream, fault);
        }
        catch (Exception cause) when (cause is SocketException or ObjectDisposedException or HttpRequestException or OperationCanceledException or IOException)
        {
            // One of the two has gone.
        }
    }

    private static Task SayAsync(NetworkStream stream, LineFault fault)
    {
        var (status, code) = fault switch
        {
            LineFault.Busy => ("503 Busy", "ServerBusy"),
            LineFault.Precondition => ("412 Precondition", "ConditionNotMet"),
            _ => ("403 Forbidden", "AuthorizationPermissionMismatch"),
        };
        return stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nx-ms-error-code: {code}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")).AsTask();
    }

    private async Task<(HttpRequestMessage Request, byte[] Body)?> ReadAsync(NetworkStream stream)
    {
        var lines = new List<string>();
        for (var line = await LineAsync(stream); line.Length > 0; line = await LineAsync(stream)) lines.Add(line);
        if (lines.Count == 0) return null;
        var start = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0];

        // After a 503 the client asks before it sends much.
        if (headers.ContainsKey("Expect")) await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), _stop.Token);
        await stream.ReadExactlyAsync(body, _stop.Token);
        var request = new HttpRequestMessage(new HttpMethod(start[0]), new Uri(_to, start[1])) { Content = headers.ContainsKey("Content-Length") ? new ByteArrayContent(body) : null };
        foreach (var (name, value) in headers.Where(header => !s_notPassedOn.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        return (request, body);
    }

    private async Task<string> LineAsync(NetworkStream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) == 1 && one[0] != '\n')
        {
            if (one[0] != '\r') line.Append((char)one[0]);
        }

        return line.ToString();
    }

    private async Task ForwardAsync(NetworkStream stream, HttpRequestMessage request, byte[] body, bool isAnswered)
    {
        using var answer = await _service.SendAsync(request, _stop.Token);
        body = await answer.Content.ReadAsByteArrayAsync(_stop.Token);
        if (!isAnswered) return;
        var length = request.Method == HttpMethod.Head ? answer.Content.Headers.ContentLength ?? 0 : body.Length;
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {(int)answer.StatusCode} {answer.StatusCode}\r\n");
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !s_notPassedOn.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
            head.Append(CultureInfo.InvariantCulture, $"{name}: {string.Join(", ", values)}\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\nConnection: close\r\n\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.ToString()), _stop.Token);
        await stream.WriteAsync(body, _stop.Token);
    }
}
