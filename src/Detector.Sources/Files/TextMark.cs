using System.Text;

namespace Detector.Sources.Files;

/// <summary>
/// How a text says that it is encoded: byte order marks, and the zero bytes of UTF-16 without one (what PowerShell's
/// <c>&gt;</c> writes).
/// </summary>
/// <param name="MarkBytes">Length of the mark.</param>
/// <param name="Encoding">What the text must be turned from; null for UTF-8.</param>
internal readonly record struct TextMark(int MarkBytes, Encoding? Encoding)
{
    public static TextMark Of(ReadOnlySpan<byte> head) => head switch
    {
        [0xEF, 0xBB, 0xBF, ..] => new TextMark(3, null),
        [0xFF, 0xFE, ..] => new TextMark(2, Encoding.Unicode),
        [0xFE, 0xFF, ..] => new TextMark(2, Encoding.BigEndianUnicode),
        [not 0, 0, not 0, 0, ..] => new TextMark(0, Encoding.Unicode),
        [0, not 0, 0, not 0, ..] => new TextMark(0, Encoding.BigEndianUnicode),
        _ => default,
    };
}
