using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;
using Detector.Host.Commands;
using Detector.Sinks.Delivery;
using Detector.Sinks.Http;
using Detector.Sinks.PagerDuty;
using Detector.Sinks.Sentinel;
using Detector.Sinks.Sms;
using Detector.Sinks.Teams;

namespace Detector.Host.Run.Settings;

/// <summary>Where alerts go: a sink is on when its section is there. A section is named after its kind, or <c>Kind-name</c> where there are several of one.</summary>
internal sealed record SinkSettings(IReadOnlyList<SinkSection> Sections)
{
    private static readonly string[] s_kinds = [FileSection.Kind, ConsoleSection.Kind, TeamsSection.Kind, SentinelSection.Kind, PagerDutySection.Kind, SmsSection.Kind, WebhookSection.Kind];
    private static readonly IReadOnlyList<string> s_severities = [.. Enum.GetValues<Severity>().Select(AlertJson.Word)];

    /// <summary>Words that nothing may print.</summary>
    public IEnumerable<string> Secrets => Sections.SelectMany(section => section.Secrets);

    /// <summary>The sink of a name alone; all with null; null when there is none of that name.</summary>
    public SinkSettings? Named(string? name) => name is null
        ? this
        : Sections.FirstOrDefault(section => section.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } one ? new SinkSettings([one]) : null;

    /// <summary>The settings below <c>Sinks</c>.</summary>
    public static SinkSettings Read(SettingsReader reader)
    {
        var sections = new List<SinkSection>();
        foreach (var name in reader.Sections("Sinks"))
        {
            var kind = Array.Find(s_kinds, kind => name.Equals(kind, StringComparison.OrdinalIgnoreCase) || name.StartsWith($"{kind}-", StringComparison.OrdinalIgnoreCase));
            if (kind is not null && reader.Has($"Sinks:{name}")) sections.Add(Section(reader, kind, name.Equals(kind, StringComparison.OrdinalIgnoreCase) ? kind : name));
            else if (kind is null) reader.Reject($"Sinks:{name}", $"There is no such sink; there are {string.Join(", ", s_kinds)}.{(Nearest.Of(name, s_kinds) is { } near ? $" Did you mean 'Sinks:{near}'?" : "")}");
        }

        if (sections.Count == 0 && reader.Problems.Count == 0) reader.Reject("Sinks", "Nothing takes the alerts. Add a section, such as \"File\": {\"Path\": \"alerts.ndjson\"} or \"Console\": {}.");
        return new SinkSettings(sections);
    }

    private static SinkSection Section(SettingsReader reader, string kind, string name)
    {
        var at = $"Sinks:{name}:";
        SinkSection section = kind switch
        {
            FileSection.Kind => File(reader, name, at),
            ConsoleSection.Kind => new ConsoleSection(name, reader.Choice($"{at}Format", "ndjson", ["ndjson", "table"]) == "table"),
            TeamsSection.Kind => Teams(reader, name, at),
            SentinelSection.Kind => Sentinel(reader, name, at),
            PagerDutySection.Kind => PagerDuty(reader, name, at),
            SmsSection.Kind => Sms(reader, name, at),
            _ => Webhook(reader, name, at),
        };
        return section with { Route = Route(reader, at) };
    }

    private static FileSection File(SettingsReader reader, string name, string at)
    {
        var path = reader.Text($"{at}Path");
        if (path is null) reader.Reject($"{at}Path", "Name the file that takes the alerts.");
        return new FileSection(name, path ?? "");
    }

    private static TeamsSection Teams(SettingsReader reader, string name, string at)
    {
        var (address, net) = Address(reader, at, TeamsSink.Hosts);
        var mentions = new List<CardMention>();
        foreach (var who in reader.Sections($"{at}Mentions"))
        {
            var id = reader.Text($"{at}Mentions:{who}:Id");
            var from = SeverityOf(reader, $"{at}Mentions:{who}:From", Severity.Critical);
            if (id is null) reader.Reject($"{at}Mentions:{who}:Id", "Give the object id or user principal name of who is mentioned.");
            else mentions.Add(new CardMention(id, who, from));
        }

        return new TeamsSection(name, address, net, mentions, AlertAddress(reader, at));
    }

