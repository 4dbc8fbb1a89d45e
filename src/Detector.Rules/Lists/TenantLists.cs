using Detector.Engine.Enrichment;

namespace Detector.Rules.Lists;

/// <summary>
/// Lists that are made of <c>tenant.yaml</c>, so that rules can name its accounts and devices: <c>%break-glass%</c>
/// (<c>%break-glass-ids%</c> without the names), <c>%service-accounts%</c>, <c>%approvers%</c>, <c>%paws%</c>. Where the tenant names no approvers or no PAWs, anybody may approve and any
/// device will do, so those lists then hold everything.
/// </summary>
internal static class TenantLists
{
    private const string File = "tenant.yaml";

    public static void AddTo(Dictionary<string, ValueList> lists, TenantProfile tenant)
    {
        Add("break-glass", tenant.BreakGlass.Entries, isAnyWhenEmpty: false);
        Add("break-glass-ids", [.. tenant.BreakGlass.Entries.Where(entry => Guid.TryParse(entry, out _))], isAnyWhenEmpty: false);
        Add("service-accounts", tenant.ServiceAccounts.Entries, isAnyWhenEmpty: false);
        Add("approvers", tenant.Approvers.Entries, isAnyWhenEmpty: true);
        Add("paws", tenant.Paws, isAnyWhenEmpty: true);

        void Add(string name, IReadOnlyCollection<string> entries, bool isAnyWhenEmpty) =>
            lists.TryAdd(name, new ValueList(name, File, [.. (entries.Count == 0 && isAnyWhenEmpty ? Enumerable.Repeat("*", 1) : entries.Order(StringComparer.OrdinalIgnoreCase)).Select(entry => new ListEntry(entry, null))]));
    }
}
