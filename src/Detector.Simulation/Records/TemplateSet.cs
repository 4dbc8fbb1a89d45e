using System.Text.Json.Nodes;
using Detector.Simulation.Stories;
using Detector.Simulation.Tenant;

namespace Detector.Simulation.Records;

/// <summary>
/// The templates of every kind of record for one way of writing. Sign-ins come in several sizes: they differ in the
/// conditional access policies that were looked at, as in a real tenant; for small sizes optional members are left out.
/// </summary>
internal sealed class TemplateSet
{
    /// <summary>Sign-ins of so many sizes alternate.</summary>
    private const int Variants = 16;

    /// <summary>Sizes of sign-ins where none was asked for.</summary>
    private const int SignInBytesMin = 4350, SignInBytesMax = 6550;

    // The first to go where a small size was asked for; otherwise every shape has all of them.
    private static readonly string[] s_optional =
    [
        "authenticationRequirementPolicies", "sessionLifetimePolicies", "authenticationProcessingDetails", "networkLocationDetails", "privateLinkDetails", "mfaDetail", "authenticationStrengths",
        "riskEventTypes", "riskEventTypes_v2", "authenticationContextClassReferences", "rngcStatus", "signInTokenProtectionStatus", "originalTransferMethod", "ssoExtensionVersion", "tokenIssuerName",
        "crossTenantAccessType", "flaggedForReview", "isTenantRestricted", "authenticationDetails", "alternateSignInName", "signInIdentifier", "homeTenantId", "resourceTenantId", "appServicePrincipalId",
        "resourceServicePrincipalId", "servicePrincipalId", "sessionId", "incomingTokenType", "clientCredentialType", "tokenIssuerType", "riskDetail", "riskLevelAggregated", "servicePrincipalCredentialThumbprint",
        "federatedCredentialId", "managedIdentityType", "userAgent", "autonomousSystemNumber", "processingTimeInMilliseconds", "authenticationProtocol",
    ];

    private readonly Dictionary<RecordKind, RecordTemplate[]> _templates = [];
    private readonly SimulationOptions _options;
    private readonly SlotWriter _slots;
    private readonly List<string> _columns = [];
    private readonly byte[] _scratch = new byte[RecordTemplate.BytesMax];

    public TemplateSet(SimulationOptions options, SlotWriter slots)
    {
        _options = options;
        _slots = slots;
        // Records that no other life has add no columns to its exports.
        var kinds = Enum.GetValues<RecordKind>().Where(kind => kind < RecordKind.RoleSetting || (options.PlantsEveryRule && (kind != RecordKind.Diagnostic || options.HasActivityLog))).ToArray();
        if (options.Layout == RecordLayout.Csv)
        {
            var columns = kinds.SelectMany(FilesOf).Distinct(StringComparer.Ordinal).SelectMany(file => Shape((JsonObject)Read(file)).Select(m => m.Key));
            _columns.AddRange(columns.Distinct(StringComparer.Ordinal));
        }

        var byFile = new Dictionary<string, RecordTemplate[]>(StringComparer.Ordinal);
        foreach (var kind in kinds)
        {
            foreach (var file in FilesOf(kind))
            {
                if (!byFile.ContainsKey(file)) byFile.Add(file, kind <= RecordKind.Identity ? Sized(file, kind) : [Build((JsonObject)Read(file))]);
            }

            _templates.Add(kind, [.. FilesOf(kind).SelectMany(file => byFile[file])]);
        }
    }

    /// <summary>The header of a CSV export; empty for others.</summary>
    public string Header => string.Join(',', _columns);

    /// <summary>Writes the record of an event; returns its length.</summary>
    public int Write(SimEvent @event, Span<byte> to)
    {
        var variants = _templates[@event.Kind];
        if (@event.Variant >= 0) return variants[@event.Variant].Write(@event, _slots, to);
        // Rows of one activation agree in whether they carry a ticket; the policy asks for one for tier 0.
        if (@event is { IsPim: true, Foreign: false } && Roles.All[@event.Role].Tier == 0) return variants[^1].Write(@event, _slots, to);
        var key = @event.IsPim ? @event.Request : @event.Number;
        return variants[Mixing.Pick(key, 0x71, variants.Length)].Write(@event, _slots, to);
    }

    /// <summary>Mean length of the records of a kind.</summary>
    public double MeanBytes(RecordKind kind) => _templates[kind].Average(Measure);