    private static string? AlertAddress(SettingsReader reader, string at)
    {
        var alert = reader.Text($"{at}AlertAddress");
        if (alert is not null && !(Uri.TryCreate(alert.Replace("{alertId}", "0", StringComparison.Ordinal), UriKind.Absolute, out var to) && to.Scheme == Uri.UriSchemeHttps)) reader.Reject($"{at}AlertAddress", "It has to be an https address; {alertId} in it stands for the alert's id.");
        return alert;
    }

    private static WebhookSection Webhook(SettingsReader reader, string name, string at)
    {
        // Any host: it is the operator's own choice, and the one that is named is the only one that is called.
        var (address, net) = Address(reader, at, ["*"]);
        return new WebhookSection(name, address, net, reader.Secret($"{at}Key"));
    }

    private static SentinelSection Sentinel(SettingsReader reader, string name, string at)
    {
        var net = Net(reader, at, SentinelSink.Hosts);
        var given = reader.Text($"{at}Endpoint");
        var endpoint = Uri.TryCreate(given, UriKind.Absolute, out var uri) ? uri : null;
        var rule = reader.Text($"{at}RuleId");
        var auth = reader.Choice($"{at}Auth", EventHubsSettings.ManagedIdentity, [EventHubsSettings.ManagedIdentity, EventHubsSettings.WorkloadIdentity, EventHubsSettings.AzureCli]);
        if (given is null) reader.Reject($"{at}Endpoint", "Give the address for ingestion of the data collection rule, such as https://my-rule-abcd.westeurope-1.ingest.monitor.azure.com.");
        else if (SinkHttp.ProblemOf(endpoint, net.AllowedHosts) is { } problem) reader.Reject($"{at}Endpoint", problem);
        if (rule is null) reader.Reject($"{at}RuleId", "Give the immutable id of the data collection rule (dcr-…).");
        return new SentinelSection(name, endpoint, net, rule ?? "", reader.Text($"{at}Stream") ?? "Custom-PimDetections", auth, reader.Text($"{at}ClientId"));
    }

    private static PagerDutySection PagerDuty(SettingsReader reader, string name, string at)
    {
        var net = Net(reader, at, PagerDutySink.Hosts);
        var isEuropean = reader.Choice($"{at}Region", "eu", ["eu", "us"]) == "eu";
        var before = reader.Problems.Count;
        var key = reader.Secret($"{at}RoutingKey");
        if (key is null && reader.Problems.Count == before) reader.Reject($"{at}RoutingKey", $"Give the integration key of the service as the environment variable DETECTOR_{at.Replace(":", "__", StringComparison.Ordinal)}RoutingKey, or name a file that holds it as {at}RoutingKeyFile.");
        return new PagerDutySection(name, new Uri(isEuropean ? "https://events.eu.pagerduty.com" : "https://events.pagerduty.com"), net, key ?? "");
    }

