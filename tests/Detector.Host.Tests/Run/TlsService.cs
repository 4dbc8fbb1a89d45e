using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Detector.Host.Tests.Run;

/// <summary>
/// A service over TLS on this machine, for a worker that is a process of its own: no web server's files lie beside the program then, which
/// brings its own. It takes requests with a length and answers with a status; a body may go with it.
/// </summary>
internal sealed class TlsService : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<Call> _calls = [];
    private readonly X509Certificate2 _certificate;

    private TlsService(X509Certificate2 certificate) => _certificate = certificate;

    /// <summary>The status of the answer to a call.</summary>
    public Func<Call, int> Answer { get; set; } = _ => 202;

    /// <summary>What the answer to a call has as body.</summary>
    public Func<Call, string> Body { get; set; } = _ => "";

    /// <summary>A header of the answer to a call, whole; null for none.</summary>
    public Func<Call, string?> Header { get; set; } = _ => null;

    public Uri Address => new($"https://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>What a client has to trust.</summary>
    public string RootPem => _certificate.ExportCertificatePem();

    public IReadOnlyList<Call> All
    {
        get
        {
            lock (_gate) return [.. _calls];
        }
    }

    public static TlsService Start()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var service = new TlsService(X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null));
        service._listener.Start();
        _ = service.AcceptAsync();
        return service;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _certificate.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception cause) when (cause is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                await using var stream = new SslStream(client.GetStream());
                await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate, ApplicationProtocols = [SslApplicationProtocol.Http11] }, _stop.Token);
                while (await CallAsync(stream) is { } call)
                {
                    lock (_gate) _calls.Add(call);
                    var body = Body(call);
                    var answer = $"HTTP/1.1 {Answer(call)} Answer\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{(Header(call) is { } header ? header + "\r\n" : "")}\r\n{body}";
                    await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), _stop.Token);
                }
            }
        }
        catch (Exception cause) when (cause is IOException or OperationCanceledException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The caller was killed, or the test is over.
        }
    }

    private async Task<Call?> CallAsync(SslStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (head.Length < 4 || head.ToString(head.Length - 4, 4) != "\r\n\r\n")
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0) return null;
            head.Append((char)one[0]);
        }

        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var length = lines.FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } given ? int.Parse(given.Split(':')[1], CultureInfo.InvariantCulture) : 0;
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return new Call(lines[0].Split(' ')[1], head.ToString(), body);
    }

    /// <summary>A request.</summary>
    internal sealed record Call(string Path, string Head, byte[] Body);
}
