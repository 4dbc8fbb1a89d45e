namespace Detector.Host.Coverage;

/// <summary>The tactics of ATT&amp;CK for enterprises, in the order of its matrix.</summary>
internal static class AttackTactics
{
    /// <summary>As tags write them and as people read them.</summary>
    public static readonly IReadOnlyList<(string Tag, string Name)> All =
    [
        ("reconnaissance", "Reconnaissance"),
        ("resource-development", "Resource Development"),
        ("initial-access", "Initial Access"),
        ("execution", "Execution"),
        ("persistence", "Persistence"),
        ("privilege-escalation", "Privilege Escalation"),
        ("defense-evasion", "Defense Evasion"),
        ("credential-access", "Credential Access"),
        ("discovery", "Discovery"),
        ("lateral-movement", "Lateral Movement"),
        ("collection", "Collection"),
        ("command-and-control", "Command and Control"),
        ("exfiltration", "Exfiltration"),
        ("impact", "Impact"),
    ];

    /// <summary>Its place in the matrix; behind all others for a tactic that is not known.</summary>
    public static int Order(string tag)
    {
        for (var i = 0; i < All.Count; i++)
        {
            if (string.Equals(All[i].Tag, tag, StringComparison.Ordinal)) return i;
        }

        return All.Count;
    }

    /// <summary>The name for people; the tag itself for a tactic that is not known.</summary>
    public static string Name(string tag)
    {
        var order = Order(tag);
        return order < All.Count ? All[order].Name : tag;
    }
}
