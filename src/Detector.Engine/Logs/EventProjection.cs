using Detector.Engine.Entra;

namespace Detector.Engine.Logs;

/// <summary>
/// Fills an event from a scanned record, in the same way for every shape of log. <see cref="Fill"/> gives what rules
/// and enrichment read; <see cref="Complete"/> adds what only a matched event needs, mostly texts that never repeat.
/// </summary>
internal sealed class EventProjection
{
    private static readonly SourceField[] s_times = [SourceField.Time, SourceField.TimeGenerated, SourceField.ActivityDateTime, SourceField.CreatedDateTime, SourceField.EventTimestamp];

    private static readonly CanonicalField[] s_unique = [CanonicalField.Id, CanonicalField.Time, CanonicalField.CorrelationId, CanonicalField.AttemptId];

    private readonly RecordTexts _texts;
    private readonly AuditProjection _audits;
    private readonly SignInProjection _signIns;
    private readonly PathProjection _paths;
    private readonly bool _asksUnique;
    private readonly bool _asksTime;
    private readonly bool _asksType;
    private readonly int[] _whole;

    // Entra has some dozens of audit categories.
    private const int AuditCategoriesMax = 256;
    private readonly Dictionary<string, FieldValue> _auditCategories = new(StringComparer.Ordinal);

    /// <summary>Prepares for the fields that a schema asks for.</summary>
    public EventProjection(FieldSchema schema, TextIntern intern)
    {
        _paths = new PathProjection(schema);
        Members = new RecordMembers(new SourceFieldTable(_paths.FirstSteps));
        _paths.Bind(Members.Table);
        _texts = new RecordTexts(Members, intern);
        _audits = new AuditProjection(schema, _texts);
        _signIns = new SignInProjection(schema, _texts);
        _asksUnique = s_unique.Any(f => schema.Asked.Contains((int)f));
        _asksType = schema.Asked.Contains((int)CanonicalField.OperationType);
        _asksTime = schema.Asked.Contains((int)CanonicalField.Time);
        _whole = [.. Enumerable.Range(0, schema.Count).Where(i => schema.Fields[i].Kind == FieldKind.Whole)];
    }

    /// <summary>The scan that records go through first.</summary>
    public RecordMembers Members { get; }

    /// <summary>
    /// Fills the event from the record that <see cref="Members"/> has scanned. False when it cannot be taken; then
    /// <paramref name="reason"/> is a sentence.
    /// </summary>
    public bool Fill(ReadOnlySpan<byte> bytes, LogEvent into, out string reason)
    {
        reason = "";
        _texts.Begin();
        var record = new RecordView(bytes, Members);
        if (!TryTime(record, out var time))
        {
            reason = "The record has no readable time (time, TimeGenerated, activityDateTime or createdDateTime).";
            return false;
        }

        into.Time = time;
        var stream = RecordKind.Of(record, _texts);
        into[CanonicalField.Category] = Category(record, stream);
        var operation = _texts.Name(record.Top(SourceField.OperationName)) ?? _texts.Name(record.Any(SourceField.ActivityDisplayName))
            ?? _texts.Name(record.Any(SourceField.OperationName)) ?? (stream.IsSignIn() ? LogStreams.SignInOperation : null);
        Set(into, CanonicalField.OperationName, operation);
        if (_asksType) Set(into, CanonicalField.OperationType, _texts.Filled(record.Any(SourceField.OperationType)) ?? _texts.Filled(record.Any(SourceField.AadOperationType)));
        Set(into, CanonicalField.TenantId, Tenant(record));
        Set(into, CanonicalField.Service, _texts.Filled(record.Any(SourceField.LoggedByService)));
        Set(into, CanonicalField.ResultReason, _texts.Filled(record.Any(SourceField.ResultReason)));
        FillResult(record, stream, into);
        if (stream == LogStream.Audit) _audits.Fill(record, into);
        else _signIns.Fill(record, stream, into);
        _paths.Fill(record, _texts, into);
        foreach (var slot in _whole) into[slot] = FieldValue.Of(System.Text.Encoding.UTF8.GetString(bytes));
        if (_asksUnique) FillUnique(record, stream, into, isShown: true);
        reason = _texts.Fault ?? "";
        return _texts.Fault is null;
    }

