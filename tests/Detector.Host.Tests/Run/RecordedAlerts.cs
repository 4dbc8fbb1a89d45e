using System.Text.Json;

namespace Detector.Host.Tests.Run;

/// <summary>What the file of a sink has accepted.</summary>
internal sealed class RecordedAlerts
{
    private readonly Dictionary<string, string> _final = new(StringComparer.Ordinal);

    private RecordedAlerts(IReadOnlyList<string> paths)
    {
        var seen = new Dictionary<(string Id, int Revision, bool Final), string>();
        foreach (var line in paths.SelectMany(WholeLines))
        {
            Lines++;
            using var alert = JsonDocument.Parse(line);
            var root = alert.RootElement;
            var key = (Id: root.GetProperty("alertId").GetString()!, Revision: root.GetProperty("revision").GetInt32(), Final: root.GetProperty("final").GetBoolean());
            if (seen.TryGetValue(key, out var known))
            {
                Repeats++;
                if (known != line) Contradictions.Add(line);
            }

            seen[key] = line;
            Ids.Add(key.Id);
            if (key.Final) _final[key.Id] = What(root);
        }
    }

    /// <summary>Lines, repeats included.</summary>
    public int Lines { get; }

    /// <summary>Lines that had been accepted before, under the same id and revision.</summary>
    public int Repeats { get; }

    /// <summary>Repeats that say something else than the first time: there must be none.</summary>
    public List<string> Contradictions { get; } = [];

    /// <summary>The ids of all alerts.</summary>
    public HashSet<string> Ids { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// What each alert was when it became final (one that is open may not show its last records yet), without what depends on the order of arrival (the id of a window's alert, the number of
    /// revisions). Two alerts of the same finding are two entries.
    /// </summary>
    public IReadOnlyList<string> Findings => [.. _final.Values.Order(StringComparer.Ordinal)];

    /// <summary>Of one sink, or of several workers' sinks together.</summary>
    public static RecordedAlerts Read(params IReadOnlyList<string> paths) => new(paths);

    // The last line may be half there: being written, or cut off by a kill.
    private static string[] WholeLines(string path)
    {
        var text = File.Exists(path) ? File.ReadAllText(path) : "";
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string What(JsonElement alert) =>
        $"{alert.GetProperty("ruleName").GetString()} {alert.GetProperty("severity").GetString()} {alert.GetProperty("score")} {alert.GetProperty("eventTime").GetString()} [{string.Join(' ', alert.GetProperty("evidence").EnumerateArray().Select(record => record.GetProperty("id").GetString()))}]";
}
