using System.Globalization;

namespace Detector.Engine.Alerts;

/// <summary>Reads MITRE ATT&amp;CK tactics and techniques from Sigma tags (<c>attack.t1078.004</c>, <c>attack.privilege-escalation</c>).</summary>
public static class AttackTags
{
    private const string Prefix = "attack.";

    /// <summary>Techniques as ATT&amp;CK writes them: <c>T1078.004</c>.</summary>
    public static IEnumerable<string> Techniques(IEnumerable<string> tags) =>
        Attack(tags).Where(IsTechnique).Select(tag => tag.ToUpperInvariant());

    /// <summary>Tactics as Sentinel writes them: <c>PrivilegeEscalation</c>.</summary>
    public static IEnumerable<string> Tactics(IEnumerable<string> tags) =>
        Attack(tags).Where(tag => char.IsAsciiLetterLower(tag[0]) && tag.Length > 1 && !char.IsAsciiDigit(tag[1])).Select(ToPascal);

    private static IEnumerable<string> Attack(IEnumerable<string> tags) =>
        tags.Where(tag => tag.Length > Prefix.Length && tag.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            .Select(tag => tag[Prefix.Length..].ToLowerInvariant());

    private static bool IsTechnique(string tag) => tag[0] == 't' && tag.Length > 1 && char.IsAsciiDigit(tag[1]);

    private static string ToPascal(string tag) => string.Concat(tag.Split('-', '_')
        .Where(word => word.Length > 0)
        .Select(word => char.ToUpper(word[0], CultureInfo.InvariantCulture) + word[1..]));
}