    private static string[] FilesOf(RecordKind kind) => kind switch
    {
        RecordKind.SignIn => ["signin"],
        RecordKind.NonInteractive => ["signin-noninteractive"],
        RecordKind.Service => ["signin-service"],
        RecordKind.Identity => ["signin-identity"],
        RecordKind.Expired => ["pim-expired"],
        RecordKind.RoleAddedByPim => ["role-added-by-pim"],
        RecordKind.RoleRemovedByPim => ["role-removed-by-pim"],
        RecordKind.RoleAdded => ["role-added"],
        RecordKind.UpdateUser => ["update-user"],
        RecordKind.GroupMember => ["group-member"],
        RecordKind.ResetPassword => ["reset-password"],
        RecordKind.SecurityInfo => ["security-info"],
        RecordKind.UpdateApplication => ["update-application"],
        RecordKind.Policy => ["policy"],
        RecordKind.ProvisionUser => ["provision-user"],
        RecordKind.RoleSetting => ["role-setting"],
        RecordKind.Elevated => ["elevate-access"],
        RecordKind.Diagnostic => ["diagnostic-settings"],
        _ => ["pim", "pim-ticket"],
    };

    private static JsonNode Read(string name)
    {
        using var stream = typeof(TemplateSet).Assembly.GetManifestResourceStream($"{name}.json")!;
        return JsonNode.Parse(stream)!;
    }

    // Sizes are spread around the mean; what the coarse step of one policy leaves is made up by the next variant.
    private RecordTemplate[] Sized(string file, RecordKind kind)
    {
        var (low, high) = _options.RecordBytes is { } mean ? (mean * 0.93, mean * 1.07) : (SignInBytesMin, SignInBytesMax);
        var record = (JsonObject)Read(file);
        var policies = (JsonArray)Read("policies");
        var dropped = 0;
        var sizes = Sizes(record, policies);
        while (_options.RecordBytes is not null && sizes[0] > low && dropped < s_optional.Length)
        {
            // Some rules ask how people signed in.
            var name = s_optional[dropped++];
            if (name == "authenticationDetails" && _options.PlantsEveryRule) continue;
            if (((JsonObject)record["properties"]!).Remove(name)) sizes = [Measure(Build(With(record, policies, 0)))];
        }

        if (sizes.Length == 1) sizes = Sizes(record, policies);
        var templates = new RecordTemplate[Variants];
        var owed = 0.0;
        for (var i = 0; i < Variants; i++)
        {
            var wanted = low + (high - low) * i / (Variants - 1);
            var count = Enumerable.Range(0, sizes.Length).MinBy(k => Math.Abs(sizes[k] - wanted - owed));
            owed += wanted - sizes[count];
            templates[i] = Build(With(record, policies, count));
        }

        return templates;
    }

    private int[] Sizes(JsonObject record, JsonArray policies) => [.. Enumerable.Range(0, policies.Count + 1).Select(count => Measure(Build(With(record, policies, count))))];

    private static JsonObject With(JsonObject record, JsonArray policies, int count)
    {
        var copy = (JsonObject)record.DeepClone();
        copy["properties"]!["appliedConditionalAccessPolicies"] = new JsonArray([.. policies.Take(count).Select(policy => policy!.DeepClone())]);
        return copy;
    }

    private int Measure(RecordTemplate template) =>
        template.Write(new SimEvent { Kind = RecordKind.SignIn, Ticks = _options.Start.Ticks, Number = 7, User = 12, Attempt = 7, Correlation = 7, Request = 7 }, _slots, _scratch);

    private JsonObject Shape(JsonObject record) => ShapeTransform.To(_options.Shape, record, _options.Json);

    private RecordTemplate Build(JsonObject record)
    {
        var shaped = Shape(record);
        return RecordTemplate.Parse(_options.Layout == RecordLayout.Csv ? string.Join(',', _columns.Select(column => Cell(shaped, column))) : TemplateText.Json(shaped, _options.Json));
    }

    private string Cell(JsonObject row, string column)
    {
        if (!row.TryGetPropertyValue(column, out var value) || value is null) return "";
        var text = value is JsonValue plain && plain.TryGetValue<string>(out var inner) ? inner.Replace("@{#", "@{", StringComparison.Ordinal) : TemplateText.Json(value, _options.Json);
        return $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
