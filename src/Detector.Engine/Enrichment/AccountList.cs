using System.Collections.Frozen;

namespace Detector.Engine.Enrichment;

/// <summary>Accounts by object id and by user principal name, both compared case-insensitively. Immutable.</summary>
public sealed class AccountList
{
    private readonly FrozenSet<string> _entries;

    /// <summary>A list of object ids and names.</summary>
    public AccountList(IEnumerable<string> entries) => _entries = entries.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>No account.</summary>
    public static AccountList None { get; } = new([]);

    /// <summary>The ids and names.</summary>
    public IReadOnlyCollection<string> Entries => _entries;

    /// <summary>Whether the id or the name is listed; null is not.</summary>
    public bool Contains(string? id, string? upn) => (id is not null && _entries.Contains(id)) || (upn is not null && _entries.Contains(upn));
}
