using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Azure.Core;

namespace Detector.Host.Smoke;

/// <summary>Says whose a token is, and nothing by which it could be used.</summary>
internal static class TokenOwner
{
    private static readonly (string Claim, string Word)[] s_claims = [("appid", "app"), ("azp", "app"), ("oid", "object"), ("upn", "user"), ("tid", "tenant")];

    /// <summary>A sentence on the token.</summary>
    public static string Describe(AccessToken token)
    {
        var until = token.ExpiresOn.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var parts = token.Token.Split('.');
        if (parts.Length != 3) return $"good until {until}, of an identity that it does not name";
        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            var said = s_claims.Where(pair => claims.RootElement.TryGetProperty(pair.Claim, out _)).Select(pair => $"{pair.Word} {claims.RootElement.GetProperty(pair.Claim)}").ToList();
            return $"of {(said.Count == 0 ? "an identity that it does not name" : string.Join(", ", said))}; good until {until}";
        }
        catch (Exception cause) when (cause is FormatException or JsonException or InvalidOperationException)
        {
            return $"good until {until}, of an identity that cannot be read from it";
        }
    }
}
