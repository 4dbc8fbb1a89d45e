namespace Detector.Host.Backtest;

/// <summary>How many alerts of one rule each side has, and how they differ.</summary>
internal sealed class RuleDifference
{
    public long Old { get; set; }

    public long New { get; set; }

    public long Appear { get; set; }

    public long Disappear { get; set; }

    public long Change { get; set; }

    public bool Differs => Appear + Disappear + Change > 0;

    public void Add(RuleDifference other)
    {
        Old += other.Old;
        New += other.New;
        Appear += other.Appear;
        Disappear += other.Disappear;
        Change += other.Change;
    }
}

/// <summary>
/// Pairs the final alerts of two rule folders by their ids, as they come, from either side first: what is equal is
/// forgotten at once.
/// </summary>
internal sealed class AlertComparison
{
    /// <summary>Of more differences than this only the count is kept: nobody reads so many.</summary>
    public const int DifferencesMax = 100_000;

    private readonly Dictionary<Guid, AlertOutline> _oldOnly = [];
    private readonly Dictionary<Guid, AlertOutline> _newOnly = [];
    private readonly List<AlertDifference> _differences = [];
    private readonly SortedDictionary<string, RuleDifference> _rules = new(StringComparer.Ordinal);

    /// <summary>By rule name. Complete after <see cref="Complete"/>.</summary>
    public IReadOnlyDictionary<string, RuleDifference> Rules => _rules;

    /// <summary>In order of event time, at most <see cref="DifferencesMax"/>.</summary>
    public IReadOnlyList<AlertDifference> Differences => _differences;

    /// <summary>All rules together.</summary>
    public RuleDifference Total
    {
        get
        {
            var total = new RuleDifference();
            foreach (var rule in _rules.Values) total.Add(rule);
            return total;
        }
    }

    /// <summary>A final alert under the old rules.</summary>
    public void TakeOld(AlertOutline alert)
    {
        Rule(alert).Old++;
        if (_newOnly.Remove(alert.Id, out var other)) Pair(alert, other);
        else _oldOnly.TryAdd(alert.Id, alert);
    }

    /// <summary>A final alert under the new rules.</summary>
    public void TakeNew(AlertOutline alert)
    {
        Rule(alert).New++;
        if (_oldOnly.Remove(alert.Id, out var other)) Pair(other, alert);
        else _newOnly.TryAdd(alert.Id, alert);
    }

    /// <summary>Both sides have ended: what has found no partner has none.</summary>
    public void Complete()
    {
        foreach (var alert in _oldOnly.Values) Rule(alert).Disappear++;
        foreach (var alert in _newOnly.Values) Rule(alert).Appear++;
        _differences.AddRange(_oldOnly.Values.Select(alert => new AlertDifference(alert, null)).Concat(_newOnly.Values.Select(alert => new AlertDifference(null, alert))));
        _oldOnly.Clear();
        _newOnly.Clear();
        _differences.Sort(ByTime);
        if (_differences.Count > DifferencesMax) _differences.RemoveRange(DifferencesMax, _differences.Count - DifferencesMax);
    }

    private static int ByTime(AlertDifference left, AlertDifference right)
    {
        var order = left.Shown.Time.CompareTo(right.Shown.Time);
        if (order == 0) order = string.CompareOrdinal(left.Shown.RuleName, right.Shown.RuleName);
        return order != 0 ? order : left.Shown.Id.CompareTo(right.Shown.Id);
    }

    private void Pair(AlertOutline before, AlertOutline after)
    {
        if (!before.ChangesTo(after).Any()) return;
        Rule(after).Change++;
        if (_differences.Count < DifferencesMax) _differences.Add(new AlertDifference(before, after));
    }

    private RuleDifference Rule(AlertOutline alert)
    {
        if (!_rules.TryGetValue(alert.RuleName, out var rule)) _rules.Add(alert.RuleName, rule = new RuleDifference());
        return rule;
    }
}