    /// <summary>
    /// Adds what a matched event carries beyond what rules read; the record must still be the scanned one. An event that
    /// is only counted needs its identity; one that alerts or scores also needs what alerts show.
    /// </summary>
    public bool Complete(ReadOnlySpan<byte> bytes, LogEvent into, bool isShown, out string reason)
    {
        var record = new RecordView(bytes, Members);
        var stream = RecordKind.Of(record, _texts);
        if (!_asksUnique) FillUnique(record, stream, into, isShown);
        if (isShown && stream != LogStream.Audit) _signIns.Complete(record, into);
        reason = _texts.Fault ?? "";
        return _texts.Fault is null;
    }

    private void FillUnique(RecordView record, LogStream stream, LogEvent into, bool isShown)
    {
        if (isShown || !record.Any(SourceField.Id).IsScalar) Set(into, CanonicalField.CorrelationId, _texts.Unique(record.Any(SourceField.CorrelationId)));
        into.Id = _texts.Unique(record.Any(SourceField.Id)) ?? RecordIdentity.OfContent(into);
        Set(into, CanonicalField.Id, into.Id);
        if (_asksTime) Set(into, CanonicalField.Time, RecordTime.Format(into.Time));
        if (stream.IsSignIn()) Set(into, CanonicalField.AttemptId, Attempt(record, into.Id));
    }

    // Most attempts have one row, whose id is that of the attempt.
    private string Attempt(RecordView record, string id)
    {
        var original = record.Any(SourceField.OriginalRequestId);
        if (!original.Escaped && original.Bytes.Length == id.Length && System.Text.Ascii.Equals(original.Bytes, id)) return id;
        return _texts.Unique(original) ?? id;
    }

    private void FillResult(RecordView record, LogStream stream, LogEvent into)
    {
        if (stream.IsSignIn())
        {
            var type = _signIns.ResultType(record);
            Set(into, CanonicalField.ResultType, type);
            if (type is not null) Set(into, CanonicalField.Result, string.Equals(type, "0", StringComparison.Ordinal) ? "success" : "failure");
            return;
        }

        Set(into, CanonicalField.ResultType, _texts.Filled(record.TopFirst(SourceField.ResultType)));
        Set(into, CanonicalField.Result, _texts.Lower(record.Any(SourceField.Result)));
    }

    private FieldValue Category(RecordView record, LogStream stream)
    {
        if (stream.IsSignIn()) return FieldValue.Of(stream.Name());
        var top = _texts.Filled(record.Top(SourceField.Category));
        if (stream != LogStream.Audit) return top is null ? default : FieldValue.Of(top);
        var isStream = string.Equals(top, LogStream.Audit.Name(), StringComparison.OrdinalIgnoreCase);
        var second = isStream ? _texts.Filled(record.Members.Inner(record.Bytes, (int)SourceField.Category)) : top ?? _texts.Filled(record.Any(SourceField.Category));
        if (second is null) return FieldValue.Of(stream.Name());
        if (_auditCategories.TryGetValue(second, out var both)) return both;
        both = FieldValue.Of([stream.Name(), second]);
        if (_auditCategories.Count < AuditCategoriesMax) _auditCategories.Add(second, both);
        return both;
    }

    // In Log Analytics, TenantId is the workspace; the directory is AADTenantId, or stands in the resource id.
    private string? Tenant(RecordView record)
    {
        var given = _texts.Filled(record.TopFirst(SourceField.TenantId));
        var isRow = record.Top(SourceField.TimeGenerated).Kind == JsonKind.Text;
        return _texts.Filled(record.TopFirst(SourceField.AadTenantId)) ?? (isRow ? null : given) ?? OfResource(record.Top(SourceField.ResourceId))
            ?? given ?? _texts.Filled(record.Any(SourceField.ResourceTenantId));
    }

    private string? OfResource(in JsonValue resource)
    {
        var prefix = "/tenants/"u8;
        var bytes = _texts.Bytes(resource);
        if (bytes.Length <= prefix.Length || !System.Text.Ascii.EqualsIgnoreCase(bytes[..prefix.Length], prefix)) return null;
        var rest = bytes[prefix.Length..];
        var slash = rest.IndexOf((byte)'/');
        return _texts.Filled(new JsonValue(JsonKind.Text, slash < 0 ? rest : rest[..slash], resource.Start, escaped: false));
    }

    private bool TryTime(RecordView record, out DateTime time)
    {
        foreach (var field in s_times)
        {
            var value = record.TopFirst(field);
            if (_texts.TryTime(value, out time)) return true;
        }

        time = default;
        return false;
    }

    private static void Set(LogEvent into, CanonicalField field, string? text)
    {
        if (text is not null) into[field] = FieldValue.Of(text);
    }
}
