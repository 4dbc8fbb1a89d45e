namespace Detector.Engine.Logs;

/// <summary>
/// An answer about an account, by the bytes of its id and name, from 1 to 255: its class, or for one header whether the
/// open rules are out. In a table of fixed size, where a later answer takes the place of one that it collides with;
/// nothing is allocated after the first.
/// </summary>
internal sealed class AccountVerdicts
{
    /// <summary>How many answers are kept: accounts times headers seen lately.</summary>
    public const int EntriesMax = 1 << 12;

    /// <summary>Id and name together longer than this are not kept.</summary>
    public const int KeyBytesMax = 116;

    // An entry: serial (4), length of the id (1) and of the name (1), answer (byte 11; 0 none), the id, the name.
    private const int EntryBytes = 128;
    private const int HeadBytes = 12;

    private readonly byte[] _entries = new byte[EntriesMax * EntryBytes];

    /// <summary>The answer, if it is known.</summary>
    public bool TryGet(int serial, ReadOnlySpan<byte> id, ReadOnlySpan<byte> upn, out byte answer)
    {
        var entry = _entries.AsSpan(Place(serial, id, upn), EntryBytes);
        answer = entry[11];
        return answer != 0 && BitConverter.ToInt32(entry) == serial && entry[4] == id.Length && entry[5] == upn.Length
            && id.SequenceEqual(entry.Slice(HeadBytes, entry[4])) && upn.SequenceEqual(entry.Slice(HeadBytes + entry[4], entry[5]));
    }

    /// <summary>Keeps an answer, where the account fits.</summary>
    public void Set(int serial, ReadOnlySpan<byte> id, ReadOnlySpan<byte> upn, byte answer)
    {
        if (id.Length + upn.Length > KeyBytesMax) return;
        var entry = _entries.AsSpan(Place(serial, id, upn), EntryBytes);
        BitConverter.TryWriteBytes(entry, serial);
        entry[4] = (byte)id.Length;
        entry[5] = (byte)upn.Length;
        entry[11] = answer;
        id.CopyTo(entry[HeadBytes..]);
        upn.CopyTo(entry[(HeadBytes + id.Length)..]);
    }

    private static int Place(int serial, ReadOnlySpan<byte> id, ReadOnlySpan<byte> upn) =>
        (int)(ByteHash.Of(id, ByteHash.Of(upn, unchecked((uint)serial))) & (EntriesMax - 1)) * EntryBytes;
}
