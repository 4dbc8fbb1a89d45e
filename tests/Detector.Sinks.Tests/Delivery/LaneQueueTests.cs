using Detector.Engine.Rules;
using Detector.Sinks.Delivery;

namespace Detector.Sinks.Tests.Delivery;

/// <summary>Alerts come, are sent, fail, and do not fit into memory, in any order: each that is meant for the sink leaves once, in order.</summary>
public sealed class LaneQueueTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Each_alert_leaves_once_and_in_order_whatever_fits_into_memory(int seed)
    {
        var random = new Random(seed);
        Func<OutgoingAlert, bool>? takes = seed % 2 == 0 ? alert => alert.Number % 3 != 0 : null;
        var backlog = new Backlog();
        backlog.Add(random.Next(0, 30_000));
        var accepted = random.NextInt64(0, backlog.Last + 1);
        var queue = new LaneQueue(accepted, takes, backlog);
        Assert.Equal(backlog.Last - accepted, queue.Waiting);
        var sent = new List<long>();
        var most = 0;
        for (var step = 0; step < 400 || queue.Waiting > 0; step++)
        {
            // Most of the time the sink is down.
            if (step < 400 && random.Next(3) > 0) queue.Add(backlog.Add(random.Next(0, 300)));
            if (step < 400 && random.Next(4) > 0) continue;
            if (queue.WantsMore(LaneQueue.WindowMax))
            {
                // Alerts arise while the backlog is read.
                var filling = queue.FillAsync(TestContext.Current.CancellationToken);
                if (step < 400) queue.Add(backlog.Add(random.Next(0, 50)));
                await filling;
            }

            var batch = queue.First(random.Next(1, 900));
            most = Math.Max(most, queue.Window.Count);

            // Of a batch some are accepted, in any order; the others are given again.
            var settled = batch.Where(_ => random.Next(5) > 0).ToList();
            queue.Settle(settled);
            sent.AddRange(settled.Select(alert => alert.Number));
            Assert.True(queue.Accepted <= backlog.Last);
            Assert.DoesNotContain(batch.Except(settled), alert => alert.Number <= queue.Accepted);
        }

        var expected = Enumerable.Range(1, (int)backlog.Last).Select(number => (long)number).Where(number => number > accepted && takes?.Invoke(Backlog.Alert(number)) != false);
        Assert.Equal(expected, sent.Order());
        Assert.Equal(0, queue.Waiting);
        Assert.Equal(backlog.Last, queue.Accepted);
        Assert.InRange(most, 1, LaneQueue.WindowMax + Backlog.PartAlerts);
        Assert.True(backlog.Reads > 0);
    }

    [Fact]
    public async Task A_backlog_that_lacks_what_it_should_have_is_no_end_of_the_alerts()
    {
        var backlog = new Backlog();
        backlog.Add(10);
        var queue = new LaneQueue(4, takes: null, backlog);
        backlog.Lose();
        Assert.Contains("from number 5 on", (await Assert.ThrowsAsync<IOException>(() => queue.FillAsync(CancellationToken.None))).Message, StringComparison.Ordinal);
        Assert.Equal(4, queue.Accepted);
        Assert.True(queue.WantsMore(LaneQueue.WindowMax));
    }

    private sealed class Backlog : IAlertBacklog
    {
        public const int PartAlerts = 2_000;

        private readonly List<OutgoingAlert> _alerts = [];

        public int Reads { get; private set; }

        public long Last { get; private set; }

        public static OutgoingAlert Alert(long number) => new(number, new Guid((int)number, 0, 0, new byte[8]), 0, IsFinal: false, Severity.High, ReadOnlyMemory<byte>.Empty);

        public List<OutgoingAlert> Add(int count)
        {
            List<OutgoingAlert> added = [.. Enumerable.Range(1, count).Select(i => Alert(Last + i))];
            Last += count;
            _alerts.AddRange(added);
            return added;
        }

        public void Lose() => _alerts.Clear();

        public Task<IReadOnlyList<OutgoingAlert>> ReadAsync(long after, CancellationToken cancellation)
        {
            Reads++;
            return Task.FromResult<IReadOnlyList<OutgoingAlert>>([.. _alerts.Where(alert => alert.Number > after).Take(PartAlerts)]);
        }
    }
}
