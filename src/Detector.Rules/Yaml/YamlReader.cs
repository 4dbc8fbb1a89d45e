using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Detector.Rules.Yaml;

/// <summary>
/// Reads one YAML document into nodes with lines. Bounded against hostile files: size, depth, and the number of nodes,
/// in which every use of an alias counts what it stands for.
/// </summary>
internal static class YamlReader
{
    /// <summary>Rule files are a few kilobytes.</summary>
    public const int BytesMax = 1024 * 1024;

    /// <summary>How deep maps and lists may lie in one another.</summary>
    public const int DepthMax = 32;

    /// <summary>How many values a file may have, aliases written out.</summary>
    public const int NodesMax = 100_000;

    /// <summary>The document's map; null with the reason in the diagnostics.</summary>
    /// <param name="bytes">UTF-8, with or without its mark.</param>
    /// <param name="problems">Takes the reason.</param>
    /// <param name="mayBeEmpty">A file without values (all commented out, say) is an empty map.</param>
    public static YamlMap? ReadMap(ReadOnlyMemory<byte> bytes, Diagnostics problems, bool mayBeEmpty = false)
    {
        if (bytes.Length > BytesMax)
        {
            problems.Error(0, $"The file is larger than {BytesMax} bytes.", "Rule files are small; split it.");
            return null;
        }

        try
        {
            var span = bytes.Span;
            if (span.StartsWith(Encoding.UTF8.Preamble)) span = span[Encoding.UTF8.Preamble.Length..];
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(span);
            var document = new Document(new Parser(new StringReader(text)), problems).Read();
            if (document is YamlMap map) return map;
            if (mayBeEmpty && !problems.HasErrors && document is null or YamlScalar { IsNull: true }) return new YamlMap(1, []);
            if (!problems.HasErrors) problems.Error(document?.Line ?? 0, "The file is not a map of keys and values.", "Begin with 'title: …'.");
        }
        catch (DecoderFallbackException)
        {
            problems.Error(0, "The file is not valid UTF-8.", "Save it as UTF-8.");
        }
        catch (YamlException e)
        {
            // The library names the line on which the map began that the tab broke.
            if (TabbedLine(bytes.Span) is { } tabbed) problems.Error(tabbed, "The file is not valid YAML: the line is indented with a tab.", "Use spaces.");
            else problems.Error((int)Math.Min(e.End.Line, int.MaxValue), $"The file is not valid YAML: {e.Message}", "Check the indentation, quotes and brackets on that line and the one before.");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException or FormatException)
        {
            // Some broken flow maps ('{ a', then a key on the next line) leave the library's parser without a state, and
            // it says so in these ways. Found by changing single characters of a valid file.
            problems.Error(0, "The file is not valid YAML: it breaks off within brackets.", "Check that each { and [ is closed, and the line after it indented.");
        }

        return null;
    }

    private static int? TabbedLine(ReadOnlySpan<byte> text)
    {
        var number = 0;
        foreach (var range in text.Split((byte)'\n'))
        {
            number++;
            var line = text[range];
            var tab = line.IndexOf((byte)'\t');
            if (tab >= 0 && line[..tab].Trim((byte)' ').IsEmpty) return number;
        }

        return null;
    }

    private sealed class Document(IParser parser, Diagnostics problems)
    {
        private readonly Dictionary<string, (YamlNode Node, int Size)> _anchors = new(StringComparer.Ordinal);
        private int _nodes;

        public YamlNode? Read()
        {
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _)) return null;
            var root = ReadNode(0);
            if (root is null) return null;
            parser.Consume<DocumentEnd>();
            if (parser.TryConsume<DocumentStart>(out var second)) problems.Error((int)second.Start.Line, "The file holds more than one document.", "Put each rule in a file of its own.");
            return root;
        }

        private YamlNode? ReadNode(int depth)
        {
            parser.MoveNextIfNeeded();
            var at = parser.Current!;
            var line = (int)at.Start.Line;
            if (depth > DepthMax) return Refuse(line, $"Values lie more than {DepthMax} deep in one another.");
            var before = _nodes;
            if (++_nodes > NodesMax) return Refuse(line, $"The file has more than {NodesMax} values.");

            if (parser.TryConsume<AnchorAlias>(out var alias))
            {
                if (!_anchors.TryGetValue(alias.Value.Value, out var known)) return Refuse(line, $"The alias '*{alias.Value.Value}' stands for nothing before it.");
                _nodes += known.Size;
                return _nodes > NodesMax ? Refuse(line, $"With its aliases written out the file has more than {NodesMax} values.") : known.Node;
            }

            // For some broken flow maps the library's parser gives the end of the map in the place of a value.
            if (at is not NodeEvent begun) return Refuse(line, "A key has no value.");
            var anchor = begun.Anchor;
            YamlNode? node;
            if (parser.TryConsume<Scalar>(out var scalar)) node = new YamlScalar(line, scalar.Value, scalar.Style is ScalarStyle.Plain);
            else if (parser.TryConsume<SequenceStart>(out _)) node = ReadList(line, depth);
            else node = ReadMap(line, depth);
            if (node is not null && !anchor.IsEmpty) _anchors[anchor.Value] = (node, _nodes - before);
            return node;
        }

        private YamlList? ReadList(int line, int depth)
        {
            var items = new List<YamlNode>();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                if (ReadNode(depth + 1) is not { } item) return null;
                items.Add(item);
            }

            return new YamlList(line, items);
        }

        private YamlMap? ReadMap(int line, int depth)
        {
            parser.Consume<MappingStart>();
            var entries = new List<(YamlScalar, YamlNode)>();
            var keys = new HashSet<string>(StringComparer.Ordinal);
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var key = ReadNode(depth + 1);
                if (key is null) return null;
                if (key is not YamlScalar name)
                {
                    problems.Error(key.Line, "A key is a list or a map.", "Write a word before the colon.");
                    return null;
                }

                if (ReadNode(depth + 1) is not { } value) return null;

                // Readers of a map may rely on its keys being unique: the second is reported and left out.
                if (keys.Add(name.Text)) entries.Add((name, value));
                else problems.Error(name.Line, $"The key '{name.Text}' stands here twice.", "Remove or rename one of them; only one could count.");
            }

            return new YamlMap(line, entries);
        }

        private YamlNode? Refuse(int line, string message)
        {
            problems.Error(line, message, "Rule files are simple; write it out plainly.");
            return null;
        }
    }

    private static void MoveNextIfNeeded(this IParser parser)
    {
        if (parser.Current is null) parser.MoveNext();
    }
}
