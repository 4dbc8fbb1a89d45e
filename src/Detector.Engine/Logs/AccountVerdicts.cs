namespace Detector.Engine.Logs;

/// <summary>
/// Whether a header's open rules are out for an account, by the bytes of its id and name: in a table of fixed size,
/// where a later answer takes the place of one that it collides with. Nothing is allocated after the first.
/// </summary>
internal sealed class AccountVerdicts
{
    /// <summary>How many answers are kept: accounts times headers seen lately.</summary>
    public const int EntriesMax = 1 << 15;

    /// <summary>Id and name together longer than this are not kept.</summary>
    public const int KeyBytesMax = 116;

    // An entry: serial (4), length of the id (1) and of the name (1), answer (byte 11; 0 none, 1 no, 2 yes), the id, the name.
    private const int EntryBytes = 128;
    private const int HeadBytes = 12;

    private readonly byte[] _entries = new byte[EntriesMax * EntryBytes];

    /// <summary>The answer, if it is known.</summary>
    public bool TryGet(int serial, ReadOnlySpan<byte> id, ReadOnlySpan<byte> upn, out bool dismisses)
    {
        var entry = _entries.AsSpan(Place(serial, id, upn), EntryBytes);
        dismisses = entry[11] == 2;
        return entry[11] != 0 && BitConverter.ToInt32(entry) == serial && entry[4] == id.Length && entry[5] == upn.Length
            && id.SequenceEqual(entry.Slice(HeadBytes, entry[4])) && upn.SequenceEqual(entry.Slice(HeadBytes + entry[4], entry[5]));
    }

    /// <summary>Keeps an answer, where the account fits.</summary>
    public void Set(int serial, ReadOnlySpan<byte> id, ReadOnlySpan<byte> upn, bool dismisses)
    {
        if (id.Length + upn.Length > KeyBytesMax) return;
        var entry = _entries.AsSpan(Place(serial, id, upn), EntryBytes);
        BitConverter.TryWriteBytes(entry, serial);
        entry[4] = (byte)id.Length;
        entry[5] = (byte)upn.Length;
        entry[11] = dismisses ? (byte)2 : (byte)1;
        id.CopyTo(entry[HeadBytes..]);
        upn.CopyTo(entry[(HeadBytes + id.Length)..]);
    }

    private static int Place(int serial, ReadOnlySpan<byte> id, ReadOnlySpan<byte> upn) =>
        (int)(ByteHash.Of(id, ByteHash.Of(upn, unchecked((uint)serial))) & (EntriesMax - 1)) * EntryBytes;
}
