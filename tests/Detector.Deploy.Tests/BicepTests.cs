using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Detector.Host.Run.Settings;
using Detector.StandIn;
using Detector.Testing;

namespace Detector.Deploy.Tests;

/// <summary>The templates in <c>deploy/</c>: they compile without a word, they are laid out as the tool does it, and they say what they should.</summary>
public sealed partial class BicepTests
{
    // As the roles are named in Azure's documentation; a template can hold any text there, and the compiler does not look it up.
    private static readonly Dictionary<string, string> s_roles = new(StringComparer.Ordinal)
    {
        ["Azure Event Hubs Data Receiver"] = "a638d3c7-ab3a-418d-83e6-5f17a39d4fde",
        ["Storage Blob Data Contributor"] = "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        ["Log Analytics Data Reader"] = "3b03c2da-16b3-4a49-8834-0f8130efdd3b",
        ["Monitoring Metrics Publisher"] = "3913510d-42f4-4e42-8a64-420c390055eb",
    };

    public static TheoryData<string> Templates => [.. Directory.EnumerateFiles(RepositoryFolder.Path("deploy"), "*.bicep").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task It_compiles_without_a_warning_and_is_laid_out(string template)
    {
        var path = RepositoryFolder.Path($"deploy/{template}");
        var (exit, compiled, said) = await BicepCli.RunAsync("build", "--stdout", path);
        Assert.True(exit == 0 && said.Length == 0, said);
        Assert.NotNull(JsonNode.Parse(compiled)!["resources"]);
        var (lintExit, _, lint) = await BicepCli.RunAsync("lint", path);
        Assert.True(lintExit == 0 && lint.Length == 0, lint);
        Assert.Equal((await BicepCli.RunAsync("format", "--stdout", path)).Out, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    // The check can fail: a property that does not exist, a value of the wrong type or out of the set, and a linter's finding.
    [Theory]
    [InlineData("disableLocalAuth:", "disableLocalAuht:", "disableLocalAuht")]
    [InlineData("allowSharedKeyAccess: false", "allowSharedKeyAccess: 'no'", "allowSharedKeyAccess")]
    [InlineData("partitionCount: partitions", "partitionCount: 'four'", "partitionCount")]
    [InlineData("kind: 'StorageV2'", "", "kind")]
    [InlineData("param location string = resourceGroup().location", "param location string = resourceGroup().location\nparam unused string = ''", "no-unused-params")]
    public async Task A_wrong_template_fails(string right, string wrong, string named)
    {
        var folder = Directory.CreateTempSubdirectory("detector-deploy-");
        try
        {
            foreach (var file in Directory.EnumerateFiles(RepositoryFolder.Path("deploy"))) File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
            var path = Path.Combine(folder.FullName, "main.bicep");
            var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
            Assert.Contains(right, text, StringComparison.Ordinal);
            await File.WriteAllTextAsync(path, text.Replace(right, wrong, StringComparison.Ordinal), TestContext.Current.CancellationToken);

            var (_, _, said) = await BicepCli.RunAsync("lint", path);
            Assert.Contains(named, said, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_identity_may_receive_from_the_hubs_write_the_container_and_query_the_tables_send_alerts_and_nothing_else()
    {
        var main = await CompiledAsync("main.bicep");
        var workspace = await CompiledAsync("workspace.bicep");
        var sentinel = await CompiledAsync("sentinel.bicep");
        var named = new[] { main, workspace, sentinel }.SelectMany(template => template["variables"]!["roles"]!.AsObject()).ToDictionary(role => role.Key, role => (string)role.Value!, StringComparer.Ordinal);
        Assert.Equal(s_roles.OrderBy(pair => pair.Key, StringComparer.Ordinal), named.OrderBy(pair => pair.Key, StringComparer.Ordinal));

        var assignments = Resources(main, "Microsoft.Authorization/roleAssignments").Concat(Resources(workspace, "Microsoft.Authorization/roleAssignments")).Concat(Resources(sentinel, "Microsoft.Authorization/roleAssignments"))
            .ToDictionary(assignment => RoleName().Match((string)assignment["properties"]!["roleDefinitionId"]!).Groups["name"].Value, assignment => (string)assignment["scope"]!, StringComparer.Ordinal);
        Assert.Equal(s_roles.Keys.Order(StringComparer.Ordinal), assignments.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("Microsoft.EventHub/namespaces/eventhubs", assignments["Azure Event Hubs Data Receiver"], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Microsoft.Storage/storageAccounts/blobServices/containers", assignments["Storage Blob Data Contributor"], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Microsoft.OperationalInsights/workspaces/tables", assignments["Log Analytics Data Reader"], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Microsoft.Insights/dataCollectionRules", assignments["Monitoring Metrics Publisher"], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Defaults_are_secure()
    {
        var main = await CompiledAsync("main.bicep");
        var storage = Single(main, "Microsoft.Storage/storageAccounts")["properties"]!;
        Assert.False((bool)storage["allowSharedKeyAccess"]!);
        Assert.False((bool)storage["allowBlobPublicAccess"]!);
        Assert.True((bool)storage["supportsHttpsTrafficOnly"]!);
        Assert.Equal("TLS1_2", (string)storage["minimumTlsVersion"]!);
        Assert.Equal("None", (string)Single(main, "Microsoft.Storage/storageAccounts/blobServices/containers")["properties"]!["publicAccess"]!);

        var hubs = Single(main, "Microsoft.EventHub/namespaces");
        Assert.Equal("1.2", (string)hubs["properties"]!["minimumTlsVersion"]!);
        Assert.Equal("[equals(parameters('sender'), 'identity')]", (string)hubs["properties"]!["disableLocalAuth"]!);
        Assert.Equal("[equals(parameters('sender'), 'diagnostic-settings')]", (string)Single(main, "Microsoft.EventHub/namespaces/authorizationRules")["condition"]!);

        // Kafka needs Standard.
        Assert.Equal("Standard", (string)hubs["sku"]!["name"]!);
        Assert.DoesNotContain("listKeys", main.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_rule_of_Sentinel_names_columns_that_there_are_and_makes_incidents()
    {
        var template = await CompiledAsync("sentinel.bicep");
        var columns = template["variables"]!["columns"]!.AsArray().Select(column => (string)column!["name"]!).ToHashSet(StringComparer.Ordinal);
        var shared = template["variables"]!["shared"]!;
        var made = new[] { "ActorName", "ActorUpnSuffix" };
        string[] used =
        [
            .. shared["entityMappings"]!.AsArray().SelectMany(entity => entity!["fieldMappings"]!.AsArray()).Select(field => (string)field!["columnName"]!),
            .. shared["customDetails"]!.AsObject().Select(detail => (string)detail.Value!),
            (string)shared["alertDetailsOverride"]!["alertSeverityColumnName"]!,
            (string)shared["alertDetailsOverride"]!["alertTacticsColumnName"]!,
            .. Regex.Matches((string)shared["alertDetailsOverride"]!["alertDisplayNameFormat"]! + (string)shared["alertDetailsOverride"]!["alertDescriptionFormat"]!, @"\{\{(?<name>\w+)\}\}", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking).Select(match => match.Groups["name"].Value),
        ];
        Assert.Empty(used.Except(columns).Except(made));
        Assert.All(made, name => Assert.Contains($"{name} = ", template["variables"]!["query"]!.ToString(), StringComparison.Ordinal));

        // Alerts that are no incident are not seen in the portal; and the service takes so many details.
        Assert.True((bool)shared["incidentConfiguration"]!["createIncident"]!);
        Assert.InRange(shared["customDetails"]!.AsObject().Count, 1, 20);
        Assert.Equal(["NRT", "Scheduled"], Resources(template, "Microsoft.SecurityInsights/alertRules").Select(rule => (string)rule["kind"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_parser_and_the_workbook_name_columns_that_there_are_and_the_parser_gives_what_the_schema_asks_for()
    {
        var template = await CompiledAsync("sentinel.bicep");
        var columns = template["variables"]!["columns"]!.AsArray().Select(column => (string)column!["name"]!).ToHashSet(StringComparer.Ordinal);
        var parser = Single(template, "Microsoft.OperationalInsights/workspaces/savedSearches")["properties"]!;
        var query = TextOf(template, (string)parser["query"]!);
        Assert.Empty(NamesIn(query).Except(columns));
        foreach (var mandatory in (string[])["EventCount", "EventStartTime", "EventEndTime", "EventType", "EventUid", "EventProduct", "EventVendor", "EventSchema", "EventSchemaVersion"]) Assert.Matches($@"\b{mandatory} = ", query);
        Assert.Equal("disabled:bool=False", (string)parser["functionParameters"]!);
        Assert.Contains("parser(disabled)", query, StringComparison.Ordinal);

        var workbook = JsonNode.Parse(TextOf(template, (string)Single(template, "Microsoft.Insights/workbooks")["properties"]!["serializedData"]!))!;
        var queries = workbook["items"]!.AsArray().Where(item => (int)item!["type"]! == 3).Select(item => (string)item!["content"]!["query"]!).ToList();
        Assert.True(queries.Count > 4);
        foreach (var one in queries)
        {
            Assert.Empty(NamesIn(one).Except(columns));
            Assert.StartsWith("PimDetections_CL\n| where TimeGenerated {TimeRange}\n| summarize arg_max(Revision, *) by AlertId\n", one, StringComparison.Ordinal);
        }

        Assert.Contains("TimeRange", workbook["items"]![0]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(workbook["items"]!.AsArray().Count, workbook["items"]!.AsArray().Select(item => (string)item!["name"]!).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("workload-identity")]
    [InlineData("managed-identity")]
    public async Task Its_output_is_a_configuration_that_the_worker_takes(string auth)
    {
        var settings = (await CompiledAsync("main.bicep"))["outputs"]!["settings"]!["value"]!.DeepClone().AsObject();
        var hubs = settings["Source"]!["EventHubs"]!.AsObject();
        var blobs = settings["Checkpoints"]!["Blobs"]!.AsObject();
        foreach (var section in new[] { hubs, blobs }) Assert.Equal("[if(empty(parameters('clusterIssuer')), 'managed-identity', 'workload-identity')]", (string)section["Auth"]!);
        Assert.EndsWith("9093', split(split(reference('namespace').serviceBusEndpoint, '://')[1], ':')[0])]", ((string)hubs["Brokers"]!).Replace("{0}:", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal("[parameters('hubs')]", (string)hubs["Topics"]!);

        // As they are after a deployment.
        hubs["Brokers"] = "detector-abc.servicebus.windows.net:9093";
        hubs["Topics"] = (await CompiledAsync("main.bicep"))["parameters"]!["hubs"]!["defaultValue"]!.DeepClone();
        blobs["Container"] = "https://detectorabc.blob.core.windows.net/checkpoints";
        foreach (var section in new[] { hubs, blobs })
        {
            section["Auth"] = auth;
            section["ClientId"] = "11111111-2222-3333-4444-555555555555";
        }

        settings["Sinks"] = JsonNode.Parse("""{"Console": {}}""");
        var read = SettingsOf(settings.ToJsonString());
        Assert.Equal(auth, read.Source.EventHubs.Auth);
        Assert.Equal(auth, read.Checkpoints.Blobs!.Auth);
    }

    [Fact]
    public async Task Entra_sends_each_category_to_a_hub_that_is_made()
    {
        var made = (await CompiledAsync("main.bicep"))["parameters"]!["hubs"]!["defaultValue"]!.AsArray().Select(hub => (string)hub!).ToList();
        var sent = (await CompiledAsync("entra-logs.bicep"))["parameters"]!["logs"]!["defaultValue"]!.AsArray();
        Assert.Equal(made, sent.Select(log => (string)log!["hub"]!));

        // The names that the service itself gives: hubs that are already there go on.
        Assert.All(sent, log => Assert.Equal($"insights-logs-{((string)log!["category"]!).ToLowerInvariant()}", (string)log["hub"]!));
        Assert.All(made, hub => Assert.Contains(hub, CategoryHubs.Names));
    }

    /// <summary>Settings as the worker reads them.</summary>
    internal static RunSettings SettingsOf(string json)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, json);
            var settings = RunConfiguration.Read(path, new Dictionary<string, string>(), out var problems);
            Assert.True(settings is not null, string.Join(Environment.NewLine, problems));
            return settings;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<JsonObject> CompiledAsync(string template)
    {
        var (_, compiled, said) = await BicepCli.RunAsync("build", "--stdout", RepositoryFolder.Path($"deploy/{template}"));
        return JsonNode.Parse(compiled)?.AsObject() ?? throw new JsonException(said);
    }

    // By symbolic name, or as a list: the compiler decides.
    private static IEnumerable<JsonNode> Resources(JsonObject template, string type) =>
        (template["resources"] is JsonObject named ? named.Select(pair => pair.Value!) : template["resources"]!.AsArray().Select(resource => resource!)).Where(resource => string.Equals((string?)resource["type"], type, StringComparison.OrdinalIgnoreCase) && (bool?)resource["existing"] != true);

    // What a template loads from a file is a variable once it is compiled.
    private static string TextOf(JsonObject template, string value) =>
        Regex.Match(value, @"^\[variables\('(?<name>[^']+)'\)\]$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking) is { Success: true } variable ? (string)template["variables"]![variable.Groups["name"].Value]! : value;

    // Columns begin with a capital; what a query makes itself is none.
    private static IEnumerable<string> NamesIn(string query)
    {
        var code = Regex.Replace(query, @"//[^\n]*|'[^']*'|\{TimeRange\}", "", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);
        var made = Regex.Matches(code, @"(?<name>[A-Z]\w*) = ", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking).Select(match => match.Groups["name"].Value);
        return Regex.Matches(code, @"\b[A-Z]\w*\b", RegexOptions.NonBacktracking).Select(match => match.Value).Except(made).Except(["PimDetections_CL"]);
    }

    private static JsonNode Single(JsonObject template, string type) => Assert.Single(Resources(template, type));

    [GeneratedRegex(@"variables\('roles'\)\['(?<name>[^']+)'\]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex RoleName();
}
