using Detector.Sinks.Delivery;

namespace Detector.Sinks.Tests.Delivery;

/// <summary>A sink whose answers a test writes: what it does with the n-th call.</summary>
internal sealed class ScriptedSink(int batchMax, Func<int, IReadOnlyList<OutgoingAlert>, CancellationToken, Task<SendOutcome>> answer) : ISummarySink
{
    private readonly Lock _gate = new();
    private readonly List<IReadOnlyList<long>> _calls = [];
    private readonly List<long> _accepted = [];

    public string Name => "Scripted";

    public int BatchMax => batchMax;

    public int SummaryMax => 5000;

    public bool IsDisposed { get; private set; }

    /// <summary>The numbers of the alerts of each call; a summary is below 0.</summary>
    public IReadOnlyList<IReadOnlyList<long>> Calls
    {
        get
        {
            lock (_gate) return [.. _calls];
        }
    }

    /// <summary>The numbers that it has accepted, in that order, repeats among them.</summary>
    public IReadOnlyList<long> Accepted
    {
        get
        {
            lock (_gate) return [.. _accepted];
        }
    }

    public Task<SendOutcome> SendAsync(IReadOnlyList<OutgoingAlert> alerts, CancellationToken cancellation) => AnswerAsync(alerts, 1, cancellation);

    public Task<SendOutcome> SendSummaryAsync(IReadOnlyList<OutgoingAlert> alerts, CancellationToken cancellation) => AnswerAsync(alerts, -1, cancellation);

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    private async Task<SendOutcome> AnswerAsync(IReadOnlyList<OutgoingAlert> alerts, int sign, CancellationToken cancellation)
    {
        int call;
        lock (_gate)
        {
            _calls.Add([.. alerts.Select(alert => alert.Number * sign)]);
            call = _calls.Count;
        }

        var outcome = await answer(call, alerts, cancellation);
        lock (_gate) _accepted.AddRange(alerts.Where((_, at) => !outcome.Later.ContainsKey(at) && !outcome.Refused.ContainsKey(at)).Select(alert => alert.Number));
        return outcome;
    }
}
