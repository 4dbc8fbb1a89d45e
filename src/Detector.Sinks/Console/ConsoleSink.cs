using Detector.Sinks.Delivery;

namespace Detector.Sinks.Console;

/// <summary>Alerts on standard output, one line each.</summary>
public sealed class ConsoleSink(Stream output) : IAlertSink
{
    /// <inheritdoc />
    public string Name { get; init; } = "Console";

    /// <inheritdoc />
    public int BatchMax => 1000;

    /// <inheritdoc />
    public async Task<SendOutcome> SendAsync(IReadOnlyList<OutgoingAlert> alerts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        using var lines = new MemoryStream();
        foreach (var alert in alerts)
        {
            lines.Write(alert.Json.Span);
            lines.WriteByte((byte)'\n');
        }

        await output.WriteAsync(lines.GetBuffer().AsMemory(0, (int)lines.Length), CancellationToken.None);
        await output.FlushAsync(CancellationToken.None);
        return SendOutcome.Accepted;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
