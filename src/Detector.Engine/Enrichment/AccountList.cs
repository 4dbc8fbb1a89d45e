namespace Detector.Engine.Enrichment;

/// <summary>
/// Accounts by object id and by user principal name, both compared case-insensitively: the case of a name varies even
/// within one record. Immutable and thread-safe.
/// </summary>
public sealed class AccountList
{
    // Not a frozen set: it looks a little faster but costs milliseconds to make, and start-up counts.
    private readonly HashSet<string> _entries;

    /// <summary>A list of object ids and names; surrounding spaces do not count.</summary>
    public AccountList(IEnumerable<string> entries) =>
        _entries = entries.Select(e => e.Trim()).Where(e => e.Length > 0).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>No account.</summary>
    public static AccountList None { get; } = new([]);

    /// <summary>The ids and names.</summary>
    public IReadOnlyCollection<string> Entries => _entries;

    /// <summary>Whether the id or the name is listed; null is not.</summary>
    public bool Contains(string? id, string? upn) => (id is not null && _entries.Contains(id)) || (upn is not null && _entries.Contains(upn));
}
