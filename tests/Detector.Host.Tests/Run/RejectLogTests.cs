using Detector.Engine.Logs;
using Detector.Host.Run.Telemetry;

namespace Detector.Host.Tests.Run;

/// <summary>The file of what could not be read stays within its bound, however much comes at once.</summary>
public sealed class RejectLogTests
{
    [Fact]
    public void A_flood_in_one_slice_takes_no_more_room_than_was_given()
    {
        using var folder = new Folder();
        using var telemetry = new WorkerTelemetry();
        var told = new List<string>();
        using (var log = new RejectLog(folder.At("rejects.ndjson"), 100_000, telemetry, told.Add))
        {
            log.Add([.. Enumerable.Range(0, 5_000).Select(i => new RejectedRecord(new RecordPlace("hub/0", i), "The record is torn.", new byte[200]))]);
        }

        Assert.Empty(told);
        const int RecordMax = 2_000;
        Assert.All(["rejects.ndjson", "rejects.ndjson.1"], name => Assert.InRange(new FileInfo(folder.At(name)).Length, 1, 100_000 + RecordMax));
        Assert.Contains("\"offset\":4999,", folder.Lines("rejects.ndjson")[^1], StringComparison.Ordinal);
    }
}
