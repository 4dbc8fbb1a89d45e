using System.Text;

namespace Detector.Engine.Logs;

/// <summary>Finds where a record may begin in damaged input: a brace and a member name that records begin with.</summary>
internal sealed class RecordStart
{
    private const int NameBytesMax = 64;

    // First members of the exports that are known; a stream's own first record adds its own.
    private static readonly byte[][] s_names =
    [
        .. new[] { "time", "TimeGenerated", "TenantId", "resourceId", "activityDateTime", "createdDateTime", "category" }.Select(Encoding.ASCII.GetBytes),
    ];

    private byte[]? _learned;

    /// <summary>Takes the first member name of a good record as one that records of this input begin with.</summary>
    public void Learn(ReadOnlySpan<byte> record)
    {
        if (_learned is null && TryName(record, out var name)) _learned = name.ToArray();
    }

    /// <summary>The next place at or after <paramref name="from"/> where a record may begin, or -1.</summary>
    public int Find(ReadOnlySpan<byte> bytes, int from)
    {
        while (from < bytes.Length)
        {
            var brace = bytes[from..].IndexOf((byte)'{');
            if (brace < 0) return -1;
            from += brace;
            if (TryName(bytes[from..], out var name) && IsKnown(name)) return from;
            from++;
        }

        return -1;
    }

    private bool IsKnown(ReadOnlySpan<byte> name)
    {
        if (_learned is not null && name.SequenceEqual(_learned)) return true;
        foreach (var known in s_names)
        {
            if (Ascii.EqualsIgnoreCase(name, known)) return true;
        }

        return false;
    }

    private static bool TryName(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> name)
    {
        name = default;
        if (bytes.IsEmpty || bytes[0] != '{') return false;
        var rest = bytes[1..Math.Min(bytes.Length, NameBytesMax + 16)].TrimStart(" \t\r\n"u8);
        if (rest.IsEmpty || rest[0] != '"') return false;
        var end = rest[1..].IndexOf((byte)'"');
        if (end is <= 0 or > NameBytesMax) return false;
        var after = rest[(end + 2)..].TrimStart(" \t\r\n"u8);
        if (after.IsEmpty || after[0] != ':') return false;
        name = rest.Slice(1, end);
        return true;
    }
}
