namespace Detector.Engine.Logs;

/// <summary>
/// Reads who did what an audit record tells, without parsing the record: from <c>initiatedBy</c> where it is a direct member
/// of <c>properties</c> with no backslash before or in it. At any doubt it gives up.
/// </summary>
internal static class ActorPeek
{
    /// <summary>The id and the name; empty where the record has none. False where only the parser can tell.</summary>
    public static bool TryRead(ReadOnlySpan<byte> record, int properties, out ReadOnlySpan<byte> id, out ReadOnlySpan<byte> upn)
    {
        id = upn = default;
        var name = "\"initiatedBy\""u8;
        var hit = record[properties..].IndexOf(name);
        if (hit < 0 || !JsonScan.IsMemberAt(record, properties, properties + hit)) return false;
        var rest = record[(properties + hit + name.Length)..].TrimStart(" \t\r\n"u8);
        if (rest.IsEmpty || rest[0] != ':') return false;
        rest = rest[1..].TrimStart(" \t\r\n"u8);
        if (rest.IsEmpty || rest[0] != '{') return false;
        var end = JsonScan.SkipContainer(rest, 1, 1);
        if (end < 0 || rest[..end].Contains((byte)'\\')) return false;
        var json = rest[..end];

        // As the parser has it: the user, and the program only where there is no user.
        if (Find(json, "user"u8) is { Kind: JsonKind.Object } user)
        {
            id = Scalar(Find(user.Bytes, "id"u8));
            upn = Scalar(Find(user.Bytes, "userPrincipalName"u8));
        }
        else if (Find(json, "app"u8) is { Kind: JsonKind.Object } app)
        {
            id = Scalar(Find(app.Bytes, "servicePrincipalId"u8));
        }

        return true;
    }

    private static ReadOnlySpan<byte> Scalar(JsonValue value) => value.IsScalar ? value.Bytes : default;

    private static JsonValue Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var walker = new JsonWalker(json);
        if (!walker.Enter('{')) return default;
        var first = true;
        while (walker.NextKey(ref first, out var key) && walker.Read(out var value))
        {
            if (JsonText.Is(key, name)) return value;
        }

        return default;
    }
}
