using System.Text;

namespace Detector.Host.Tests.Run;

/// <summary>A span as a collector gets it.</summary>
internal sealed record OtlpSpan(string Trace, string Id, string Parent, string Name);

/// <summary>Reads the spans of an OTLP request (ExportTraceServiceRequest of opentelemetry-proto 1.x), by the numbers of its fields.</summary>
internal static class OtlpSpans
{
    public static List<OtlpSpan> Of(byte[] request) =>
        [.. Fields(request, 1).SelectMany(resource => Fields(resource, 2)).SelectMany(scope => Fields(scope, 2)).Select(span => new OtlpSpan(Hex(span, 1), Hex(span, 2), Hex(span, 4), Encoding.UTF8.GetString(Fields(span, 5).First())))];

    private static string Hex(byte[] span, int number) => Convert.ToHexString(Fields(span, number).FirstOrDefault() ?? []);

    // The values of a field that has a length, in order.
    private static List<byte[]> Fields(byte[] message, int wanted)
    {
        var values = new List<byte[]>();
        var at = 0;
        while (at < message.Length)
        {
            var (number, kind) = Math.DivRem((int)Varint(message, ref at), 8) is var (tag, wire) ? (tag, wire) : default;
            var length = kind switch { 0 => Skip(message, ref at), 1 => 8, 5 => 4, 2 => (int)Varint(message, ref at), _ => throw new InvalidDataException($"Wire type {kind}.") };
            if (number == wanted && kind == 2) values.Add(message[at..(at + length)]);
            at += length;
        }

        return values;
    }

    private static int Skip(byte[] message, ref int at)
    {
        _ = Varint(message, ref at);
        return 0;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }
    }
}
