using System.Net;
using System.Net.Sockets;

namespace Detector.Engine.Rules.Operators;

/// <summary>
/// The text is an address within a network (<c>cidr</c>), IPv4 or IPv6; an IPv4 address mapped into IPv6 is the IPv4 one.
/// Bits of the network's address beyond its prefix do not count.
/// </summary>
public sealed class InNetwork : Operator
{
    // Longer texts are no address: 45 characters, and a zone.
    private const int AddressCharsMax = 64;

    // The address that was read last on this thread.
    [ThreadStatic]
    private static string? _lastText;
    [ThreadStatic]
    private static bool _lastIsV4;
    [ThreadStatic]
    private static uint _lastV4;
    [ThreadStatic]
    private static IPAddress? _lastV6;

    private readonly IPNetwork _network;
    private readonly uint _v4;
    private readonly uint _v4Mask;
    private readonly bool _isV4;

    private InNetwork(IPNetwork network)
    {
        _network = network;
        _isV4 = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
        if (!_isV4 || !TryReadV4(network.BaseAddress.ToString(), out _v4)) return;
        _v4Mask = network.PrefixLength == 0 ? 0 : uint.MaxValue << (32 - network.PrefixLength);
        _v4 &= _v4Mask;
    }

    /// <summary>Reads <c>192.0.2.0/24</c>, or an address alone, which is a network of one.</summary>
    public static bool TryCreate(string text, out InNetwork? compiled)
    {
        ArgumentNullException.ThrowIfNull(text);
        compiled = null;
        if (text.Length > AddressCharsMax) return false;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var address = slash < 0 ? text : text[..slash];
        if (!address.Contains(':', StringComparison.Ordinal) && !TryReadV4(address, out _)) return false;
        if (slash >= 0 && IPNetwork.TryParse(text, out var network)) compiled = new InNetwork(network);
        else if (slash < 0 && IPAddress.TryParse(text, out var one)) compiled = new InNetwork(new IPNetwork(one, one.AddressFamily == AddressFamily.InterNetwork ? 32 : 128));
        return compiled is not null;
    }

    /// <inheritdoc />
    protected override bool MatchesText(string text)
    {
        if (text.Length > AddressCharsMax) return false;

        // Many rules ask about the same address one after the other.
        if (!ReferenceEquals(text, _lastText)) Read(text);
        return _lastIsV4 ? _isV4 && (_lastV4 & _v4Mask) == _v4 : _lastV6 is { } address && _network.Contains(address);
    }

    // What is no IPv4 address is rare: IPv6 is read by the library, which allocates.
    private static void Read(string text)
    {
        _lastText = text;
        _lastV6 = null;
        _lastIsV4 = TryReadV4(text, out _lastV4);
        if (!_lastIsV4 && text.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(text, out var address)) _lastV6 = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    /// <inheritdoc />
    public override string ToString() => $"is in {_network}";

    // Four decimal numbers and nothing else. The library would read '1' as 0.0.0.1 and '010.0.0.1' as 8.0.0.1.
    private static bool TryReadV4(ReadOnlySpan<char> text, out uint address)
    {
        address = 0;
        for (var part = 0; part < 4; part++)
        {
            var length = 0;
            uint number = 0;
            while (length < text.Length && length < 4 && char.IsAsciiDigit(text[length])) number = (number * 10) + (uint)(text[length++] - '0');
            if (length is 0 or > 3 || number > 255 || (length > 1 && text[0] == '0')) return false;
            address = (address << 8) | number;
            text = text[length..];
            if (part == 3) return text.IsEmpty;
            if (text.IsEmpty || text[0] != '.') return false;
            text = text[1..];
        }

        return false;
    }
}
