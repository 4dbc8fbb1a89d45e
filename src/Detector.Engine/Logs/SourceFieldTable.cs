using System.Runtime.CompilerServices;
using System.Text;

namespace Detector.Engine.Logs;

/// <summary>
/// Member name to number: the <see cref="SourceField"/>s first, then the first steps of the paths that rules name.
/// One probe and one comparison for a name that is not wanted. Immutable.
/// </summary>
internal sealed class SourceFieldTable
{
    private readonly byte[]?[] _names;
    private readonly short[] _ids;
    private readonly uint _mask;
    private readonly int _probesMax;

    /// <summary>Knows the fixed names and <paramref name="more"/>.</summary>
    public SourceFieldTable(IEnumerable<string> more)
    {
        var names = Enum.GetNames<SourceField>().ToList();
        foreach (var name in more)
        {
            if (!names.Contains(name, StringComparer.OrdinalIgnoreCase)) names.Add(name);
        }

        Names = names;
        var size = 256;
        while (size < names.Count * 4) size *= 2;
        _mask = (uint)size - 1;
        _names = new byte[size][];
        _ids = new short[size];
        for (var i = 0; i < names.Count; i++) _probesMax = Math.Max(_probesMax, Add(names[i], (short)i));
        // What portal exports call the column.
        _probesMax = Math.Max(_probesMax, Add("TimeGenerated [UTC]", (short)SourceField.TimeGenerated));
    }

    /// <summary>The names in order of their numbers.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The number of a name, or -1.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty) return -1;
        var at = Hash(name) & _mask;
        for (var probe = 0; probe <= _probesMax; probe++)
        {
            if (_names[at] is not { } known) return -1;
            if (known.Length == name.Length && Ascii.EqualsIgnoreCase(known, name)) return _ids[at];
            at = at + 1 & _mask;
        }

        return -1;
    }

    private int Add(string name, short id)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        var at = Hash(bytes) & _mask;
        var probes = 0;
        while (_names[at] is not null)
        {
            at = at + 1 & _mask;
            probes++;
        }

        _names[at] = bytes;
        _ids[at] = id;
        return probes;
    }

    // Length and four letters, case folded: enough to tell the names apart that occur.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(ReadOnlySpan<byte> name)
    {
        unchecked
        {
            var length = name.Length;
            var letters = (uint)(name[0] | 0x20) | (uint)(name[length - 1] | 0x20) << 8 | (uint)(name[length >> 1] | 0x20) << 16 | (uint)(name[length >> 2] | 0x20) << 24;
            var hash = (letters ^ (uint)length * 0x9E37_79B1) * 0x85EB_CA6B;
            return hash ^ hash >> 15;
        }
    }
}
