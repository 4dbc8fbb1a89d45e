using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Detector.Rules.Tenant;

/// <summary>
/// YAML text to nodes, under limits, without reflection. Anchors and aliases are refused: a few lines of them can stand
/// for a billion nodes, and a settings file has no use for them.
/// </summary>
internal sealed class TenantYaml
{
    /// <summary>The largest file that is read.</summary>
    public const int FileBytesMax = 1024 * 1024;

    /// <summary>Lists and maps within one another.</summary>
    public const int DepthMax = 16;

    private readonly FindingList _findings;
    private readonly Parser _parser;
    private int _lastLine;

    private TenantYaml(string text, FindingList findings)
    {
        _parser = new Parser(new StringReader(text));
        _findings = findings;
    }

    /// <summary>The map at the top of the file; null where there is none (an empty file, or an error that is reported).</summary>
    public static TenantMap? Read(ReadOnlySpan<byte> utf8, FindingList findings)
    {
        if (utf8.Length > FileBytesMax)
        {
            findings.Error(0, $"The file has {utf8.Length} bytes; at most {FileBytesMax} are read.", "Move long lists to rules/lists.");
            return null;
        }

        if (utf8.StartsWith(Encoding.UTF8.Preamble)) utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        var reader = new TenantYaml(Encoding.UTF8.GetString(utf8), findings);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException e)
        {
            return reader.Refuse((int)Math.Min(e.Start.Line, int.MaxValue), FirstSentence(e.Message));
        }

        // Some broken flow lists leave the library's parser without a state, or its scanner past its end, and it says so
        // in these ways. Found by changing single characters of a valid file.
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException or FormatException)
        {
            return reader.Refuse(reader._lastLine, "it breaks off after this line.");
        }
    }

    private TenantMap? Refuse(int line, string reason)
    {
        _findings.Error(line, $"This is not YAML: {reason}", "Check indentation, quotes and brackets on and above this line.");
        return null;
    }

    private TenantMap? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _)) return null;
        var node = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
        {
            _findings.Error(LineOf(second), "The file holds a second document, which is not read.", "Remove the line '---' or move what follows to its own file.");
            return node as TenantMap;
        }

        if (node is TenantMap map) return map;
        if (node is TenantScalar { Text: "" }) return null;
        _findings.Error(node.Line, "The file does not begin with keys.", "Write 'timeZone: Europe/Amsterdam' and the like.");
        return null;
    }

    private TenantNode ReadNode(int depth)
    {
        if (depth > DepthMax) throw new YamlException(_parser.Current!.Start, _parser.Current.End, $"lists and maps lie more than {DepthMax} deep");
        var next = _parser.Consume<ParsingEvent>();
        _lastLine = LineOf(next);
        if (next is NodeEvent { Anchor.IsEmpty: false } or AnchorAlias)
            throw new YamlException(next.Start, next.End, "anchors (&) and aliases (*) are not read here");
        return next switch
        {
            Scalar scalar => new TenantScalar(LineOf(next), scalar.Value),
            SequenceStart => ReadList(LineOf(next), depth),
            MappingStart => ReadMap(LineOf(next), depth),
            _ => throw new YamlException(next.Start, next.End, "a value is missing"),
        };
    }

    private TenantList ReadList(int line, int depth)
    {
        var items = new List<TenantNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(ReadNode(depth + 1));
        return new TenantList(line, items);
    }

    private TenantMap ReadMap(int line, int depth)
    {
        var entries = new List<TenantEntry>();
        var first = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(depth + 1);
            var value = ReadNode(depth + 1);
            if (key is not TenantScalar { Text: var name })
                _findings.Error(key.Line, "A key is a list or a map.", "Keys are plain words.");
            else if (!first.TryAdd(name, key.Line))
                _findings.Error(key.Line, $"'{Shown.Of(name)}' is given twice; line {first[name]} counts.", "Keep one of them.");
            else entries.Add(new TenantEntry(key.Line, name, value));
        }

        return new TenantMap(line, entries);
    }

    private static int LineOf(ParsingEvent at) => (int)Math.Min(at.Start.Line, int.MaxValue);

    // The library's messages may quote the text of the file at length.
    private static string FirstSentence(string message) => Shown.Of(message.Split('\n', 2)[0]).TrimEnd('.') + ".";
}
