using System.Text;

namespace Detector.Simulation.Records;

/// <summary>A record with its fixed bytes ready and its slots named. Immutable.</summary>
internal sealed class RecordTemplate
{
    /// <summary>No record is longer; the buffer that it is written to must hold this.</summary>
    public const int BytesMax = 128 * 1024;

    private readonly (byte[] Literal, Slot Slot, int Depth)[] _parts;

    private RecordTemplate((byte[] Literal, Slot Slot, int Depth)[] parts) => _parts = parts;

    /// <summary>Cuts a text of <see cref="TemplateText"/> into fixed parts and slots.</summary>
    /// <exception cref="InvalidDataException">A slot is not known.</exception>
    public static RecordTemplate Parse(string text)
    {
        var parts = new List<(byte[], Slot, int)>();
        var at = 0;
        while (text.IndexOf(TemplateText.Open, at, StringComparison.Ordinal) is var open and >= 0)
        {
            var close = text.IndexOf(TemplateText.Close, open, StringComparison.Ordinal);
            var name = text.AsSpan(open + TemplateText.Open.Length, close - open - TemplateText.Open.Length).TrimStart('+');
            var depth = close - open - TemplateText.Open.Length - name.Length;
            if (!Enum.TryParse<Slot>(name, ignoreCase: true, out var slot)) throw new InvalidDataException($"A template asks for '{name}'.");
            parts.Add((Encoding.UTF8.GetBytes(text[at..open]), slot, depth));
            at = close + TemplateText.Close.Length;
        }

        parts.Add((Encoding.UTF8.GetBytes(text[at..]), Slot.None, 0));
        return new RecordTemplate([.. parts]);
    }

    /// <summary>Writes the record of an event; returns its length.</summary>
    public int Write(Stories.SimEvent @event, SlotWriter slots, Span<byte> to)
    {
        var at = 0;
        foreach (var (literal, slot, depth) in _parts)
        {
            literal.CopyTo(to[at..]);
            at += literal.Length;
            at += slots.Write(slot, depth, @event, to[at..]);
        }

        return at;
    }
}
