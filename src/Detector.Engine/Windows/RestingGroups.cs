namespace Detector.Engine.Windows;

/// <summary>
/// Groups that say nothing more of themselves, until their events are past and can be forgotten. When that is done changes
/// nothing but the memory they take, so many are woken together rather than each at its tick.
/// </summary>
internal sealed class RestingGroups
{
    // Events are forgotten later by at most this part of the time for which they count.
    private const int StepsPerWindow = 4;
    private static readonly TimeSpan s_stepMin = TimeSpan.FromMinutes(1);

    private readonly SortedDictionary<DateTime, List<WindowGroup>> _byTime = [];
    private DateTime _next = DateTime.MaxValue;

    /// <summary>Lays a group to rest until a while after <paramref name="due"/>; one that rests already rests on.</summary>
    public void Add(WindowGroup group, DateTime due)
    {
        if (group.IsResting) return;
        group.IsResting = true;
        var at = StepAfter(due, group.Table.Logic);
        if (!_byTime.TryGetValue(at, out var groups)) _byTime.Add(at, groups = []);
        groups.Add(group);
        if (at < _next) _next = at;
    }

    /// <summary>The end of the step in which <paramref name="time"/> lies.</summary>
    public static DateTime StepAfter(DateTime time, WindowLogic logic)
    {
        var step = Math.Max(s_stepMin.Ticks, (logic.LookBack + logic.Delay).Ticks / StepsPerWindow);
        var ticks = time.Ticks - time.Ticks % step;
        return ticks > DateTime.MaxValue.Ticks - step ? DateTime.MaxValue : new DateTime(ticks + step, DateTimeKind.Utc);
    }

    /// <summary>Forgets what is past of the groups whose rest is over, and hands each on to be queued anew.</summary>
    public void Wake(DateTime now, Action<WindowGroup> queue)
    {
        while (_next < now)
        {
            var groups = _byTime[_next];
            _byTime.Remove(_next);
            _next = DateTime.MaxValue;
            foreach (var (at, _) in _byTime)
            {
                _next = at;
                break;
            }

            foreach (var group in groups)
            {
                group.IsResting = false;

                // Meanwhile it may have found something; then it was queued for that.
                if (group.IsGone || !EpisodeLedger.IsIdle(group)) continue;
                EpisodeLedger.Forget(group, now);
                queue(group);
            }
        }
    }
}
