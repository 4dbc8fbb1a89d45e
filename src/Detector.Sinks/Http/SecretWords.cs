using System.Buffers.Text;
using System.Text;

namespace Detector.Sinks.Http;

/// <summary>
/// Takes secrets out of texts, in each form in which a service may repeat them: as they are, with and without percent-encoding, as Base64 and as
/// hexadecimal digits.
/// </summary>
internal sealed class SecretWords
{
    private const int LengthMin = 4;

    private readonly IReadOnlyList<string> _forms;

    public SecretWords(IEnumerable<string> secrets)
    {
        // The longest first: what is part of another must not be taken out of it.
        _forms = [.. secrets.Where(secret => secret.Length >= LengthMin).SelectMany(FormsOf).Distinct(StringComparer.OrdinalIgnoreCase).OrderByDescending(form => form.Length)];
    }

    public string TakenOutOf(string text)
    {
        foreach (var form in _forms) text = text.Replace(form, "…", StringComparison.OrdinalIgnoreCase);
        return text;
    }

    private static IEnumerable<string> FormsOf(string secret)
    {
        foreach (var plain in (string[])[secret, Uri.UnescapeDataString(secret)])
        {
            var bytes = Encoding.UTF8.GetBytes(plain);
            yield return plain;
            yield return Uri.EscapeDataString(plain);
            yield return Convert.ToBase64String(bytes).TrimEnd('=');
            yield return Base64Url.EncodeToString(bytes);
            yield return Convert.ToHexStringLower(bytes);
        }
    }
}
