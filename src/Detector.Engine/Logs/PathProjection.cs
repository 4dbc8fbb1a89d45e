using System.Text;

namespace Detector.Engine.Logs;

/// <summary>
/// Fills the slots of <see cref="FieldKind.Path"/>: steps through objects, arrays and JSON inside texts, in
/// <c>properties</c> first and at the top level next, under the Event Hub name first and then under what Log Analytics
/// and Graph call it.
/// </summary>
internal sealed class PathProjection
{
    /// <summary>Through arrays, more texts than this are not taken.</summary>
    public const int TextsMax = 256;

    private static readonly (string Name, string[] Others)[] s_renamed =
    [
        ("location", ["LocationDetails"]),
        ("operationType", ["AADOperationType"]),
        ("time", ["TimeGenerated", "activityDateTime", "createdDateTime"]),
        ("activityDateTime", ["time", "TimeGenerated"]),
        ("createdDateTime", ["time", "TimeGenerated"]),
        ("activityDisplayName", ["operationName"]),
        ("operationName", ["activityDisplayName"]),
        ("tenantId", ["AADTenantId"]),
    ];

    private readonly List<FieldPath> _paths = [];

    /// <summary>Prepares the paths of a schema.</summary>
    public PathProjection(FieldSchema schema)
    {
        for (var i = 0; i < schema.Count; i++)
        {
            if (schema.Fields[i].Kind != FieldKind.Path) continue;
            var name = schema.Fields[i].Name;
            if (name.StartsWith("properties.", StringComparison.OrdinalIgnoreCase)) name = name["properties.".Length..];
            var steps = name.Split('.', StringSplitOptions.RemoveEmptyEntries);
            if (steps.Length == 0) continue;
            var renamed = Array.Find(s_renamed, r => r.Name.Equals(steps[0], StringComparison.OrdinalIgnoreCase));
            _paths.Add(new FieldPath(i, [steps[0], .. renamed.Others ?? []], [.. steps.Skip(1).Select(Encoding.UTF8.GetBytes)]));
        }
    }

    /// <summary>The member names that the scan must keep.</summary>
    public IEnumerable<string> FirstSteps => _paths.SelectMany(p => p.Names);

    /// <summary>Looks up the numbers of the names.</summary>
    public void Bind(SourceFieldTable table)
    {
        foreach (var path in _paths) path.Ids = [.. path.Names.Select(n => table.Find(Encoding.UTF8.GetBytes(n)))];
    }

    /// <summary>Fills all path slots.</summary>
    public void Fill(RecordView record, RecordTexts texts, LogEvent into)
    {
        foreach (var path in _paths)
        {
            foreach (var id in path.Ids)
            {
                var value = Get(record.Members.Inner(record.Bytes, id), path.Rest, record, texts);
                if (!value.IsPresent) value = Get(record.Top(id), path.Rest, record, texts);
                if (!value.IsPresent) continue;
                into[path.Slot] = value;
                break;
            }
        }
    }

    private static FieldValue Get(in JsonValue value, byte[][] steps, RecordView record, RecordTexts texts)
    {
        if (value.Kind <= JsonKind.Null) return default;

        // A column with JSON in a text gives the same as the object that Event Hubs write.
        var json = record.Members.Container(value);
        if (steps.Length == 0) return json.IsEmpty ? Text(texts.Text(value)) : FieldValue.Of(JsonText.Compact(json));
        if (json.IsEmpty) return default;
        var found = new List<string>();
        Collect(json, steps, texts, found, 0);
        return FieldValue.Of(found);
    }

    private static void Collect(ReadOnlySpan<byte> json, ReadOnlySpan<byte[]> steps, RecordTexts texts, List<string> found, int depth)
    {
        if (depth > JsonScan.DepthMax) return;
        var walker = new JsonWalker(json);
        if (walker.Enter('['))
        {
            var first = true;
            while (found.Count < TextsMax && walker.NextElement(ref first) && walker.Read(out var element)) Take(element, steps, texts, found, depth);
            if (walker.Fault is { } fault) texts.Fail(fault, walker.Position);
            return;
        }

        var member = texts.Find(json, steps[0]);
        if (member.Kind > JsonKind.Null) Take(member, steps[1..], texts, found, depth);
    }

    private static void Take(in JsonValue value, ReadOnlySpan<byte[]> steps, RecordTexts texts, List<string> found, int depth)
    {
        if (steps.IsEmpty)
        {
            if (value.IsContainer) found.Add(JsonText.Compact(value.Bytes));
            else if (texts.Text(value) is { } text) found.Add(text);
        }
        else if (value.IsContainer)
        {
            Collect(value.Bytes, steps, texts, found, depth + 1);
        }
    }

    private static FieldValue Text(string? text) => text is null ? default : FieldValue.Of(text);

    private sealed class FieldPath(int slot, string[] names, byte[][] rest)
    {
        public int Slot { get; } = slot;

        public string[] Names { get; } = names;

        public byte[][] Rest { get; } = rest;

        public int[] Ids { get; set; } = [];
    }
}
