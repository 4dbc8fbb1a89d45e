using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Detector.Engine.Pipeline;
using Detector.Sinks.Delivery;

namespace Detector.Host.Run.Checkpointing;

/// <summary>
/// A part of the journal: one piece or several. A piece is the alerts that arose, then what the pipeline was told, then a hash of both.
/// Alerts leave only after the piece that holds them was written, so that a restart knows each one that may have left.
/// </summary>
internal static class JournalPart
{
    private static ReadOnlySpan<byte> Magic => "DETJRNL1"u8;

    private static ReadOnlySpan<byte> SeveralMagic => "DETJRNLS"u8;

    /// <summary>Several pieces as one part.</summary>
    public static byte[] Join(IReadOnlyList<byte[]> pieces)
    {
        if (pieces.Count == 1) return pieces[0];
        using var content = new MemoryStream();
        using var output = new BinaryWriter(content, Encoding.UTF8);
        output.Write(SeveralMagic);
        foreach (var piece in pieces)
        {
            output.Write(piece.Length);
            output.Write(piece);
        }

        output.Flush();
        return content.ToArray();
    }

    /// <summary>The pieces of a part, in order.</summary>
    /// <exception cref="InvalidDataException">The bytes are no part, or damaged.</exception>
    public static IReadOnlyList<byte[]> Split(byte[] part)
    {
        if (!part.AsSpan().StartsWith(SeveralMagic)) return [part];
        var pieces = new List<byte[]>();
        for (var at = SeveralMagic.Length; at < part.Length;)
        {
            var length = part.Length - at >= sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(part.AsSpan(at)) : -1;
            at += sizeof(int);
            if (length < 0 || length > part.Length - at) throw new InvalidDataException("A part of the journal is damaged: it ends within a piece.");
            pieces.Add(part[at..(at + length)]);
            at += length;
        }

        return pieces;
    }

    public static byte[] Write(DetectionPlan plan, IReadOnlyList<JournalEntry> entries, IReadOnlyList<OutgoingAlert> alerts)
    {
        using var content = new MemoryStream();
        using var output = new BinaryWriter(content, Encoding.UTF8);
        output.Write(Magic);
        output.Write(alerts.Count);
        foreach (var alert in alerts) alert.Write(output);
        EventJournal.Write(output, plan, entries);
        output.Flush();
        output.Write(SHA256.HashData(content.GetBuffer().AsSpan(0, (int)content.Length)));
        output.Flush();
        return content.ToArray();
    }

    /// <summary>Reads the alerts, and hands out the rest as it is asked for.</summary>
    /// <exception cref="InvalidDataException">The bytes are no part, or damaged.</exception>
    public static (IReadOnlyList<OutgoingAlert> Alerts, IEnumerable<JournalEntry> Entries) Read(DetectionPlan plan, byte[] bytes)
    {
        var length = bytes.Length - SHA256.HashSizeInBytes;
        if (length < Magic.Length || !bytes.AsSpan().StartsWith(Magic)) throw new InvalidDataException("These bytes are no part of a journal.");
        if (!SHA256.HashData(bytes.AsSpan(0, length)).AsSpan().SequenceEqual(bytes.AsSpan(length))) throw new InvalidDataException("A part of the journal is damaged: its content does not have the hash that it names.");
        var input = new BinaryReader(new MemoryStream(bytes, Magic.Length, length - Magic.Length, writable: false), Encoding.UTF8);
        var alerts = new OutgoingAlert[input.ReadInt32()];
        for (var i = 0; i < alerts.Length; i++) alerts[i] = OutgoingAlert.Read(input);
        return (alerts, EventJournal.Read(input, plan));
    }
}
