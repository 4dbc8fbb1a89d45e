using System.Net;

namespace Detector.Engine.Rules.Operators;

/// <summary>The text is an address within a network (<c>cidr</c>), IPv4 or IPv6; an IPv4 address mapped into IPv6 is the IPv4 one.</summary>
public sealed class InNetwork(IPNetwork network) : Operator
{
    /// <summary>Reads <c>192.0.2.0/24</c>.</summary>
    public static bool TryCreate(string text, out InNetwork? compiled)
    {
        compiled = IPNetwork.TryParse(text, out var network) ? new InNetwork(network) : null;
        return compiled is not null;
    }

    /// <inheritdoc />
    protected override bool MatchesText(string text)
    {
        if (!IPAddress.TryParse(text, out var address)) return false;
        return network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
    }

    /// <inheritdoc />
    public override string ToString() => $"is in {network}";
}
