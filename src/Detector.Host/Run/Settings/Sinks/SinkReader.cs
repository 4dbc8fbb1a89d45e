using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;
using Detector.Sinks.Delivery;
using Detector.Sinks.Http;

namespace Detector.Host.Run.Settings.Sinks;

/// <summary>Reads the settings of one sink: keys are those within its section, and what several kinds have in common is read here.</summary>
internal sealed class SinkReader(SettingsReader reader, string name)
{
    private static readonly IReadOnlyList<string> s_severities = [.. Enum.GetValues<Severity>().Select(AlertJson.Word)];

    /// <summary>The sink's name.</summary>
    public string Name => name;

    /// <summary>What its keys begin with.</summary>
    public string At => $"Sinks:{name}:";

    /// <summary>How many problems there are so far, of all sinks.</summary>
    public int Problems => reader.Problems.Count;

    public void Reject(string key, string reason) => reader.Reject($"{At}{key}", reason);

    public string? Text(string key) => reader.Text($"{At}{key}");

    public string? Secret(string key) => reader.Secret($"{At}{key}");

    public IReadOnlyList<string> List(string key) => reader.List($"{At}{key}");

    public IReadOnlyList<string> Sections(string key) => reader.Sections($"{At}{key}");

    public bool Has(string key) => reader.Has($"{At}{key}");

    public string Choice(string key, string otherwise, IReadOnlyList<string> choices) => reader.Choice($"{At}{key}", otherwise, choices);

    public TimeSpan Span(string key, TimeSpan otherwise, TimeSpan min, TimeSpan max) => reader.Span($"{At}{key}", otherwise, min, max);

    public int? Number(string key, int min, int max) => reader.Number($"{At}{key}", min, max);

    /// <summary>The environment variable of a key.</summary>
    public string Variable(string key) => $"DETECTOR_{At.Replace(":", "__", StringComparison.Ordinal)}{key}";

    public Severity Severity(string key, Severity otherwise)
    {
        var word = Choice(key, AlertJson.Word(otherwise), s_severities);
        return Enum.GetValues<Severity>().First(severity => AlertJson.Word(severity) == word);
    }

    /// <summary>Where a person finds an alert: an address with <c>{alertId}</c> in it.</summary>
    public string? AlertAddress()
    {
        var alert = Text("AlertAddress");
        if (alert is not null && !(Uri.TryCreate(alert.Replace("{alertId}", "0", StringComparison.Ordinal), UriKind.Absolute, out var to) && to.Scheme == Uri.UriSchemeHttps)) Reject("AlertAddress", "It has to be an https address; {alertId} in it stands for the alert's id.");
        return alert;
    }

    /// <summary>The address of a service, which is no secret.</summary>
    public Uri? Endpoint(string key, NetSettings net, string advice)
    {
        var given = Text(key);
        var endpoint = Uri.TryCreate(given, UriKind.Absolute, out var uri) ? uri : null;
        if (given is null) Reject(key, advice);
        else if (SinkHttp.ProblemOf(endpoint, net.AllowedHosts) is { } problem) Reject(key, problem);
        return endpoint;
    }

    /// <summary>The address that is a secret itself, and how it is reached.</summary>
    public (Uri? Address, NetSettings Net) Address(IReadOnlyList<string> hosts)
    {
        var before = Problems;
        var given = Secret("Url");
        var isTold = Problems > before;
        var address = Uri.TryCreate(given, UriKind.Absolute, out var uri) ? uri : null;
        var net = Net(hosts is ["*"] ? [address?.IdnHost ?? "-"] : hosts);
        if (given is not null && SinkHttp.ProblemOf(address, net.AllowedHosts) is { } problem) Reject("Url", $"{problem}{(address?.Scheme == Uri.UriSchemeHttps ? $" Name it in {At}AllowedHosts if it is right." : "")}");
        else if (given is null && !isTold) Reject("Url", $"Give the address as the environment variable {Variable("Url")}, or name a file that holds it as {At}UrlFile.");
        return (address, net);
    }

    /// <summary>How the service is reached; <paramref name="hosts"/> where the settings name none.</summary>
    public NetSettings Net(IReadOnlyList<string> hosts)
    {
        Uri? through = null;
        if (Text("Proxy") is { } proxy && !Uri.TryCreate(proxy, UriKind.Absolute, out through)) Reject("Proxy", "It is no address. Write it as http://proxy.contoso.nl:8080.");
        var allowed = List("AllowedHosts");
        return new NetSettings(allowed.Count > 0 ? allowed : hosts, through, Roots(), Span("Deadline", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)));
    }

    /// <summary>Which alerts it gets.</summary>
    public SinkRoute Route()
    {
        var tiers = new List<int>();
        foreach (var tier in List("Tiers"))
        {
            if (int.TryParse(tier, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) tiers.Add(number);
            else Reject("Tiers", $"'{tier}' is no tier. Write numbers, such as 0.");
        }

        return new SinkRoute { MinSeverity = Severity("MinSeverity", Engine.Rules.Severity.Informational), Rules = List("Rules"), ExceptRules = List("ExceptRules"), Tiers = tiers, Tenants = List("Tenants") };
    }

    /// <summary>Hours in which it says little; null for none.</summary>
    public QuietSettings? Quiet()
    {
        var (from, until) = (Time("Quiet:From"), Time("Quiet:Until"));
        var exceptFrom = Severity("Quiet:ExceptFrom", Engine.Rules.Severity.Critical);
        if (from is { } begin && until is { } end && begin != end) return new QuietSettings(begin, end, exceptFrom);
        if (from is not null && from == until) Reject("Quiet:Until", "It is when they begin. Give the time at which they end.");
        else if (from is null != until is null) Reject(from is null ? "Quiet:From" : "Quiet:Until", "Give both Quiet:From and Quiet:Until, such as 22:00 and 07:00.");
        return null;
    }

    private TimeOnly? Time(string key)
    {
        if (Text(key) is not { } text) return null;
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return time;
        Reject(key, $"'{text}' is no time of day. Write it as 22:00.");
        return null;
    }

    /// <summary>Roots that are trusted beside those of the machine; null for none.</summary>
    public X509Certificate2Collection? Roots()
    {
        if (Text("TrustedRoots") is not { } roots) return null;
        var trusted = new X509Certificate2Collection();
        try
        {
            trusted.ImportFromPemFile(roots);
            if (trusted.Count == 0) Reject("TrustedRoots", $"{roots} holds no certificate in PEM form.");
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or CryptographicException)
        {
            Reject("TrustedRoots", $"It cannot be read: {cause.Message}");
        }

        return trusted;
    }
}
