using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Detector.Sinks.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Detector.Sinks.Tests.Http;

/// <summary>A service at the edge, over TLS on this machine, with a certificate of its own that nobody else trusts. A test says what it answers.</summary>
internal sealed class ServiceOverTls : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly X509Certificate2 _certificate;
    private readonly Lock _gate = new();
    private readonly List<Received> _received = [];
    private int _begun;

    private ServiceOverTls(WebApplication application, X509Certificate2 certificate)
    {
        _application = application;
        _certificate = certificate;
    }

    /// <summary>What it answers to the n-th request.</summary>
    public Func<int, HttpContext, Task> Answer { get; set; } = (_, context) => Status(context, 202);

    /// <summary>What it does before it reads the n-th request.</summary>
    public Func<int, HttpContext, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Where it is.</summary>
    public Uri Address { get; private set; } = null!;

    public IReadOnlyList<Received> All
    {
        get
        {
            lock (_gate) return [.. _received];
        }
    }

    public static async Task<ServiceOverTls> StartAsync()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var service = new ServiceOverTls(builder.Build(), certificate);
        service._application.Run(service.TakeAsync);
        await service._application.StartAsync();
        service.Address = new Uri(service._application.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        return service;
    }

    /// <summary>A client that trusts it.</summary>
    public SinkHttp Client(params string[] secrets) => Client(TimeProvider.System, secrets);

    /// <summary>A client that trusts it, with a clock of its own.</summary>
    public SinkHttp Client(TimeProvider clock, params string[] secrets) => new(new SinkHttpOptions { AllowedHosts = ["localhost"], TrustedRoots = [_certificate], Secrets = secrets, Clock = clock });

    /// <summary>Answers with a status, and a body where one is given.</summary>
    public static async Task Status(HttpContext context, int status, string body = "", string? retryAfter = null)
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
        if (body.Length > 0) await context.Response.WriteAsync(body);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _certificate.Dispose();
    }

    private async Task TakeAsync(HttpContext context)
    {
        await Before(Interlocked.Increment(ref _begun), context);
        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        int number;
        lock (_gate)
        {
            _received.Add(new Received($"{context.Request.Path}{context.Request.QueryString}", context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), bytes.ToArray()));
            number = _received.Count;
        }

        await Answer(number, context);
    }

    internal sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);
}
