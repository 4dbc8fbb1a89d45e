namespace Detector.Rules.Tenant;

/// <summary>Text of a file as it is quoted in a finding: short, on one line, without control characters.</summary>
internal static class Shown
{
    private const int CharsMax = 80;

    /// <summary>The text, cut and cleaned.</summary>
    public static string Of(string text)
    {
        var cut = text.Length <= CharsMax ? text : string.Concat(text.AsSpan(0, CharsMax), "…");
        return string.Create(cut.Length, cut, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(from[i]) ? ' ' : from[i];
        });
    }
}
