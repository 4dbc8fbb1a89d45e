using System.Runtime.InteropServices;
using Detector.Engine.Logs;

namespace Detector.Engine.Entra;

/// <summary>One of a record's <c>targetResources</c>.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct AuditTarget
{
    public JsonSlice Id;
    public JsonSlice Name;
    public JsonSlice Type;
    public JsonSlice Upn;
    public JsonSlice Modified;
}

/// <summary>The <c>targetResources</c> of a record, by type and by index. Used again for each record.</summary>
internal sealed class AuditTargets
{
    /// <summary>More targets than this are not looked at; Entra writes a handful.</summary>
    public const int TargetsMax = 256;

    private readonly List<AuditTarget> _targets = [];

    /// <summary>How many there are.</summary>
    public int Count => _targets.Count;

    /// <summary>The target at an index.</summary>
    public AuditTarget this[int index] => _targets[index];

    /// <summary>Reads the array in <paramref name="json"/>; one object counts as an array of one.</summary>
    public void Read(ReadOnlySpan<byte> json, RecordTexts texts)
    {
        _targets.Clear();
        var walker = new JsonWalker(json);
        var first = true;
        if (walker.Enter('['))
        {
            while (_targets.Count < TargetsMax && walker.NextElement(ref first) && ReadTarget(ref walker))
            {
            }
        }
        else
        {
            ReadTarget(ref walker);
        }

        if (!json.IsEmpty && walker.Fault is { } fault) texts.Fail(fault, walker.Position);
    }

    /// <summary>The index of the first target of a type, or -1.</summary>
    public int OfType(ReadOnlySpan<byte> json, ReadOnlySpan<byte> type)
    {
        for (var i = 0; i < _targets.Count; i++)
        {
            if (JsonText.Is(_targets[i].Type.In(json), type)) return i;
        }

        return -1;
    }

    private bool ReadTarget(ref JsonWalker walker)
    {
        if (!walker.Enter('{')) return walker.Peek() != 0 && walker.Read(out _);
        AuditTarget target = default;
        var first = true;
        while (walker.NextKey(ref first, out var key))
        {
            if (!walker.Read(out var value)) return false;
            switch (key.Escaped ? 0 : key.Bytes.Length)
            {
                case 2 or 0 when JsonText.Is(key, "id"u8): target.Id = new(value); break;
                case 4 or 0 when JsonText.Is(key, "type"u8): target.Type = new(value); break;
                case 11 or 0 when JsonText.Is(key, "displayName"u8): target.Name = new(value); break;
                case 17 or 0 when JsonText.Is(key, "userPrincipalName"u8): target.Upn = new(value); break;
                case 18 or 0 when JsonText.Is(key, "modifiedProperties"u8): target.Modified = new(value); break;
                default: break;
            }
        }

        _targets.Add(target);
        return walker.Fault is null;
    }
}
