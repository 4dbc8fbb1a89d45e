namespace Detector.Engine.Pipeline;

/// <summary>
/// Texts of a journal: one that came before is written as its number. It makes the journal small, and what is read from it
/// shares its texts, as events do that a reader made. One object for each journal and direction.
/// </summary>
internal sealed class JournalTexts
{
    /// <summary>More texts than this are written out each time.</summary>
    private const int KnownMax = 65_536;

    /// <summary>Longer ones hardly come twice.</summary>
    private const int CharsMax = 128;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _known = [];

    public void Write(BinaryWriter output, string text)
    {
        if (_numbers.TryGetValue(text, out var number))
        {
            output.Write7BitEncodedInt(number + 1);
            return;
        }

        output.Write7BitEncodedInt(0);
        output.Write(text);
        if (IsKept(text, _numbers.Count)) _numbers.Add(text, _numbers.Count);
    }

    public string Read(BinaryReader input)
    {
        var number = input.Read7BitEncodedInt();
        if (number > 0) return number <= _known.Count ? _known[number - 1] : throw new InvalidDataException("The journal is damaged: it names a text that it did not write.");
        var text = input.ReadString();
        if (IsKept(text, _known.Count)) _known.Add(text);
        return text;
    }

    private static bool IsKept(string text, int known) => known < KnownMax && text.Length <= CharsMax;
}
