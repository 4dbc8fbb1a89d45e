using System.Buffers;
using System.Diagnostics;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;

namespace Detector.Sinks.Delivery;

/// <summary>
/// An alert on its way out: its public form and what delivery looks at. It needs no rules, so that it can wait for a sink
/// over a restart and a change of rules.
/// </summary>
/// <param name="Number">Place in the order in which alerts arose, from 1; it never changes.</param>
/// <param name="Id">The alert's id: the same finding has the same id whenever it is sent.</param>
/// <param name="Revision">The revision.</param>
/// <param name="IsFinal">Whether nothing will change it any more.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Json">The alert as JSON, version 1, without a line end.</param>
public sealed record OutgoingAlert(long Number, Guid Id, int Revision, bool IsFinal, Severity Severity, ReadOnlyMemory<byte> Json)
{
    private const byte FinalFlag = 1;
    private const byte ClosingFlag = 2;

    private AlertDocument? _document;

    /// <summary>When the record that completed it arrived, UTC; not kept over a restart. It tells how long we took.</summary>
    public DateTime? Arrival { get; init; }

    /// <summary>When it arose, UTC, where its trace is wanted; not kept over a restart.</summary>
    public DateTime? Arisen { get; init; }

    /// <summary>The trace that the spans of its sending join, where it is wanted; not kept over a restart.</summary>
    public ActivityContext Trace { get; init; }

    /// <summary>It says again what was said, and that nothing will change it any more: for systems, not for people.</summary>
    public bool IsClosing { get; init; }

    /// <summary>Its public form, read back; read once.</summary>
    /// <exception cref="InvalidDataException">It is no alert.</exception>
    public AlertDocument Document => _document ??= AlertDocument.Parse(Json);

    /// <summary>What makes one sending of an alert differ from another: a closing repeats the last revision.</summary>
    public (Guid Id, int Revision, bool IsFinal) Key => (Id, Revision, IsFinal);

    /// <summary>Takes its public form.</summary>
    public static OutgoingAlert Of(Alert alert, long number, bool isClosing = false)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var json = new ArrayBufferWriter<byte>(1024);
        AlertJson.Write(json, alert);
        return new OutgoingAlert(number, alert.Id, alert.Revision, alert.Final, alert.Severity, json.WrittenMemory.ToArray()) { IsClosing = isClosing };
    }

    /// <summary>Writes it for a checkpoint.</summary>
    public void Write(BinaryWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(Number);
        output.Write(Id.ToByteArray());
        output.Write(Revision);
        output.Write((byte)((IsFinal ? FinalFlag : 0) | (IsClosing ? ClosingFlag : 0)));
        output.Write((byte)Severity);
        output.Write(Json.Length);
        output.Write(Json.Span);
    }

    /// <summary>Reads it from a checkpoint.</summary>
    public static OutgoingAlert Read(BinaryReader input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var (number, id, revision, flags) = (input.ReadInt64(), new Guid(input.ReadBytes(16)), input.ReadInt32(), input.ReadByte());
        return new OutgoingAlert(number, id, revision, (flags & FinalFlag) != 0, (Severity)input.ReadByte(), input.ReadBytes(input.ReadInt32())) { IsClosing = (flags & ClosingFlag) != 0 };
    }
}
