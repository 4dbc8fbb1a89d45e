using System.Text.Json;
using System.Text.Unicode;

namespace Detector.Engine.Logs;

/// <summary>
/// Finds complete records inside bytes that are no record as a whole: a torn write followed by a good one on the same
/// line, or two that lost the line end between them.
/// </summary>
internal sealed class RecordSalvage
{
    /// <summary>So many starts are tried in one stretch: hostile input must not make the search quadratic.</summary>
    public const int AttemptsMax = 64;

    private readonly RecordStart _starts = new();

    /// <summary>
    /// The complete, well-formed objects in <paramref name="bytes"/> that begin like records, without overlap.
    /// </summary>
    public IReadOnlyList<RecordRange> Find(ReadOnlySpan<byte> bytes)
    {
        var found = new List<RecordRange>();
        _starts.Learn(bytes);
        var at = 0;
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var start = _starts.Find(bytes, at);
            if (start < 0) break;
            var window = bytes[start..Math.Min(bytes.Length, start + RecordReader.RecordBytesMax)];
            var length = JsonScan.SkipContainer(window, 1, 1);
            if (length > 0 && length < bytes.Length && IsJson(window[..length]))
            {
                found.Add(new RecordRange(start, length));
                at = start + length;
            }
            else
            {
                at = start + 1;
            }
        }

        return found;
    }

    private static bool IsJson(ReadOnlySpan<byte> bytes)
    {
        if (!Utf8.IsValid(bytes)) return false;
        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = JsonScan.DepthMax });
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
