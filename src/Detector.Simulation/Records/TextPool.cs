using System.Collections.Immutable;
using System.Text;

namespace Detector.Simulation.Records;

/// <summary>Texts that slots choose from, escaped beforehand for every depth of JSON strings in JSON strings.</summary>
internal sealed class TextPool
{
    /// <summary>A value in a nested object of a CSV cell or column has depth 1 or 2; one more is a reserve.</summary>
    public const int DepthMax = 3;

    private readonly byte[][][] _byDepth;

    public TextPool(IEnumerable<string> texts, JsonStyle style, bool isCsv)
    {
        var all = texts.ToImmutableArray();
        _byDepth = new byte[DepthMax + 1][][];
        for (var depth = 0; depth <= DepthMax; depth++) _byDepth[depth] = [.. all.Select(text => Encode(text, depth, style, isCsv))];
    }

    public int Count => _byDepth[0].Length;

    public ReadOnlySpan<byte> this[int depth, int index] => _byDepth[depth][index];

    public static byte[] Encode(string text, int depth, JsonStyle style, bool isCsv)
    {
        for (; depth > 0; depth--) text = TemplateText.Escape(text, style);
        return Encoding.UTF8.GetBytes(isCsv ? text.Replace("\"", "\"\"", StringComparison.Ordinal) : text);
    }
}
