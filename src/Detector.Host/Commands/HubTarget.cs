using System.Globalization;
using Detector.Simulation;
using Detector.StandIn;

namespace Detector.Host.Commands;

/// <summary>Where <c>logs generate --to</c> sends, and how fast.</summary>
/// <param name="Broker">The address.</param>
/// <param name="Partitions">Partitions of each hub.</param>
/// <param name="RecordsAMessage">Records in one message.</param>
/// <param name="Rate">Records a second at most; null for no bound.</param>
/// <param name="Speed">How many times faster than the records' own time; null for as fast as the broker takes them.</param>
internal sealed record HubTarget(string Broker, int Partitions, int RecordsAMessage, double? Rate, double? Speed)
{
    /// <summary>Sends the logs of a tenant.</summary>
    public int Send(SimulationOptions options, string? truth, HostStreams streams, CancellationToken stop)
    {
        try
        {
            var began = streams.Clock.GetTimestamp();
            using var truthFile = truth is null ? null : new StreamWriter(truth);
            using var hub = new HubStream(Broker, CategoryHubs.Of, Partitions, RecordsAMessage, new HubPace(Rate, Speed, streams.Clock, stop));
            var summary = TenantSimulation.Generate(options, hub, truthFile, stop);
            var elapsed = streams.Clock.GetElapsedTime(began).TotalSeconds;
            streams.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{hub.Records:N0} records in {hub.Messages:N0} messages, {summary.Bytes / 1e6:N1} MB in {elapsed:N1} s: {hub.Records / elapsed:N0} records/s, {summary.Bytes / 1e6 / elapsed:N1} MB/s"));
            return ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }
}
