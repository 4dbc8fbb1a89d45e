using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Detector.Host.Tests.Run;

/// <summary>
/// A service over TLS, and a proxy before services of other names, that fails in one way after another and each time says all that it
/// knows: what it was sent, and words that a test gives it.
/// </summary>
internal sealed class HostileService : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _certificate;
    private readonly ConcurrentDictionary<string, int> _calls = new(StringComparer.Ordinal);
    private readonly Task _accepting;

    public HostileService(params string[] names)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names) alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Words that it repeats wherever it can, by what a path begins with: what the service there knows.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Words { get; set; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>What was sent, with the path before.</summary>
    public ConcurrentQueue<(string Path, string Head, string Body)> Received { get; } = [];

    public int CallsOf(string path) => _calls.GetValueOrDefault(path);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
#pragma warning disable VSTHRD003 // It was started in the constructor.
        await Task.WhenAny(_accepting);
#pragma warning restore VSTHRD003
        _certificate.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            _ = Task.Run(() => TalkAsync(client));
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                // A handshake begins with 22; what is asked of a proxy begins with a word.
                var first = new byte[1];
                await client.Client.ReceiveAsync(first, SocketFlags.Peek, _stop.Token);
                if (first[0] != 22)
                {
                    await HeadAsync(client.GetStream());
                    await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), _stop.Token);
                }

                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
                await AnswerAsync(tls);
            }
            catch (Exception cause) when (cause is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // Whoever does not trust it hangs up.
            }
        }
    }

    private async Task AnswerAsync(SslStream tls)
    {
        var head = await HeadAsync(tls);
        var lengthAt = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        var length = int.Parse(head[(lengthAt + 16)..head.IndexOf('\r', lengthAt)], System.Globalization.CultureInfo.InvariantCulture);
        var bytes = new byte[length];
        await tls.ReadExactlyAsync(bytes, _stop.Token);
        var body = Encoding.UTF8.GetString(bytes);
        var path = head.Split(' ')[1].Split('?')[0];
        Received.Enqueue((path, head, body));
        var words = Words.First(known => path.StartsWith(known.Key, StringComparison.Ordinal)).Value;
        var call = _calls.AddOrUpdate(path, 1, (_, calls) => calls + 1);

        // A message is cut, so each form comes first at some time.
        var said = string.Join(' ', words.Skip(call % words.Count).Concat(words.Take(call % words.Count)));
        var all = $"{said} {head} {body}";
        var secret = words[0];
        var answer = (call % 7) switch
        {
            1 => With("500 Internal Server Error", $"X-Echo: {said}\r\n", all),
            2 => With("302 Found", $"Location: https://elsewhere.example/{secret}?{said}\r\n", all),
            3 => $"HTTP/1.1 {secret} {said}\r\n\r\n",
            4 => With("400 Bad Request", "", all),
            5 => With("429 Too Many Requests", "Retry-After: 0\r\n", all),
            6 => $"HTTP/1.1 200 OK\r\n{secret} {said}\r\n\r\n",
            _ => With("200 OK", "", $"HTTP error {all}"),
        };
        await tls.WriteAsync(Encoding.UTF8.GetBytes(answer), _stop.Token);
    }

    private static string With(string status, string headers, string body) => $"HTTP/1.1 {status}\r\n{headers}Content-Type: text/plain\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";

    private async Task<string> HeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, _stop.Token);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
