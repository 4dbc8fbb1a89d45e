using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Detector.Sinks.Delivery;

namespace Detector.Sinks.Http;

/// <summary>
/// How sinks call services: https alone, only hosts that are allowed, no redirects, no proxy but one that was named, no cookies, a bounded
/// answer, and no word that was given as a secret in any message. It tries once: trying again is the lane's.
/// </summary>
public sealed class SinkHttp : IDisposable
{
    private const int AnswerMax = 64 * 1024;
    private const int SaidMax = 200;

    private readonly HttpClient _client;
    private readonly SinkHttpOptions _options;
    private readonly SecretWords _secrets;

    /// <summary>A client; it connects when it is first used.</summary>
    public SinkHttp(SinkHttpOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _secrets = new SecretWords(options.Secrets);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = options.Proxy is not null,
            Proxy = options.Proxy is { } proxy ? new WebProxy(proxy) : null,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(15),

            // So that a service that moved is found again.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        if (options.TrustedRoots is { Count: > 0 } roots) handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(roots, certificate, chain, errors);
        _client = new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Why an address may not be called, as a sentence that does not repeat it; null when it may.</summary>
    public static string? ProblemOf(Uri? address, IReadOnlyList<string> allowedHosts)
    {
        ArgumentNullException.ThrowIfNull(allowedHosts);
        if (address is not { IsAbsoluteUri: true } || address.Scheme != Uri.UriSchemeHttps) return "It has to be an https address.";
        if (address.UserInfo.Length > 0) return "It has a name or password before the host, which is not sent.";
        return allowedHosts.Any(pattern => IsHost(pattern, address.IdnHost)) ? null : $"Its host {address.IdnHost} is none of those that are allowed: {string.Join(", ", allowedHosts)}.";
    }

    /// <summary>Sends a request once.</summary>
    /// <param name="request">What is sent; disposed of with this call.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="also">Further statuses that are an answer and no failure.</param>
    /// <exception cref="SinkBusyException">The service asks to wait (429, 503).</exception>
    /// <exception cref="SinkRefusedException">The service will never take it (400, 413, 415, 422).</exception>
    /// <exception cref="HttpRequestException">It is not known what became of it, or something has to be mended first.</exception>
    /// <returns>An answer whose status is 2xx, or 410, or one of these.</returns>
    public async Task<SinkAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellation, params int[] also)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(also);
        using (request)
        {
            if (ProblemOf(request.RequestUri, _options.AllowedHosts) is { } problem) throw new HttpRequestException(problem);
            var host = request.RequestUri!.IdnHost;
            try
            {
                using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
                var answer = new SinkAnswer((int)response.StatusCode, await BodyAsync(response.Content, cancellation), RetryAfterOf(response.Headers));
                return answer.Status is (>= 200 and < 300) or 410 || also.Contains(answer.Status) ? answer : throw Failure(host, answer);
            }
            catch (HttpRequestException cause) when (cause.StatusCode is null && cause.Data["said"] is null)
            {
                throw Said(new HttpRequestException($"{host}: {Clean(cause.GetBaseException().Message)}", cause));
            }
        }
    }

    /// <summary>A text of a service, cut and without secrets, for a message.</summary>
    public string Clean(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Console.TerminalText.Clean(_secrets.TakenOutOf(text).ReplaceLineEndings(" "), SaidMax);
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private Exception Failure(string host, SinkAnswer answer)
    {
        var said = answer.Body.Trim() is { Length: > 0 } body ? $": {Clean(body)}" : "";
        var message = $"{host} answered {answer.Status}{said}";
        return answer.Status switch
        {
            400 or 413 or 415 or 422 => new SinkRefusedException(message),
            429 or 503 => new SinkBusyException(message, answer.RetryAfter),
            _ => Said(new HttpRequestException(message, inner: null, (HttpStatusCode)answer.Status)),
        };
    }

    private static HttpRequestException Said(HttpRequestException exception)
    {
        exception.Data["said"] = true;
        return exception;
    }

    // A date is by the service's clock, and how far off it is the service says, too: ours may be wrong by hours.
    private TimeSpan? RetryAfterOf(HttpResponseHeaders headers)
    {
        var after = headers.RetryAfter?.Delta ?? (headers.RetryAfter?.Date is { } date ? date - (headers.Date ?? _options.Clock.GetUtcNow()) : null);
        return after is { } wait && wait > TimeSpan.Zero ? wait : null;
    }

    private static async Task<string> BodyAsync(HttpContent content, CancellationToken cancellation)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var bytes = new byte[AnswerMax];
        var read = await stream.ReadAtLeastAsync(bytes, AnswerMax, throwOnEndOfStream: false, cancellation);
        return Encoding.UTF8.GetString(bytes, 0, read);
    }

    private static bool IsHost(string pattern, string host) => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? host.Length > pattern.Length - 1 && host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
        : string.Equals(pattern, host, StringComparison.OrdinalIgnoreCase);

    // The name still has to be the host's; what is added is who may vouch for it.
    private static bool IsTrusted(X509Certificate2Collection roots, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is null) return false;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(roots);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (chain is not null) own.ChainPolicy.ExtraStore.AddRange(chain.ChainElements.Select(element => element.Certificate).ToArray());
        using var checkedCertificate = new X509Certificate2(certificate);
        return own.Build(checkedCertificate);
    }
}

/// <summary>What a service answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The first 64 KiB of the body.</param>
/// <param name="RetryAfter">How long it asks to wait; null where it does not say.</param>
public sealed record SinkAnswer(int Status, string Body, TimeSpan? RetryAfter);

/// <summary>What a <see cref="SinkHttp"/> may do.</summary>
public sealed record SinkHttpOptions
{
    /// <summary>Hosts that may be called; <c>*.</c> stands for any names before the rest.</summary>
    public required IReadOnlyList<string> AllowedHosts { get; init; }

    /// <summary>Words that no message repeats.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>The proxy; null for none, whatever the environment says.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Roots that are trusted beside those of the machine; null for none.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>Tells how far off the date of a Retry-After is, where the answer itself has no date.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
