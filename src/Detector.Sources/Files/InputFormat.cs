namespace Detector.Sources.Files;

/// <summary>How the records of an input follow one another.</summary>
internal enum InputFormat
{
    /// <summary>One record, array or envelope a line.</summary>
    Lines,

    /// <summary>One JSON value that holds the records, or values over several lines.</summary>
    Json,

    /// <summary>A header row and rows; fields may hold line ends in quotes.</summary>
    Csv,

    /// <summary>The answer of the Log Analytics query API: tables of columns and rows.</summary>
    Tables,
}

/// <summary>Tells the format of an input by its first bytes. The name decides only where the bytes do not.</summary>
internal static class InputSniff
{
    private const byte LineEnd = (byte)'\n';

    public static InputFormat FormatOf(ReadOnlySpan<byte> head, string name)
    {
        var text = head.TrimStart(" \t\r\n"u8);
        if (text.IsEmpty) return InputFormat.Lines;
        if (text[0] is (byte)'{' or (byte)'[') return OfJson(text);
        if (IsCsvName(name)) return InputFormat.Csv;

        // A file whose first line is torn still has lines; text before the first brace is else a header row.
        var lineEnd = text.IndexOf(LineEnd);
        if (lineEnd >= 0 && text[(lineEnd + 1)..].TrimStart(" \t\r\n"u8) is [(byte)'{', ..]) return InputFormat.Lines;
        var header = lineEnd < 0 ? text : text[..lineEnd];
        return header.Contains((byte)',') && !header.ContainsAny((byte)'{', (byte)'}') ? InputFormat.Csv : InputFormat.Lines;
    }

    private static InputFormat OfJson(ReadOnlySpan<byte> text)
    {
        if (FirstKeyIs(text, "tables"u8)) return InputFormat.Tables;
        var lineEnd = text.IndexOf(LineEnd);
        if (lineEnd < 0)
        {
            // A first line longer than the head: an envelope of any length, records without line ends, or one long record.
            var end = ValueEnd(text);
            var isSeveral = text[0] == '[' || FirstKeyIs(text, "records"u8) || FirstKeyIs(text, "value"u8) || FirstKeyIs(text, "@odata.context"u8)
                || (end > 0 && text[end..].ContainsAnyExcept(" \t\r"u8));
            return isSeveral ? InputFormat.Json : InputFormat.Lines;
        }

        var line = text[..lineEnd].TrimEnd(" \t\r"u8);
        if (ValueEnd(line) > 0) return InputFormat.Lines;
        if (line[^1] is (byte)'{' or (byte)'[' or (byte)',' or (byte)':') return InputFormat.Json;

        // Not whole, and not broken where people break JSON: a torn record if the next line begins one.
        return text[(lineEnd + 1)..] is [(byte)'{', ..] && text[0] == '{' ? InputFormat.Lines : InputFormat.Json;
    }

    private static bool FirstKeyIs(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key)
    {
        if (text[0] != '{') return false;
        var rest = text[1..].TrimStart(" \t\r\n"u8);
        return rest.Length > key.Length + 1 && rest[0] == '"' && rest[1..].StartsWith(key) && rest[key.Length + 1] == '"';
    }

    // Behind the first object or array; -1 when it does not end.
    private static int ValueEnd(ReadOnlySpan<byte> text)
    {
        var depth = 0;
        var isInString = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (isInString)
            {
                if (c == '\\') i++;
                else if (c == '"') isInString = false;
            }
            else if (c == '"')
            {
                isInString = true;
            }
            else if (c is (byte)'{' or (byte)'[')
            {
                depth++;
            }
            else if (c is (byte)'}' or (byte)']' && --depth == 0)
            {
                return i + 1;
            }
        }

        return -1;
    }

    private static bool IsCsvName(string name)
    {
        var end = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name.Length - 3 : name.Length;
        return name.AsSpan(0, end).EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
    }
}
