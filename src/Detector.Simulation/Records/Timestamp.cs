namespace Detector.Simulation.Records;

/// <summary>Writes times as Entra does: seven digits of a second, then the zone.</summary>
internal static class Timestamp
{
    public static int Write(long ticks, ReadOnlySpan<byte> zone, Span<byte> to)
    {
        var time = new DateTime(ticks, DateTimeKind.Utc);
        time.Deconstruct(out var date, out _);
        Digits(date.Year, 4, to);
        to[4] = (byte)'-';
        Digits(date.Month, 2, to[5..]);
        to[7] = (byte)'-';
        Digits(date.Day, 2, to[8..]);
        to[10] = (byte)'T';
        Digits(time.Hour, 2, to[11..]);
        to[13] = (byte)':';
        Digits(time.Minute, 2, to[14..]);
        to[16] = (byte)':';
        Digits(time.Second, 2, to[17..]);
        to[19] = (byte)'.';
        Digits((int)(ticks % TimeSpan.TicksPerSecond), 7, to[20..]);
        zone.CopyTo(to[27..]);
        return 27 + zone.Length;
    }

    /// <summary>The same as a text, UTC.</summary>
    public static string Text(long ticks)
    {
        Span<byte> text = stackalloc byte[40];
        return System.Text.Encoding.ASCII.GetString(text[..Write(ticks, "Z"u8, text)]);
    }

    private static void Digits(int value, int count, Span<byte> to)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            to[i] = (byte)('0' + value % 10);
            value /= 10;
        }
    }
}
