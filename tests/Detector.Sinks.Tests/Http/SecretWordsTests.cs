using System.Text;
using Detector.Sinks.Http;
using FsCheck;
using FsCheck.Fluent;

namespace Detector.Sinks.Tests.Http;

public sealed class SecretWordsTests
{
    [Fact]
    public void A_secret_is_taken_out_in_each_form() => Prop.ForAll(ArbMap.Default.ArbFor<NonEmptyString>(), ArbMap.Default.ArbFor<string>(), (random, around) =>
    {
        // With something in it that no text has by chance.
        var secret = $"s3cret+/={random.Get.Replace('\uFFFD', '?')}&%".Normalize();
        if (secret.Any(char.IsSurrogate)) return;
        var bytes = Encoding.UTF8.GetBytes(secret);
        foreach (var form in (string[])[secret, Uri.EscapeDataString(secret), Uri.EscapeDataString(secret).ToLowerInvariant(), Convert.ToBase64String(bytes), Convert.ToBase64String(bytes).TrimEnd('='), Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes)])
            Assert.DoesNotContain(form.TrimEnd('='), new SecretWords([secret]).TakenOutOf($"{around}{form} {around}"), StringComparison.OrdinalIgnoreCase);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_address_that_is_given_encoded_is_known_as_what_it_means() =>
        Assert.Equal("sig … and …", new SecretWords(["PLANTED%2Bsig%3D"]).TakenOutOf("sig PLANTED+sig= and PLANTED%2bsig%3d"));

    [Fact]
    public void What_is_too_short_to_be_a_secret_spoils_no_message() => Assert.Equal("answered 200", new SecretWords(["200", ""]).TakenOutOf("answered 200"));
}
