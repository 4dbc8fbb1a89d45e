using System.Globalization;
using System.Net;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Detector.Sources.Files;

namespace Detector.Sources.LogAnalytics;

/// <summary>
/// Asks the query API, and waits and asks again where that helps. Retries are counted here and not by the pipeline:
/// after a time-out the same query would only time out again, so that it has to be made smaller.
/// </summary>
internal sealed class QueryClient : IDisposable
{
    /// <summary>Failures in a row of one query.</summary>
    public const int FailuresMax = 8;

    /// <summary>Times in a row that one query is told to wait: hours, at the pace of the service.</summary>
    public const int ThrottlesMax = 200;

    // The service's own time-out answer must have come before we stop listening.
    private static readonly TimeSpan s_listenLonger = TimeSpan.FromSeconds(15);

    // Whoever waits for so long wants to know why.
    private static readonly TimeSpan s_tellFrom = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_delayMax = TimeSpan.FromMinutes(1);

    private readonly LogAnalyticsOptions _options;
    private readonly TimeProvider _clock;
    private readonly Uri _address;
    private readonly HttpClient _http;
    private readonly HttpPipeline _pipeline;

    public QueryClient(LogAnalyticsOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _address = new Uri(options.Endpoint, $"/v1/workspaces/{options.Workspace:D}/query");
        _http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All, AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
        var settings = new QueryClientOptions { Transport = new HttpClientTransport(_http) };
        settings.Retry.MaxRetries = 0;
        _pipeline = options.Credential is { } credential
            ? HttpPipelineBuilder.Build(settings, new BearerTokenAuthenticationPolicy(credential, Scope(options.Endpoint)))
            : HttpPipelineBuilder.Build(settings);
    }

    /// <summary>The workspace, as errors name it.</summary>
    public string Name => $"log-analytics/{_options.Workspace:D}";

    /// <summary>Asks until there is an answer or no sense in asking.</summary>
    /// <param name="query">The query.</param>
    /// <param name="window">What it asks for.</param>
    /// <param name="into">Takes the bytes of the answer.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InputException">The workspace cannot be read.</exception>
    public async Task<QueryOutcome> QueryAsync(string query, QueryWindow window, Block into, CancellationToken cancellation)
    {
        for (int failures = 0, throttles = 0; ;)
        {
            var outcome = await AskAsync(query, window, into, cancellation);
            if (outcome is not QueryOutcome.Again again) return outcome;
            if (again.IsThrottled) throttles++;
            else failures++;
            if (failures >= FailuresMax || throttles >= ThrottlesMax)
                throw new InputException(Name, $"the service does not answer: {again.Reason}.", "Try again later; its state is on the Azure status page.");
            var delay = again.After ?? Backoff(failures + throttles);
            if (delay >= s_tellFrom) _options.Note?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{Name} is asked again in {delay.TotalSeconds:0} seconds: {again.Reason}."));
            await Task.Delay(delay, _clock, cancellation);
        }
    }

    public void Dispose() => _http.Dispose();

    private static string Scope(Uri endpoint) =>
        endpoint.Host.EndsWith(".azure.com", StringComparison.OrdinalIgnoreCase) ? "https://api.loganalytics.io/.default" : $"{endpoint.GetLeftPart(UriPartial.Authority)}/.default";

    private TimeSpan Backoff(int tries)
    {
        var delay = _options.RetryDelay * Math.Pow(2, Math.Min(tries - 1, 20));
        return delay < s_delayMax ? delay : s_delayMax;
    }

    private async Task<QueryOutcome> AskAsync(string query, QueryWindow window, Block into, CancellationToken cancellation)
    {
        using var message = _pipeline.CreateMessage();
        message.BufferResponse = false;
        message.NetworkTimeout = _options.QueryTimeout + s_listenLonger;
        message.Request.Method = RequestMethod.Post;
        message.Request.Uri.Reset(_address);
        message.Request.Headers.Add("Content-Type", "application/json");
        message.Request.Headers.Add("Prefer", string.Create(CultureInfo.InvariantCulture, $"wait={(int)_options.QueryTimeout.TotalSeconds}"));
        message.Request.Content = RequestContent.Create(QueryText.Body(query, window));
        try
        {
            await _pipeline.SendAsync(message, cancellation);
            return await ReadAsync(message.Response, into, cancellation);
        }
        catch (AuthenticationFailedException cause)
        {
            throw new InputException(Name, $"no token could be had: {cause.Message.Split('\n')[0].TrimEnd('.', '\r')}.", "Log in, for instance with 'az login', or name another credential.", cause);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new QueryOutcome.TooMuch($"no answer came within {_options.QueryTimeout + s_listenLonger}", IsTimeout: true);
        }
        catch (Exception cause) when (cause is RequestFailedException or IOException or HttpRequestException)
        {
            cancellation.ThrowIfCancellationRequested();
            return new QueryOutcome.Again(cause.Message.TrimEnd('.'), null, IsThrottled: false);
        }
    }

