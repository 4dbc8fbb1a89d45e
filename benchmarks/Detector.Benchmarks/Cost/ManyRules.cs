using System.Globalization;
using System.Text;
using Detector.Rules;

namespace Detector.Benchmarks.Cost;

/// <summary>
/// Any number of Sigma rules of ten kinds, as they are found in public collections: the first ten have one of each kind, and
/// each further ten differ in what they look for. None of the kinds can be decided by a record's first members alone for
/// all records, so all sets parse the same records.
/// </summary>
internal static class ManyRules
{
    private static readonly string[] s_operations =
    [
        "Add user", "Delete user", "Update user", "Add service principal", "Add application", "Update application", "Consent to application", "Add owner to application",
        "Add member to group", "Remove member from group", "Add member to role", "Remove member from role", "Reset user password", "Disable account", "Update policy",
        "Add policy", "Delete policy", "Invite external user", "Add domain to company", "Set federation settings on domain", "Add device", "Update device", "Delete device",
        "Add app role assignment to service principal", "Update conditional access policy",
    ];

    private static readonly string[] s_countries = ["KP", "RU", "CN", "IR", "BY", "SY", "CU", "VE", "NG", "VN", "BR", "IN", "TR", "UA", "KZ"];

    /// <summary>So many rules.</summary>
    public static IReadOnlyList<RuleFile> Files(int count) => [.. Enumerable.Range(0, count).Select(File)];

    private static RuleFile File(int number)
    {
        var (kind, variant) = (number % 10, number / 10);
        var operation = s_operations[variant % s_operations.Length];
        var country = s_countries[variant % s_countries.Length];
        var (service, detection) = kind switch
        {
            0 => ("auditlogs", $"OperationName: {operation}\n    Result: success\n    Actor.Upn|endswith: '@variant{variant}.example'"),
            1 => ("auditlogs", $"OperationName|contains: {operation}\n    Target.Name|contains: variant-{variant}"),
            2 => ("signinlogs", $"ResultType: 0\n    Location.Country: {country}\n    Client: Browser{variant}"),
            3 => ("signinlogs", $"ResultType: {50000 + variant}\n    App.Name|startswith: Azure"),
            4 => ("signinlogs", $"ResultType: 0\n    App.Id: {variant:x8}-0000-4000-8000-000000000000"),
            5 => ("auditlogs", $"OperationName:\n      - {operation}\n      - Variant {variant}\n    Modified.DisplayName.New|contains: admin{variant}"),
            6 => ("signinlogs", $"Ip|cidr: 198.51.{variant % 256}.0/24"),
            7 => ("signinlogs", $"Risk.Level: high\n    Device.Name|startswith: HOST{variant}"),
            8 => ("auditlogs", $"Service: Core Directory\n    OperationName: {operation}\n    Actor.AppName|contains: tool{variant}"),
            _ => ("signinlogs", $"User.Upn|endswith: '@partner{variant}.example'\n    ResultType: 0"),
        };
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"title: Rule {number}").AppendLine(CultureInfo.InvariantCulture, $"id: {number:x8}-1111-4111-8111-111111111111").AppendLine(CultureInfo.InvariantCulture, $"name: rule_{number}");
        text.AppendLine("status: test").AppendLine("description: One of many.").AppendLine(CultureInfo.InvariantCulture, $"logsource: {{ product: azure, service: {service} }}");
        text.AppendLine("detection:").AppendLine("  selection:").AppendLine(CultureInfo.InvariantCulture, $"    {detection}").AppendLine("  condition: selection").AppendLine("level: low");
        return new RuleFile($"rule_{number}.yml", Encoding.UTF8.GetBytes(text.ToString()));
    }
}