    private static SmsSection Sms(SettingsReader reader, string name, string at)
    {
        var net = Net(reader, at, SmsSink.Hosts);
        var given = reader.Text($"{at}Endpoint");
        var endpoint = Uri.TryCreate(given, UriKind.Absolute, out var uri) ? uri : null;
        if (given is null) reader.Reject($"{at}Endpoint", "Give the address of the resource, such as https://my-resource.europe.communication.azure.com.");
        else if (SinkHttp.ProblemOf(endpoint, net.AllowedHosts) is { } problem) reader.Reject($"{at}Endpoint", problem);
        var from = reader.Text($"{at}From");
        if (from is null) reader.Reject($"{at}From", "Give the number or name that messages come from.");
        var to = reader.List($"{at}To");
        if (to.Count is 0 or > SmsSink.RecipientsMax) reader.Reject($"{at}To", $"Give 1 to {SmsSink.RecipientsMax} numbers, such as [\"+31612345678\"].");
        if (to.FirstOrDefault(number => !(number.Length is > 7 and < 17 && number[0] == '+' && number.Skip(1).All(char.IsAsciiDigit))) is { } wrong) reader.Reject($"{at}To", $"'{wrong}' is no number. Write it as +31612345678.");
        const string ByKey = "access-key";
        var auth = reader.Choice($"{at}Auth", EventHubsSettings.ManagedIdentity, [EventHubsSettings.ManagedIdentity, EventHubsSettings.WorkloadIdentity, EventHubsSettings.AzureCli, ByKey]);
        var key = reader.Secret($"{at}AccessKey");
        var bytes = new byte[((key?.Length ?? 0) * 3 / 4) + 3];
        var isKey = Convert.TryFromBase64String(key ?? "", bytes, out var length) && length > 0;
        if ((auth == ByKey) != (key is not null)) reader.Reject($"{at}AccessKey", auth == ByKey ? $"It is needed for this Auth. Give it as the environment variable DETECTOR_{at.Replace(":", "__", StringComparison.Ordinal)}AccessKey." : $"With Auth {auth} it is not used. Take it away, or write \"Auth\": \"{ByKey}\".");
        else if (key is not null && !isKey) reader.Reject($"{at}AccessKey", "It is no key: those of the service are Base64.");
        return new SmsSection(name, endpoint, net, from ?? "", to, key, isKey ? bytes[..length] : null, auth, reader.Text($"{at}ClientId"), AlertAddress(reader, at));
    }

    private static (Uri? Address, NetSettings Net) Address(SettingsReader reader, string at, IReadOnlyList<string> hosts)
    {
        var given = reader.Secret($"{at}Url");
        var address = Uri.TryCreate(given, UriKind.Absolute, out var uri) ? uri : null;
        var net = Net(reader, at, hosts is ["*"] ? [address?.IdnHost ?? "-"] : hosts);
        if (given is not null && SinkHttp.ProblemOf(address, net.AllowedHosts) is { } problem) reader.Reject($"{at}Url", $"{problem}{(address?.Scheme == Uri.UriSchemeHttps ? $" Name it in {at}AllowedHosts if it is right." : "")}");
        else if (given is null && !reader.Problems.Any(known => known.StartsWith($"{at}Url", StringComparison.OrdinalIgnoreCase))) reader.Reject($"{at}Url", $"Give the address as the environment variable DETECTOR_{at.Replace(":", "__", StringComparison.Ordinal)}Url, or name a file that holds it as {at}UrlFile.");
        return (address, net);
    }

    private static NetSettings Net(SettingsReader reader, string at, IReadOnlyList<string> hosts)
    {
        var proxy = reader.Text($"{at}Proxy");
        Uri? through = null;
        if (proxy is not null && !Uri.TryCreate(proxy, UriKind.Absolute, out through)) reader.Reject($"{at}Proxy", "It is no address. Write it as http://proxy.contoso.nl:8080.");
        var roots = reader.Text($"{at}TrustedRoots");
        X509Certificate2Collection? trusted = null;
        if (roots is not null)
        {
            try
            {
                trusted = [];
                trusted.ImportFromPemFile(roots);
                if (trusted.Count == 0) reader.Reject($"{at}TrustedRoots", $"{roots} holds no certificate in PEM form.");
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or CryptographicException)
            {
                reader.Reject($"{at}TrustedRoots", $"It cannot be read: {cause.Message}");
            }
        }

        var allowed = reader.List($"{at}AllowedHosts");
        return new NetSettings(allowed.Count > 0 ? allowed : hosts, through, trusted, reader.Span($"{at}Deadline", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)));
    }

    private static SinkRoute Route(SettingsReader reader, string at)
    {
        var tiers = new List<int>();
        foreach (var tier in reader.List($"{at}Tiers"))
        {
            if (int.TryParse(tier, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) tiers.Add(number);
            else reader.Reject($"{at}Tiers", $"'{tier}' is no tier. Write numbers, such as 0.");
        }

        return new SinkRoute { MinSeverity = SeverityOf(reader, $"{at}MinSeverity", Severity.Informational), Rules = reader.List($"{at}Rules"), ExceptRules = reader.List($"{at}ExceptRules"), Tiers = tiers, Tenants = reader.List($"{at}Tenants") };
    }

    private static Severity SeverityOf(SettingsReader reader, string key, Severity otherwise)
    {
        var word = reader.Choice(key, AlertJson.Word(otherwise), s_severities);
        return Enum.GetValues<Severity>().First(severity => AlertJson.Word(severity) == word);
    }
}

