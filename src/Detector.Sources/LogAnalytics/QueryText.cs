using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Detector.Sources.LogAnalytics;

/// <summary>Writes queries. Nothing of a user goes into them but the name of a table, which is held to letters.</summary>
internal static class QueryText
{
    /// <summary>Whether a text can be the name of a table.</summary>
    public static bool IsTable(string name) => name.Length is > 0 and <= 64 && char.IsAsciiLetter(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>The query for a window; where <paramref name="ingestedFrom"/> is given, only rows that arrived since then.</summary>
    public static string Of(string table, in QueryWindow window, DateTime? ingestedFrom)
    {
        var query = $"{table} | where TimeGenerated >= datetime({Time(window.Since)}) and TimeGenerated < datetime({Time(window.Until)})";
        if (ingestedFrom is { } from) query += $" and ingestion_time() >= datetime({Time(from)})";
        return window.Parts == 1 ? query : string.Create(CultureInfo.InvariantCulture, $"{query} and hash(Id, {window.Parts}) == {window.Part}");
    }

    /// <summary>The body of a request. The time span is given once more: the service plans by it.</summary>
    public static byte[] Body(string query, in QueryWindow window)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("query", query);
            json.WriteString("timespan", $"{Time(window.Since)}/{Time(window.Until)}");
            json.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }

    /// <summary>A time, to the tick.</summary>
    public static string Time(DateTime utc) => utc.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
