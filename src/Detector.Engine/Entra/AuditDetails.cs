using System.Text;
using Detector.Engine.Logs;

namespace Detector.Engine.Entra;

/// <summary>The keys of <c>additionalDetails</c> that have a canonical field.</summary>
internal enum AuditDetail
{
    IpAddr, TemplateId, RoleDefinitionOriginId, RoleAssignmentRequestId, RequestId, Justification, TicketNumber,
    TicketSystem, StartTime, ExpirationTime, IsAuthenticatedWithMfa, IsActivationRequireApproval, Scope,
    DirectoryScopeId, ResourceId,
}

/// <summary>
/// The list of key and value in <c>additionalDetails</c>, found by key: their order differs between rows. The first
/// of a key counts. Used again for each record.
/// </summary>
internal sealed class AuditDetails
{
    private static readonly byte[][] s_keys = [.. Enum.GetNames<AuditDetail>().Select(Encoding.ASCII.GetBytes)];

    // By length, since most keys of a row are none of these; -1 where none has that length, -2 where several have.
    private static readonly int[] s_byLength = ByLength();

    private readonly JsonSlice[] _values = new JsonSlice[s_keys.Length];

    /// <summary>Reads the array (or, as some exports have it, the object) in <paramref name="json"/>.</summary>
    public void Read(ReadOnlySpan<byte> json, RecordTexts texts)
    {
        Array.Clear(_values);
        var walker = new JsonWalker(json);
        var first = true;
        if (walker.Enter('{'))
        {
            while (walker.NextKey(ref first, out var key) && walker.Read(out var value)) Keep(key, value);
        }
        else if (walker.Enter('['))
        {
            while (walker.NextElement(ref first) && (ReadPlain(json, ref walker) || ReadEntry(ref walker)))
            {
            }
        }

        if (walker.Fault is { } fault) texts.Fail(fault, walker.Position);
    }

    /// <summary>The value of a key, in the same bytes as were read.</summary>
    public JsonValue Value(ReadOnlySpan<byte> json, AuditDetail key) => _values[(int)key].In(json);

    // An entry as Entra writes it, {"key":"...","value":"..."} without spaces and escapes; any other is left where it is.
    private bool ReadPlain(ReadOnlySpan<byte> json, ref JsonWalker walker)
    {
        var start = walker.Position;
        if (!json[start..].StartsWith("{\"key\":\""u8)) return false;
        start += 8;
        var end = JsonScan.StringEnd(json, start, out var escaped);
        if (end < 0 || escaped || !json[end..].StartsWith("\",\"value\":\""u8)) return false;
        var from = end + 11;
        var until = JsonScan.StringEnd(json, from, out escaped);
        if (until < 0 || escaped || !json[until..].StartsWith("\"}"u8)) return false;
        walker.Position = until + 2;
        if (end - start < s_byLength.Length && s_byLength[end - start] != -1)
            Keep(new JsonValue(JsonKind.Text, json[start..end], start, escaped: false), new JsonValue(JsonKind.Text, json[from..until], from, escaped: false));
        return true;
    }

    private bool ReadEntry(ref JsonWalker walker)
    {
        if (!walker.Enter('{')) return walker.Read(out _);
        JsonValue key = default, value = default;
        var first = true;
        while (walker.NextKey(ref first, out var name))
        {
            if (!walker.Read(out var part)) return false;
            if (name.Bytes.Length == 3 && JsonText.Is(name, "key"u8)) key = part;
            else if (name.Bytes.Length == 5 && JsonText.Is(name, "value"u8)) value = part;
            else if (name.Escaped && JsonText.Is(name, "key"u8)) key = part;
            else if (name.Escaped && JsonText.Is(name, "value"u8)) value = part;
        }

        Keep(key, value);
        return walker.Fault is null;
    }

    private void Keep(in JsonValue key, in JsonValue value)
    {
        if (!value.IsScalar) return;
        var only = key.Escaped ? -2 : key.Bytes.Length < s_byLength.Length ? s_byLength[key.Bytes.Length] : -1;
        if (only == -1) return;
        if (only >= 0)
        {
            if (!_values[only].Found && JsonText.Is(key, s_keys[only])) _values[only] = new JsonSlice(value);
            return;
        }

        for (var i = 0; i < s_keys.Length; i++)
        {
            if (!_values[i].Found && JsonText.Is(key, s_keys[i])) _values[i] = new JsonSlice(value);
        }
    }

    private static int[] ByLength()
    {
        var only = new int[s_keys.Max(key => key.Length) + 1];
        Array.Fill(only, -1);
        for (var i = 0; i < s_keys.Length; i++) only[s_keys[i].Length] = only[s_keys[i].Length] == -1 ? i : -2;
        return only;
    }
}
