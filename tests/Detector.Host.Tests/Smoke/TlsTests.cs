using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Detector.Host.Tests.Smoke;

/// <summary>What <c>detector smoke</c> says of a broker that speaks TLS, with a certificate that this machine trusts and with one that it does not.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly Folder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true, "ok    broker                    localhost:PORT answers with Tls1")]
    [InlineData(false, "FAIL  broker                    localhost:PORT: there is no TLS with it: The remote certificate is invalid")]
    public async Task A_certificate_is_looked_at(bool isTrusted, string told)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only on Linux a process can be told which certificates to trust.");
        using var certificate = Certificate();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, certificate);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var config = _folder.Write("run.json", $$$"""{"Source": {"Kind": "eventhubs", "EventHubs": {"Brokers": "localhost:{{{port}}}", "Auth": "workload-identity", "Topics": ["audit"]} }, "Sinks": {"Console": {} } }""");

        var output = await SmokeAsync(config, isTrusted ? _folder.Write("trusted.pem", certificate.ExportCertificatePem()) : _folder.Write("none.pem", ""));

        Assert.Contains(told.Replace("PORT", $"{port}", StringComparison.Ordinal), output, StringComparison.Ordinal);
        if (isTrusted) Assert.Contains("its certificate is good until", output, StringComparison.Ordinal);
        listener.Stop();
        await serving;
    }

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
    }

    private static async Task ServeAsync(TcpListener listener, X509Certificate2 certificate)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(Cancellation);
                await using var secure = new SslStream(client.GetStream());
                try
                {
                    await secure.AuthenticateAsServerAsync(certificate);
                }
                catch (Exception cause) when (cause is IOException or System.Security.Authentication.AuthenticationException)
                {
                    // It was not trusted.
                }
            }
        }
        catch (Exception cause) when (cause is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task<string> SmokeAsync(string config, string trusted)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "detector"), ["smoke", "--config", config, "--timeout", "20s"]) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["SSL_CERT_FILE"] = trusted;
        start.Environment["SSL_CERT_DIR"] = _folder.Path;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return output;
    }
}
