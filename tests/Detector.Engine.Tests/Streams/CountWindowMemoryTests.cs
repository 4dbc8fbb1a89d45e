using Detector.Engine.Streams;
using Xunit;

namespace Detector.Engine.Tests.Streams;

/// <summary>Measures the memory of the whole process, so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(CountWindowMemoryTests), DisableParallelization = true)]
[Collection(nameof(CountWindowMemoryTests))]
public sealed class CountWindowMemoryTests
{
    [Fact]
    public void A_user_with_an_open_window_costs_at_most_200_bytes()
    {
        var noon = new DateTime(2026, 3, 3, 12, 0, 0, DateTimeKind.Utc);
        const int users = 1_000_000;
        var ids = new Deduplicator();
        var window = new CountWindow(TimeSpan.FromHours(1));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < users; i++)
        {
            var id = Spread(i);
            var time = noon.AddTicks(i);
            ids.TryAdd(id, time);
            window.Add(Spread(-i), id, id.ToGuid().ToString(), time, 1);
        }

        var perUser = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)users;
        TestContext.Current.SendDiagnosticMessage("{0:0} bytes a user", perUser);
        Assert.InRange(perUser, 64, 200);
        Assert.Equal(users, window.Keys);
        GC.KeepAlive(ids);
    }

    private static Key128 Spread(int number) => unchecked(new Key128((ulong)number * 0x9e3779b97f4a7c15, (ulong)number * 0xbf58476d1ce4e5b9));
}
