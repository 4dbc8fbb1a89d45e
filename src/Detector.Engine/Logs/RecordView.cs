namespace Detector.Engine.Logs;

/// <summary>A scanned record: its bytes with its members.</summary>
internal readonly ref struct RecordView(ReadOnlySpan<byte> record, RecordMembers members)
{
    public ReadOnlySpan<byte> Bytes { get; } = record;

    public RecordMembers Members { get; } = members;

    /// <summary>The member of <c>properties</c>, else the one at the top level; a null counts as not there.</summary>
    public JsonValue Any(SourceField field)
    {
        var inner = Members.Inner(Bytes, (int)field);
        return inner.Kind > JsonKind.Null ? inner : Top(field);
    }

    /// <summary>The top-level member.</summary>
    public JsonValue Top(SourceField field) => Top((int)field);

    /// <summary>The top-level member by its number.</summary>
    public JsonValue Top(int id) => Members.Top(Bytes, id);

    /// <summary>The top-level member, else the one in <c>properties</c>.</summary>
    public JsonValue TopFirst(SourceField field)
    {
        var top = Top(field);
        return top.Kind > JsonKind.Null ? top : Members.Inner(Bytes, (int)field);
    }
}
