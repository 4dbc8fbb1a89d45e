using System.Net;
using Detector.Engine.Logs;
using Detector.Engine.Rules.Operators;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Detector.Engine.Tests.Rules;

public sealed class InNetworkTests
{
    [Property(MaxTest = 1000)]
    public Property An_address_is_in_the_networks_that_share_its_prefix() => Prop.ForAll(
        ArbMap.Default.ArbFor<uint>(), ArbMap.Default.ArbFor<uint>(), Arb.From(Gen.Choose(0, 32)), (network, other, prefix) =>
        {
            var mask = prefix == 0 ? 0 : uint.MaxValue << (32 - prefix);
            var near = (network & mask) | (other & ~mask);
            Assert.True(In($"{Print(network)}/{prefix}", Print(near)));
            Assert.True(In($"{Print(network)}/{prefix}", $"::ffff:{Print(near)}"));
            Assert.Equal((other & mask) == (network & mask), In($"{Print(network)}/{prefix}", Print(other)));
        });

    [Theory]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("2001:db8::7", "2001:DB8:0::7", true)]
    [InlineData("203.0.113.7", "203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("::/0", "203.0.113.7", false)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    public void Six_and_four_are_told_apart(string network, string address, bool expected) => Assert.Equal(expected, In(network, address));

    [Theory]
    [InlineData("1")]
    [InlineData("0x7f.1")]
    [InlineData("127.1")]
    [InlineData("010.0.0.1")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.4.")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.4 ")]
    [InlineData("99999999999.1.1.1")]
    [InlineData("")]
    public void Only_four_plain_numbers_are_an_address(string text)
    {
        Assert.False(In("0.0.0.0/0", text));
        Assert.False(InNetwork.TryCreate(text, out _));
    }

    [Theory]
    [InlineData("192.0.2.0/33")]
    [InlineData("192.0.2.0/-1")]
    [InlineData("192.0.2.0/")]
    [InlineData("/24")]
    [InlineData("2001:db8::/129")]
    [InlineData("nowhere")]
    public void What_is_no_network_is_refused(string text) => Assert.False(InNetwork.TryCreate(text, out _));

    [Fact]
    public void A_huge_text_is_no_address() => Assert.False(In("::/0", new string(':', 1_000_000)));

    private static bool In(string network, string address)
    {
        Assert.True(InNetwork.TryCreate(network, out var compiled));
        return compiled!.Matches(FieldValue.Of(address));
    }

    private static string Print(uint address) => new IPAddress([(byte)(address >> 24), (byte)(address >> 16 & 255), (byte)(address >> 8 & 255), (byte)(address & 255)]).ToString();
}
