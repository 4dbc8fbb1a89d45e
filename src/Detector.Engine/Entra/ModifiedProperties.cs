using System.Text;
using Detector.Engine.Logs;

namespace Detector.Engine.Entra;

/// <summary>Finds values in the <c>modifiedProperties</c> of targets.</summary>
internal static class ModifiedProperties
{
    /// <summary>
    /// The texts of one property over all targets, quotes trimmed: of each target the first property of that name.
    /// </summary>
    /// <param name="json">The array of targets.</param>
    /// <param name="targets">The targets in it.</param>
    /// <param name="name">Name of the property, compared case-insensitively.</param>
    /// <param name="old">The value before rather than after.</param>
    /// <param name="texts">Decodes.</param>
    public static FieldValue Find(ReadOnlySpan<byte> json, AuditTargets targets, string name, bool old, RecordTexts texts)
    {
        string? one = null;
        List<string>? several = null;
        for (var i = 0; i < targets.Count; i++)
        {
            if (Find(targets[i].Modified.In(json), name, old, texts) is not { } text) continue;
            if (one is null) one = text;
            else (several ??= [one]).Add(text);
        }

        return several is not null ? FieldValue.Of(several) : one is not null ? FieldValue.Of(one) : default;
    }

    private static string? Find(in JsonValue modified, string name, bool old, RecordTexts texts)
    {
        var walker = new JsonWalker(modified.Bytes);
        if (!walker.Enter('[')) return null;
        var first = true;
        while (walker.NextElement(ref first))
        {
            if (walker.Peek() != '{')
            {
                if (!walker.Read(out _)) break;
                continue;
            }

            if (!ReadProperty(ref walker, old, out var found, out var value)) break;
            if (found.Kind == JsonKind.Text && texts.TryBytes(found, out var bytes) && Ascii.EqualsIgnoreCase(bytes, name)) return texts.Modified(value);
        }

        if (walker.Fault is { } fault) texts.Fail(fault, walker.Position);
        return null;
    }

    private static bool ReadProperty(ref JsonWalker walker, bool old, out JsonValue name, out JsonValue value)
    {
        name = default;
        value = default;
        walker.Enter('{');
        var first = true;
        while (walker.NextKey(ref first, out var key))
        {
            if (!walker.Read(out var part)) return false;
            if (JsonText.Is(key, "displayName"u8)) name = part;
            else if (JsonText.Is(key, old ? "oldValue"u8 : "newValue"u8)) value = part;
        }

        return walker.Fault is null;
    }
}
