using System.Globalization;
using Detector.StandIn;

namespace Detector.Benchmarks.Live;

/// <summary>
/// Holds the sender while the worker is behind: the stand-in keeps 5 MiB of a partition, and what a busy machine makes it drop would
/// be no finding about the worker.
/// </summary>
internal sealed class SoakPace(LiveStage stage, HttpClient http)
{
    private const long BehindMax = 20_000;

    /// <summary>A stream before the hub that waits where that is needed.</summary>
    public Stream Before(HubStream hub) => new Held(hub, stage, http);

    private sealed class Held(HubStream hub, LiveStage stage, HttpClient http) : Stream
    {
        private long _asked;
        private long _taken;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (hub.Records - _asked >= BehindMax / 4)
            {
                _asked = hub.Records;
                _taken = Taken();
                while (hub.Records - _taken > BehindMax)
                {
                    hub.Flush();
                    if (stage.Worker.WaitForExit(20)) throw new InvalidOperationException($"The worker has ended: {stage.Words}");
                    _taken = Taken();
                }
            }

            hub.Write(buffer, offset, count);
        }

        public override void Flush() => hub.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private long Taken()
        {
            using var answer = http.Send(new HttpRequestMessage(HttpMethod.Get, new Uri(stage.Metrics, "metrics")));
            using var text = new StreamReader(answer.Content.ReadAsStream());
            return text.ReadToEnd().Split('\n').Where(line => line.StartsWith("detector_records_total{", StringComparison.Ordinal)).Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        }
    }
}
