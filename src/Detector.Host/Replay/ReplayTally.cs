using System.Globalization;
using Detector.Engine.Alerts;
using Detector.Engine.Pipeline;
using Detector.Engine.Rules;
using Detector.Sources.Files;

namespace Detector.Host.Replay;

/// <summary>Counts alerts and tells at the end what happened.</summary>
internal sealed class ReplayTally
{
    private readonly int[] _bySeverity = new int[Enum.GetValues<Severity>().Length];

    /// <summary>Matched events that lay outside <c>--since</c> and <c>--until</c>.</summary>
    public long Skipped { get; set; }

    /// <summary>The severest alert that ended so far; null when there is none.</summary>
    public Severity? Severest { get; private set; }

    /// <summary>Counts an alert that ended.</summary>
    public void Add(Alert alert)
    {
        _bySeverity[(int)alert.Severity]++;
        if (Severest is not { } known || alert.Severity > known) Severest = alert.Severity;
    }

    /// <summary>The summary, for people.</summary>
    public void Write(TextWriter output, in ReadProgress read, PipelineCounters counters, TimeSpan elapsed)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{read.Records:N0} records: {read.Parsed:N0} parsed, {read.Rejects:N0} rejected, {counters.Duplicates:N0} duplicates, {counters.Late:N0} late{(Skipped > 0 ? $", {Skipped:N0} outside the time asked for" : "")}"));
        var total = _bySeverity.Sum();
        var parts = Enum.GetValues<Severity>().Reverse().Where(severity => _bySeverity[(int)severity] > 0)
            .Select(severity => string.Create(CultureInfo.InvariantCulture, $"{_bySeverity[(int)severity]:N0} {AlertJson.Word(severity)}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{total:N0} alerts{(total > 0 ? ": " : "")}{string.Join(", ", parts)}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ProgressLine.Bytes(read.BytesDone)} in {elapsed.TotalSeconds:0.00} s"));
    }
}
