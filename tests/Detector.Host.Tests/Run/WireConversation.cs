using System.Globalization;

namespace Detector.Host.Tests.Run;

/// <summary>
/// Messages of every kind that a sender may write, in order of the time of their records, and what is in them. Each activation
/// is by another user, and risky.
/// </summary>
internal sealed class WireConversation
{
    /// <summary>The activation in the last message.</summary>
    public const string Last = "last";

    /// <summary>A message that is no record.</summary>
    public const string NoRecord = "no JSON at all";

    private readonly List<WireMessage> _messages = [];
    private readonly List<string> _records = [];
    private readonly List<string> _activations = [];

    public WireConversation(IEnumerable<string> codecs)
    {
        // As diagnostic settings send them: many records in one message.
        Say(new WireMessage(Envelope(Failure("f1"), Failure("f2"))));
        Say(new WireMessage(Activation("alone", "f1")));
        Say(new WireMessage(Activation("keyed"), Key: "tenant-1"));
        Say(new WireMessage(Envelope(Activation("headed"), Failure("f3"))) { Headers = [("content-type", "application/json"), ("origin", "a relay")] });
        Say(new WireMessage($"{Failure("f4")}\n{Activation("lined")}\n"));

        // Nothing, nothing at all, and nonsense; what comes after them is read.
        Say(new WireMessage("", Key: "k"));
        Say(new WireMessage(Value: null, Key: "k"));
        NoRecordOffset = _messages.Count;
        Say(new WireMessage(NoRecord));
        foreach (var codec in codecs)
        {
            Say(new WireMessage(Envelope(Activation($"{codec}-1"), Failure($"{codec}-f"), Activation($"{codec}-2")), Codec: codec));
            Say(new WireMessage(Activation($"{codec}-3"), Key: "k", Codec: codec) { Headers = [("n", "v")] });
        }

        Say(new WireMessage(Activation(Last), Key: "tenant-1") { Headers = [("n", "v")] });
    }

    /// <summary>The messages.</summary>
    public IReadOnlyList<WireMessage> Messages => _messages;

    /// <summary>The records in them, each a line.</summary>
    public IReadOnlyList<string> Records => _records;

    /// <summary>The ids of the activations among them.</summary>
    public IReadOnlyList<string> Activations => _activations;

    /// <summary>The place of <see cref="NoRecord"/> among the messages.</summary>
    public int NoRecordOffset { get; }

    // A minute each, on a Sunday night.
    private string Now => new DateTime(2026, 3, 1, 22, 0, 0, DateTimeKind.Utc).AddMinutes(_records.Count).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Envelope(params string[] records) => $"{{\"records\":[{string.Join(',', records)}]}}";

    private void Say(WireMessage message) => _messages.Add(message);

    private string Failure(string id) => Add(Tests.Records.Failure(id, Now, "f1"));

    private string Activation(string id, string? user = null)
    {
        _activations.Add(id);
        return Add(Tests.Records.Activation(id, Now, user ?? id));
    }

    private string Add(string line)
    {
        _records.Add(line);
        return line.TrimEnd('\n');
    }
}
