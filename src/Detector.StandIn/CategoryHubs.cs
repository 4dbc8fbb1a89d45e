using System.Text;

namespace Detector.StandIn;

/// <summary>The hubs to which Entra's diagnostic settings send: one for each category, named after it.</summary>
public static class CategoryHubs
{
    private const string Prefix = "insights-logs-";

    /// <summary>Those of the categories that the simulation writes.</summary>
    public static IReadOnlyList<string> Names { get; } = ["insights-logs-auditlogs", "insights-logs-signinlogs", "insights-logs-noninteractiveusersigninlogs", "insights-logs-serviceprincipalsigninlogs", "insights-logs-managedidentitysigninlogs"];

    /// <summary>The hub of a record, by its category; the first where it has none of those.</summary>
    public static string Of(ReadOnlySpan<byte> record)
    {
        var key = record.IndexOf("\"category\":"u8);
        if (key < 0) return Names[0];
        var from = record[(key + 11)..].IndexOf((byte)'"') + key + 12;
        var length = record[from..].IndexOf((byte)'"');
        Span<char> category = stackalloc char[64];
        if (length is <= 0 or > 64) return Names[0];
        Ascii.ToLower(record.Slice(from, length), category, out _);
        foreach (var hub in Names)
        {
            if (hub.AsSpan().EndsWith(category[..length]) && hub.Length == Prefix.Length + length) return hub;
        }

        return Names[0];
    }
}
