using System.Text.Json;

namespace Detector.Sources.LogAnalytics;

/// <summary>
/// A look over an answer before its rows are used: a partial one is 200 OK as well, with an error behind the rows.
/// </summary>
internal readonly record struct QueryAnswer(int Rows, string? Error, string? Damage)
{
    private const int RowsDepth = 3;

    public static QueryAnswer Of(ReadOnlySpan<byte> body)
    {
        var rows = 0;
        string? error = null;
        var isRows = false;
        try
        {
            var json = new Utf8JsonReader(body);
            while (json.Read())
            {
                switch (json.TokenType)
                {
                    case JsonTokenType.PropertyName when json.CurrentDepth == 1 && json.ValueTextEquals("error"u8):
                        error = ErrorOf(ref json);
                        break;
                    case JsonTokenType.PropertyName when json.CurrentDepth == 1 && !json.ValueTextEquals("tables"u8):
                        json.Skip();
                        break;
                    case JsonTokenType.PropertyName when json.CurrentDepth == RowsDepth:
                        isRows = json.ValueTextEquals("rows"u8);
                        break;
                    case JsonTokenType.StartArray when isRows && json.CurrentDepth == RowsDepth + 1:
                        rows++;
                        json.Skip();
                        break;
                }
            }

            return new QueryAnswer(rows, error, null);
        }
        catch (JsonException cause)
        {
            return new QueryAnswer(rows, error, cause.Message);
        }
    }

    /// <summary>Code and message of an error answer, with what lies within it; the text itself where it is none.</summary>
    public static string ErrorText(ReadOnlySpan<byte> body)
    {
        var answer = Of(body);
        return answer.Error ?? (body.IsEmpty ? "no reason given" : System.Text.Encoding.UTF8.GetString(body[..Math.Min(body.Length, 300)]));
    }

    // "PartialError: The query … (E_QUERY_RESULT_SET_TOO_LARGE)": codes and messages in the order in which they stand.
    private static string? ErrorOf(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType == JsonTokenType.Null) return null;
        if (json.TokenType != JsonTokenType.StartObject) return "an error without a code";
        var depth = json.CurrentDepth;
        var said = new List<string>();
        while (json.Read() && !(json.TokenType == JsonTokenType.EndObject && json.CurrentDepth == depth))
        {
            if (json.TokenType != JsonTokenType.PropertyName) continue;
            var isTold = json.ValueTextEquals("code"u8) || json.ValueTextEquals("message"u8);
            json.Read();
            if (isTold && json.TokenType == JsonTokenType.String && said.Count < 8 && json.GetString() is { Length: > 0 } text) said.Add(text);
        }

        return said.Count == 0 ? "an error without a code" : string.Join(": ", said);
    }
}
