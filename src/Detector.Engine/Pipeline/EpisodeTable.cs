using Detector.Engine.Logs;
using Detector.Engine.Rules;

namespace Detector.Engine.Pipeline;

/// <summary>Episodes by rule and subject, and in the order in which they close.</summary>
internal sealed class EpisodeTable(RuleUses uses)
{
    private readonly Dictionary<(string RuleId, string Subject), Episode> _all = new(ByRuleAndSubject.Instance);
    private readonly Dictionary<string, List<Episode>> _bySubject = new(StringComparer.OrdinalIgnoreCase);
    private readonly PriorityQueue<Episode, (DateTime At, string RuleId, string Subject)> _closing = new(ByTime.Instance);
    private readonly PriorityQueue<Episode, DateTime> _closed = new();

    /// <summary>How many are open.</summary>
    public int Open => _bySubject.Values.Sum(episodes => episodes.Count);

    public IEnumerable<Episode> OpenEpisodes => _bySubject.OrderBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase).SelectMany(pair => pair.Value);

    public IEnumerable<Episode> All => _all.OrderBy(pair => pair.Key.Subject, StringComparer.OrdinalIgnoreCase).ThenBy(pair => pair.Key.RuleId, StringComparer.Ordinal).Select(pair => pair.Value);

    public IReadOnlyList<Episode> OpenOfSubject(string subject) => _bySubject.TryGetValue(subject, out var episodes) ? episodes : [];

    /// <summary>Adds a row; returns the open episode, or null when the subject was dealt with before.</summary>
    public Episode? Add(Rule rule, string subject, LogEvent row)
    {
        if (!_all.TryGetValue((rule.Id, subject), out var episode)) episode = Insert(new Episode(rule, subject));
        if (episode.IsClosed) return null;
        if (!episode.Add(row)) return episode;
        _closing.Enqueue(episode, (episode.ClosesAt, rule.Id, subject));
        Join(episode);
        return episode;
    }

    /// <summary>Puts back an episode that was dealt with; from a snapshot.</summary>
    public void AddClosed(Rule rule, string subject, DateTime anchorTime)
    {
        var episode = Episode.Closed(rule, subject, anchorTime);
        _all.Add((rule.Id, subject), episode);
        _closed.Enqueue(episode, anchorTime + Episode.Remembered);
    }

    /// <summary>Whether <see cref="Close"/> has anything to do.</summary>
    public bool IsDue(DateTime watermark) =>
        (_closing.TryPeek(out _, out var due) && due.At < watermark) || (_closed.TryPeek(out _, out var until) && until < watermark);

    /// <summary>The episodes that no record can change any more, in the order of their time, rule and subject.</summary>
    public IEnumerable<Episode> Close(DateTime watermark)
    {
        while (_closing.TryPeek(out var episode, out var due) && due.At < watermark)
        {
            _closing.Dequeue();
            // An anchor that moved was queued again; only the entry of its present time counts.
            if (!episode.IsClosed && episode.ClosesAt == due.At) yield return episode;
        }

        while (_closed.TryPeek(out var past, out var until) && until < watermark)
        {
            _closed.Dequeue();
            _all.Remove((past.Rule.Id, past.Subject));
        }
    }

    /// <summary>Frees what a closed episode held, and remembers only that it was.</summary>
    public void Forget(Episode episode)
    {
        Leave(episode);
        var episodes = _bySubject[episode.Subject];
        episodes.Remove(episode);
        if (episodes.Count == 0) _bySubject.Remove(episode.Subject);
        episode.Close();
        _closed.Enqueue(episode, episode.AnchorTime + Episode.Remembered);
    }

    private Episode Insert(Episode episode)
    {
        _all.Add((episode.Rule.Id, episode.Subject), episode);
        if (!_bySubject.TryGetValue(episode.Subject, out var episodes)) _bySubject.Add(episode.Subject, episodes = []);
        episodes.Add(episode);
        return episode;
    }

    // The anchor's fields decide which late matches concern the episode.
    private void Join(Episode episode)
    {
        if (episode.Rule is not ScoreRule score) return;
        Leave(episode);
        episode.JoinKeys = new Streams.Key128?[score.Factors.Length];
        for (var i = 0; i < score.Factors.Length; i++)
        {
            if (score.Factors[i] is not CountFactor factor) continue;
            episode.JoinKeys[i] = CountStore.KeyOf(episode.Anchor, [.. factor.Join.Select(pair => pair.Scored)]);
            if (episode.JoinKeys[i] is { } join) uses.StoreOf[factor].Wait(join, episode);
        }
    }

    private void Leave(Episode episode)
    {
        if (episode.Rule is not ScoreRule score) return;
        for (var i = 0; i < episode.JoinKeys.Length; i++)
        {
            if (episode.JoinKeys[i] is { } join) uses.StoreOf[(CountFactor)score.Factors[i]].StopWaiting(join, episode);
        }
    }

    private sealed class ByRuleAndSubject : IEqualityComparer<(string RuleId, string Subject)>
    {
        public static readonly ByRuleAndSubject Instance = new();

        public bool Equals((string RuleId, string Subject) x, (string RuleId, string Subject) y) =>
            string.Equals(x.RuleId, y.RuleId, StringComparison.Ordinal) && string.Equals(x.Subject, y.Subject, StringComparison.OrdinalIgnoreCase);

        public int GetHashCode((string RuleId, string Subject) obj) =>
            HashCode.Combine(obj.RuleId, StringComparer.OrdinalIgnoreCase.GetHashCode(obj.Subject));
    }

    private sealed class ByTime : IComparer<(DateTime At, string RuleId, string Subject)>
    {
        public static readonly ByTime Instance = new();

        public int Compare((DateTime At, string RuleId, string Subject) x, (DateTime At, string RuleId, string Subject) y)
        {
            var byTime = x.At.CompareTo(y.At);
            if (byTime != 0) return byTime;
            var byRule = string.CompareOrdinal(x.RuleId, y.RuleId);
            return byRule != 0 ? byRule : string.CompareOrdinal(x.Subject, y.Subject);
        }
    }
}
