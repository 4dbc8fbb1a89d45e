using System.Text;
using Detector.StandIn;

namespace Detector.Host.Tests.Run;

/// <summary>A sender that is held sends what it has, waits, and loses nothing.</summary>
public sealed class HubPaceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_waits_while_it_is_held()
    {
        using var folder = new Folder();
        using var broker = DetectorProcess.Start(folder.Path, "broker", "--topic", "entra", "--partitions", "1");
        var address = await broker.LineAsync(Cancellation);
        var asked = new List<long>();
        using var hub = new HubStream(address, _ => "entra", 1, 20, new HubPace(null, null, TimeProvider.System, Cancellation)
        {
            Holds = sent =>
            {
                asked.Add(sent);
                return sent == 5 && asked.Count(before => before == 5) < 4;
            },
        });
        var records = string.Concat(Enumerable.Range(0, 10).Select(i => Records.Activation($"a{i}", Records.SundayNight)));
        await hub.WriteAsync(Encoding.UTF8.GetBytes(records), Cancellation);
        await hub.FlushAsync(Cancellation);

        // Five went before it was held, and were sent then.
        Assert.Equal((10, 2), (hub.Records, hub.Messages));
        Assert.Equal([0, 1, 2, 3, 4, 5, 5, 5, 5, 6, 7, 8, 9], asked);
    }
}
