using System.Globalization;

namespace Detector.Benchmarks.Live;

/// <summary>
/// Holds the sender while the worker is behind: the stand-in keeps 5 MiB of a partition, and what a busy machine makes it drop would
/// be no finding about the worker.
/// </summary>
internal sealed class SoakPace(LiveStage stage, HttpClient http)
{
    private const long BehindMax = 20_000;

    private long _askAt = BehindMax / 4;

    /// <summary>Whether more than that many of the records that were sent are not taken yet; asked of the worker now and then.</summary>
    public bool IsBehind(long sent)
    {
        if (sent < _askAt) return false;
        if (stage.Worker.HasExited) throw new InvalidOperationException($"The worker has ended: {stage.Words}");
        if (sent - Taken() > BehindMax) return true;
        _askAt = sent + BehindMax / 4;
        return false;
    }

    private long Taken()
    {
        using var answer = http.Send(new HttpRequestMessage(HttpMethod.Get, new Uri(stage.Metrics, "metrics")));
        using var text = new StreamReader(answer.Content.ReadAsStream());
        return text.ReadToEnd().Split('\n').Where(line => line.StartsWith("detector_records_total{", StringComparison.Ordinal)).Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }
}
