using System.Diagnostics;
using System.Text;

namespace Detector.Engine.Entra;

/// <summary>The built-in roles of Entra (<c>roles.csv</c>), read once, when first asked for.</summary>
public static class EntraRoles
{
    private const string ResourceName = "Detector.Engine.Entra.roles.csv";

    // Most commands never ask, and start-up is measured: so not in a static initialiser of something that they touch.
    private static readonly Lazy<IReadOnlyList<EntraRole>> s_all = new(Read);

    /// <summary>All of them, in the order of the file.</summary>
    public static IReadOnlyList<EntraRole> All => s_all.Value;

    private static EntraRole[] Read()
    {
        using var stream = typeof(EntraRoles).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new UnreachableException($"The resource {ResourceName} is missing from the assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Parse(reader.ReadToEnd());
    }

    private static EntraRole[] Parse(string text)
    {
        var roles = new List<EntraRole>(160);
        var heading = true;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            if (raw.IsEmpty || raw[0] == '#') continue;
            if (heading) heading = false;
            else roles.Add(ParseLine(raw));
        }

        return [.. roles];
    }

    private static EntraRole ParseLine(ReadOnlySpan<char> line)
    {
        Span<Range> cells = stackalloc Range[6];
        if (line.Split(cells, ',') != 5) throw new UnreachableException($"roles.csv: '{line}' has not five cells.");
        var strict = line[cells[3]] switch { "ControlPlane" => 0, "ManagementPlane" => 1, _ => 2 };
        var article = line[cells[4]];
        return new EntraRole(
            line[cells[0]].ToString(), line[cells[1]].ToString(), line[cells[2]] is "true", strict,
            article.IsEmpty ? strict : article[0] - '0');
    }
}
