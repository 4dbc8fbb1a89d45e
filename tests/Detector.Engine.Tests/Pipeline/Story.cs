using Detector.Engine.Logs;
using FsCheck;
using FsCheck.Fluent;

namespace Detector.Engine.Tests.Pipeline;

/// <summary>
/// A few hours of a few people, in an order in which the records might arrive: late (within the lateness), doubled,
/// shuffled; and the places at which the program is stopped and started again.
/// </summary>
internal sealed record Story(IReadOnlyList<MatchedEvent> Arrivals, IReadOnlySet<int> Restarts)
{
    public static readonly TimeSpan Lateness = TimeSpan.FromMinutes(30);

    public override string ToString() =>
        string.Join("\n", Arrivals.Select((e, i) => $"{(Restarts.Contains(i) ? "-- restart\n" : "")}{e.Event.Time:HH:mm:ss.fffffff} {e.Event.Id} [{string.Join(',', e.Matches)}] user {e.Event.Text(CanonicalField.ActorId) ?? e.Event.Text(CanonicalField.UserId)} request {e.Event.Text(CanonicalField.RequestId)} attempt {e.Event.Text(CanonicalField.AttemptId)} correlation {e.Event.Text(CanonicalField.CorrelationId)}"));

    public static Arbitrary<Story> Arbitrary { get; } = Arb.From(
        from seeds in Gen.Choose(0, int.MaxValue).ArrayOf(40)
        from size in Gen.Choose(1, 14)
        select Tell(seeds, size));

    // Plain arithmetic on the drawn numbers, so that a story can be told again from what FsCheck prints.
    private static Story Tell(int[] seeds, int size)
    {
        var draw = new Draw(seeds);
        var events = new List<MatchedEvent>();
        for (var i = 0; i < size; i++) events.AddRange(Scene(draw, i));
        var copies = events.Where(_ => draw.Next(5) == 0).ToList();
        var arrivals = events.Concat(copies)
            .Select(e => (Event: e, At: e.Event.Time + TimeSpan.FromTicks(draw.Next(2) == 0 ? 0 : draw.Long(Lateness.Ticks))))
            .OrderBy(pair => pair.At)
            .Select(pair => pair.Event)
            .ToList();
        return new Story(arrivals, Enumerable.Range(0, arrivals.Count).Where(_ => draw.Next(6) == 0).ToHashSet());
    }

    private static IEnumerable<MatchedEvent> Scene(Draw draw, int number)
    {
        var user = draw.Next(2) == 0 ? "3bd47e42-37c9-442f-a2b4-f04de61ef0ce" : $"User-{draw.Next(2)}";
        var time = Tests.Pipeline.Scene.Start + TimeSpan.FromMinutes(draw.Next(240));
        switch (draw.Next(4))
        {
            case 0:
                return Enumerable.Range(0, 1 + draw.Next(4)).Select(i =>
                    Tests.Pipeline.Scene.Failure($"f{number}-{i}", time + TimeSpan.FromSeconds(draw.Next(120)), user, draw.Next(3) == 0 ? $"attempt-{number}" : null));
            case 1:
                return Enumerable.Range(0, 1 + draw.Next(3)).Select(i =>
                    Tests.Pipeline.Scene.Emergency($"b{number}-{i}", time + TimeSpan.FromMinutes(draw.Next(12)), user, $"emergency-{number}"));
            default:
                return Activation(draw, number, user, time);
        }
    }

    private static IEnumerable<MatchedEvent> Activation(Draw draw, int number, string user, DateTime time)
    {
        var (request, correlation) = ($"request-{number}", $"correlation-{number}");
        yield return Tests.Pipeline.Scene.Activation($"c{number}", time, user, request, draw.Next(3), correlation, draw.Next(3) == 0 ? "on the completed row" : null);
        if (draw.Next(2) == 0) yield return Tests.Pipeline.Scene.Row($"r{number}", time - TimeSpan.FromSeconds(draw.Next(900)), user, request, correlation, "on the request");
        if (draw.Next(2) == 0) yield return Tests.Pipeline.Scene.Row($"p{number}", time - TimeSpan.FromSeconds(draw.Next(900)), "the approver", request, correlation, "approved");
        if (draw.Next(2) == 0) yield return Tests.Pipeline.Scene.Row($"d{number}", time + TimeSpan.FromSeconds(draw.Next(420)), "MS-PIM", null, correlation);
        if (draw.Next(4) == 0) yield return Tests.Pipeline.Scene.Activation($"a{number}", time + TimeSpan.FromSeconds(draw.Next(600) - 300), user, request, draw.Next(3), correlation);

        // Failures at the edges of the window, to the tick.
        TimeSpan[] edges = [TimeSpan.Zero, Tests.Pipeline.Scene.Tick, -Tests.Pipeline.Scene.Tick];
        for (var i = draw.Next(4); i > 0; i--)
        {
            var edge = time - (draw.Next(2) == 0 ? Tests.Pipeline.Scene.Hour : TimeSpan.Zero) + edges[draw.Next(3)];
            yield return Tests.Pipeline.Scene.Failure($"e{number}-{i}", edge, user, draw.Next(4) == 0 ? $"edge-{number}" : null);
        }
    }

    private sealed class Draw(int[] seeds)
    {
        private int _at;
        private ulong _state = 0x9e3779b97f4a7c15;

        public int Next(int below) => (int)(Mix() % (ulong)below);

        public long Long(long below) => (long)(Mix() % (ulong)below);

        private ulong Mix()
        {
            unchecked
            {
                _state = (_state + (ulong)seeds[_at++ % seeds.Length]) * 6364136223846793005 + 1442695040888963407;
                var z = (_state ^ (_state >> 30)) * 0xbf58476d1ce4e5b9;
                return z ^ (z >> 27);
            }
        }
    }
}
