namespace Detector.Rules.Tenant;

/// <summary>A YAML value with its line, from 1.</summary>
internal abstract record TenantNode(int Line);

/// <summary>A text; YAML's own notions of numbers and dates are left to whoever asks for one.</summary>
internal sealed record TenantScalar(int Line, string Text) : TenantNode(Line);

/// <summary>A list.</summary>
internal sealed record TenantList(int Line, IReadOnlyList<TenantNode> Items) : TenantNode(Line);

/// <summary>Keys and values in the order of the file, each key once.</summary>
internal sealed record TenantMap(int Line, IReadOnlyList<TenantEntry> Entries) : TenantNode(Line);

/// <summary>A key with its value and the line of the key.</summary>
internal sealed record TenantEntry(int Line, string Key, TenantNode Value);
