using System.Text;

namespace Detector.Engine.Logs;

/// <summary>What an object at the start of some bytes is.</summary>
internal enum EnvelopeKind
{
    /// <summary>A record.</summary>
    None,

    /// <summary>An object around an array of records.</summary>
    Records,

    /// <summary>The bytes end before that is plain.</summary>
    Unknown,
}

/// <summary>Recognises <c>{"records":[</c> and <c>{"@odata.context":"…","value":[</c>.</summary>
internal static class JsonEnvelope
{
    /// <summary>Looks at an object's first members.</summary>
    /// <param name="bytes">Begins with the opening brace.</param>
    /// <param name="step">For an envelope, where the first element may begin.</param>
    public static EnvelopeKind Open(ReadOnlySpan<byte> bytes, out int step)
    {
        step = 0;
        var walker = new JsonWalker(bytes);
        if (!walker.Enter('{')) return EnvelopeKind.None;
        var first = true;
        while (true)
        {
            var next = walker.Peek();
            if (next == 0) return EnvelopeKind.Unknown;
            if (first && next != '"') return EnvelopeKind.None;

            // Of a record most first names are not an envelope's: a look at the first letter spares the rest.
            if (first && walker.Position + 1 < bytes.Length && bytes[walker.Position + 1] is not ((byte)'r' or (byte)'R' or (byte)'v' or (byte)'V' or (byte)'@')) return EnvelopeKind.None;
            if (!walker.NextKey(ref first, out var key)) return walker.Peek() == 0 ? EnvelopeKind.Unknown : EnvelopeKind.None;
            if (Ascii.EqualsIgnoreCase(key.Bytes, "records"u8) || Ascii.EqualsIgnoreCase(key.Bytes, "value"u8))
            {
                if (walker.Peek() == 0) return EnvelopeKind.Unknown;
                if (!walker.Enter('[')) return EnvelopeKind.None;
                step = walker.Position;
                return EnvelopeKind.Records;
            }

            if (!key.Bytes.StartsWith("@"u8)) return EnvelopeKind.None;
            if (walker.Peek() == 0) return EnvelopeKind.Unknown;
            if (!walker.Read(out _)) return bytes.Length < RecordReader.RecordBytesMax ? EnvelopeKind.Unknown : EnvelopeKind.None;
        }
    }
}
