namespace Detector.Rules.Lists;

/// <summary>A list of <c>rules/lists</c>, by which <c>%name%</c> is replaced.</summary>
internal sealed record ValueList(string Name, string File, IReadOnlyList<ListEntry> Entries);

/// <summary>A value of a list; from the start of the day <paramref name="Expires"/> on, in the tenant's zone, it no longer counts.</summary>
internal sealed record ListEntry(string Value, DateOnly? Expires);