    private async Task<QueryOutcome> ReadAsync(Response response, Block into, CancellationToken cancellation)
    {
        if (!await FillAsync(response, into, cancellation)) return new QueryOutcome.TooMuch($"the answer is more than {_options.AnswerBytesMax} bytes", IsTimeout: false);
        return response.Status switch
        {
            200 => Rows(into),
            204 => new QueryOutcome.Rows(0, 0),
            408 or 504 => new QueryOutcome.TooMuch(Said(response, into), IsTimeout: true),
            413 => new QueryOutcome.TooMuch(Said(response, into), IsTimeout: false),
            429 => new QueryOutcome.Again(Said(response, into), RetryAfter.Of(response, _clock.GetUtcNow()), IsThrottled: true),
            500 or 502 or 503 => new QueryOutcome.Again(Said(response, into), RetryAfter.Of(response, _clock.GetUtcNow()), IsThrottled: false),
            400 when IsMissingTable(QueryAnswer.ErrorText(into.Bytes)) => new QueryOutcome.NoTable(),
            _ => throw Refused(response.Status, Said(response, into)),
        };
    }

    private async Task<bool> FillAsync(Response response, Block into, CancellationToken cancellation)
    {
        into.Clear();
        if (response.ContentStream is not { } content) return true;
        while (true)
        {
            if (into.Length > _options.AnswerBytesMax) return false;
            if (into.Length == into.Buffer.Length) into.Grow((int)Math.Min(2L * into.Buffer.Length, _options.AnswerBytesMax + 1L));
            var got = await content.ReadAsync(into.Buffer.AsMemory(into.Length), cancellation);
            if (got == 0) return true;
            into.Length += got;
        }
    }

    private QueryOutcome Rows(Block into)
    {
        if (into.Length == 0) return new QueryOutcome.Again("it gave an empty answer", null, IsThrottled: false);
        var answer = QueryAnswer.Of(into.Bytes);
        if (answer.Damage is { } damage) return new QueryOutcome.Again($"its answer is damaged: {damage.TrimEnd('.')}", null, IsThrottled: false);
        if (answer.Error is { } error) return new QueryOutcome.TooMuch(error, IsTimeout: false);
        if (answer.Rows >= _options.RowsMax) return new QueryOutcome.TooMuch($"the answer has {answer.Rows} rows, and may have been cut off there", IsTimeout: false);
        return new QueryOutcome.Rows(answer.Rows, into.Length);
    }

    private static string Said(Response response, Block into) => $"{response.Status} {QueryAnswer.ErrorText(into.Bytes)}".TrimEnd('.');

    // "SEM0100: 'where' operator: Failed to resolve table or column expression named 'AADManagedIdentitySignInLogs'".
    private static bool IsMissingTable(string error) => error.Contains("Failed to resolve table", StringComparison.OrdinalIgnoreCase);

    private InputException Refused(int status, string said) => status switch
    {
        401 => new InputException(Name, $"the token was not accepted: {said}.", "Check that the credential belongs to the tenant of the workspace."),
        403 => new InputException(Name, $"it may not be read: {said}.", "Give the identity the role 'Log Analytics Data Reader' on the workspace or on its tables; a new role may take some minutes."),
        404 => new InputException(Name, $"there is no such workspace: {said}.", "Give the workspace ID from the overview page of the workspace, and the endpoint of its cloud."),
        _ => new InputException(Name, $"the query was refused: {said}.", "Check the tables and the endpoint."),
    };

    private sealed class QueryClientOptions : ClientOptions;
}
