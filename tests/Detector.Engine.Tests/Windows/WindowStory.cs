using Detector.Engine.Logs;
using Detector.Engine.Tests.Pipeline;
using FsCheck;
using FsCheck.Fluent;

namespace Detector.Engine.Tests.Windows;

/// <summary>Some hours of events that crowd around the edges of windows, in an order in which they may arrive, with restarts.</summary>
internal sealed record WindowStory(IReadOnlyList<MatchedEvent> Arrivals, IReadOnlySet<int> Restarts)
{
    public static Arbitrary<WindowStory> Arbitrary { get; } = Arb.From(
        from draws in Gen.Choose(0, 1_000_000).ArrayOf(240)
        from size in Gen.Choose(1, 24)
        select Tell(draws, size));

    public override string ToString() =>
        string.Join("\n", Arrivals.Select((e, i) => $"{(Restarts.Contains(i) ? "-- restart\n" : "")}{e.Event.Time:dd HH:mm:ss.fffffff} {e.Event.Id} [{string.Join(',', e.Matches)}] {e.Event[CanonicalField.UserId]} {e.Event[CanonicalField.LocationCountry]} {e.Event[CanonicalField.ActivationHours]}"));

    private static WindowStory Tell(int[] draws, int size)
    {
        var at = 0;
        var events = new List<(MatchedEvent Event, DateTime Arrival)>();
        var time = Scene.Start;
        for (var i = 0; i < size; i++)
        {
            // From one event to the next: nothing, a few minutes, or a window to the tick; now and then most of a day.
            time += Next(12) switch
            {
                0 => TimeSpan.Zero,
                1 => WindowScene.Within,
                2 => WindowScene.Within - Scene.Tick,
                3 => WindowScene.Within + Scene.Tick,
                4 => TimeSpan.FromHours(2),
                5 => TimeSpan.FromHours(4) + (Scene.Tick * (Next(3) - 1)),
                6 when Next(3) == 0 => TimeSpan.FromHours(8),
                _ => TimeSpan.FromMinutes(Next(40)),
            };
            int[] matches = Next(6) switch { 0 => [1], 1 => [2], 2 => [0, 1], 3 => [1], _ => [0] };
            var made = WindowScene.Event($"e{i:d2}", time, matches, Next(8) == 0 ? null : $"user-{Next(2)}", Next(8) == 0 ? null : $"{(char)('A' + Next(3))}", Next(6) == 0 ? "none" : $"{Next(9)}");
            events.Add((made, time + Late()));
            if (Next(5) == 0) events.Add((made, time + Late()));
        }

        var arrivals = events.OrderBy(pair => pair.Arrival).Select(pair => pair.Event).ToList();
        return new WindowStory(arrivals, Enumerable.Range(0, arrivals.Count).Where(_ => Next(5) == 0).ToHashSet());

        TimeSpan Late() => Next(2) == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(WindowScene.Lateness.Ticks * Next(1000) / 1000);

        int Next(int below) => draws[at++ % draws.Length] / (1 + (at / draws.Length)) % below;
    }
}
