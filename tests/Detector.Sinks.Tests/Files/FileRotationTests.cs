using Detector.Sinks.Files;
using Microsoft.Extensions.Time.Testing;

namespace Detector.Sinks.Tests.Files;

public sealed class FileRotationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("detector-");
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 22, 0, 0, TimeSpan.Zero));

    private string Path => System.IO.Path.Combine(_folder.FullName, "alerts.ndjson");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_line_is_in_one_file_in_order_whatever_crashes_in_between(int seed)
    {
        var random = new Random(seed);
        var sent = 0;
        var sinks = new List<AlertFileSink>();
        var most = 0L;
        try
        {
            for (var step = 0; step < 60; step++)
            {
                // Another process goes on where one was killed, in the middle of a line or not.
                if (step == 0 || random.Next(6) == 0)
                {
                    if (sinks.Count > 0) await sinks[^1].DisposeAsync();
                    if (random.Next(2) == 0) await File.AppendAllTextAsync(Path, "{\"torn\":", Stop);
                    sinks.Add(new AlertFileSink(Path, _clock, new FileRotation(40_000, 1000)));
                }

                var batch = Alerts.Many(random.Next(1, 12), sent + 1);
                await sinks[^1].SendAsync(batch, Stop);
                sent += batch.Count;
                most = Math.Max(most, new FileInfo(Path).Length);

                // Often within the same second.
                if (random.Next(2) == 0) _clock.Advance(TimeSpan.FromSeconds(random.Next(3)));
            }
        }
        finally
        {
            foreach (var sink in sinks) await sink.DisposeAsync();
        }

        var aside = FileRotation.Aside(Path);
        Assert.True(aside.Count > 5, $"seed {seed}: {aside.Count}");
        Assert.InRange(most, 20_000, 40_000);
        Assert.Equal(Enumerable.Range(1, sent).Select(number => $"{Alerts.One(number).Id}"), aside.Append(Path).SelectMany(File.ReadLines).Select(line => (string)System.Text.Json.Nodes.JsonNode.Parse(line)!["alertId"]!));
    }

    [Fact]
    public async Task The_newest_are_kept_and_files_of_others_are_not_touched()
    {
        string[] others = ["alerts.ndjson.gz", "alerts.old.ndjson", "alerts.20260301T220000.ndjson", "alerts.20200101T000000Z.ndjson.bak", "other.20200101T000000Z.ndjson", "alerts..ndjson"];
        foreach (var other in others) await File.WriteAllTextAsync(System.IO.Path.Combine(_folder.FullName, other), "mine", Stop);
        await using (var sink = new AlertFileSink(Path, _clock, new FileRotation(10_000, 3)))
        {
            for (var number = 1; number <= 100; number++)
            {
                await sink.SendAsync([Alerts.One(number)], Stop);
                if (number % 20 == 0) _clock.Advance(TimeSpan.FromSeconds(1));
            }
        }

        var aside = FileRotation.Aside(Path);
        Assert.Equal(3, aside.Count);
        var kept = aside.Append(Path).SelectMany(File.ReadLines).Count();
        Assert.Equal(Enumerable.Range(101 - kept, kept).Select(number => $"{Alerts.One(number).Id}"), aside.Append(Path).SelectMany(File.ReadLines).Select(line => (string)System.Text.Json.Nodes.JsonNode.Parse(line)!["alertId"]!));
        foreach (var other in others) Assert.Equal("mine", await File.ReadAllTextAsync(System.IO.Path.Combine(_folder.FullName, other), Stop));
    }

    [Fact]
    public async Task One_batch_that_is_larger_than_a_file_is_whole_in_one()
    {
        await using (var sink = new AlertFileSink(Path, _clock, new FileRotation(10_000, 3)))
        {
            await sink.SendAsync(Alerts.Many(50), Stop);
            Assert.Empty(FileRotation.Aside(Path));
            await sink.SendAsync(Alerts.Many(1, 51), Stop);
        }

        Assert.Equal("alerts.20260301T220000Z.ndjson", System.IO.Path.GetFileName(Assert.Single(FileRotation.Aside(Path))));
        Assert.Single(await File.ReadAllLinesAsync(Path, Stop));
    }
}