/// <summary>A sink that is on.</summary>
/// <param name="Name">Its name, under which a checkpoint keeps what it has accepted.</param>
internal abstract record SinkSection(string Name)
{
    /// <summary>Which alerts it gets.</summary>
    public SinkRoute Route { get; init; } = new();

    /// <summary>Words that nothing may print.</summary>
    public virtual IEnumerable<string> Secrets => [];

    /// <summary>An address that is a secret: whole, and what is behind the host.</summary>
    protected static IEnumerable<string> SecretsOf(Uri? address) => address is null
        ? []
        : ((string[])[address.OriginalString, address.AbsoluteUri, address.PathAndQuery, .. address.Query.TrimStart('?').Split('&').Select(pair => pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..])]).Where(text => text.Length > 7);
}

/// <summary>How a sink reaches its service.</summary>
internal sealed record NetSettings(IReadOnlyList<string> AllowedHosts, Uri? Proxy, X509Certificate2Collection? TrustedRoots, TimeSpan Deadline)
{
    public SinkHttp Client(IEnumerable<string> secrets, TimeProvider clock) => new(new SinkHttpOptions { AllowedHosts = AllowedHosts, Proxy = Proxy, TrustedRoots = TrustedRoots, Secrets = [.. secrets], Clock = clock });
}

/// <summary>A file.</summary>
internal sealed record FileSection(string Name, string Path) : SinkSection(Name)
{
    public const string Kind = "File";
}

/// <summary>Standard output.</summary>
internal sealed record ConsoleSection(string Name, bool IsTable) : SinkSection(Name)
{
    public const string Kind = "Console";
}

/// <summary>A channel of Teams.</summary>
internal sealed record TeamsSection(string Name, Uri? Address, NetSettings Net, IReadOnlyList<CardMention> Mentions, string? AlertAddress) : SinkSection(Name)
{
    public const string Kind = "Teams";

    public override IEnumerable<string> Secrets => SecretsOf(Address);
}

/// <summary>An address of your own.</summary>
internal sealed record WebhookSection(string Name, Uri? Address, NetSettings Net, string? Key) : SinkSection(Name)
{
    public const string Kind = "Webhook";

    public override IEnumerable<string> Secrets => SecretsOf(Address).Concat(Key is null ? [] : [Key]);

    /// <summary>The key's bytes; null where nothing is signed.</summary>
    public byte[]? KeyBytes => Key is null ? null : Encoding.UTF8.GetBytes(Key);
}

/// <summary>A service of PagerDuty.</summary>
internal sealed record PagerDutySection(string Name, Uri Address, NetSettings Net, string RoutingKey) : SinkSection(Name)
{
    public const string Kind = "PagerDuty";

    public override IEnumerable<string> Secrets => [RoutingKey];
}

/// <summary>Phones, through Azure Communication Services.</summary>
internal sealed record SmsSection(string Name, Uri? Endpoint, NetSettings Net, string From, IReadOnlyList<string> To, string? Key, byte[]? KeyBytes, string Auth, string? ClientId, string? AlertAddress) : SinkSection(Name)
{
    public const string Kind = "Sms";

    public override IEnumerable<string> Secrets => Key is null ? [] : [Key];
}

/// <summary>A table of Microsoft Sentinel.</summary>
internal sealed record SentinelSection(string Name, Uri? Endpoint, NetSettings Net, string RuleId, string Stream, string Auth, string? ClientId) : SinkSection(Name)
{
    public const string Kind = "Sentinel";
}
