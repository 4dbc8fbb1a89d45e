using Detector.Host.Run.Settings;
using Detector.Host.Run.Settings.Sinks;
using Detector.Host.Smoke;
using Detector.Sinks.Delivery;

namespace Detector.Host.Run;

/// <summary>Sends dead letters again, each once.</summary>
internal static class Redelivery
{
    public static async Task<int> RunAsync(string? config, string? name, TimeSpan patience, HostStreams streams, CancellationToken stop)
    {
        if (RunConfiguration.Read(config, Environment.GetEnvironmentVariables(), out var problems) is not { } settings)
        {
            await streams.Error.WriteLineAsync(string.Join(Environment.NewLine, problems.Select(problem => $"error: {problem}")));
            return ExitCode.Usage;
        }

        if (settings.Sinks.Named(name) is not { } chosen)
        {
            await streams.Error.WriteLineAsync($"error: --sink: there is no sink '{name}'; there are {string.Join(", ", settings.Sinks.Sections.Select(section => section.Name))}.");
            return ExitCode.Usage;
        }

        if (LoadedRules.LoadToRun(settings.RulesPath, streams) is not { } loaded) return ExitCode.Usage;
        if (DeadLetterFile.TakeAll(settings.DeadLetters) is not { } taken)
        {
            await streams.Error.WriteLineAsync($"There are no dead letters in {settings.DeadLetters}.");
            return ExitCode.Done;
        }

        IReadOnlyList<DeadLetter> letters;
        try
        {
            letters = DeadLetterFile.Read(taken);
        }
        catch (InvalidDataException cause)
        {
            await streams.Error.WriteLineAsync($"error: {cause.Message}");
            return ExitCode.Input;
        }

        var sinks = chosen.Make(new SinkSurroundings(streams.Out, loaded.Tenant.TimeZone, streams.Clock)).ToDictionary(setup => setup.Sink.Name, setup => setup.Sink, StringComparer.Ordinal);
        try
        {
            return await SendAsync(letters, sinks, new DeadLetterFile(settings.DeadLetters, streams.Clock), taken, patience, Secrets.Of(settings), streams, stop);
        }
        finally
        {
            foreach (var sink in sinks.Values) await sink.DisposeAsync();
        }
    }

    private static async Task<int> SendAsync(IReadOnlyList<DeadLetter> letters, Dictionary<string, IAlertSink> sinks, DeadLetterFile left, string taken, TimeSpan patience, Secrets secrets, HostStreams streams, CancellationToken stop)
    {
        var (sent, refused, others) = (0, 0, 0);
        foreach (var letter in letters)
        {
            if (!sinks.TryGetValue(letter.Sink, out var sink))
            {
                others++;
                await left.AddAsync(letter.Sink, letter.Alert, letter.Reason, CancellationToken.None);
                continue;
            }

            var reason = stop.IsCancellationRequested ? letter.Reason : await TrySendAsync(sink, letter.Alert, patience, stop);
            if (reason is null)
            {
                sent++;
                continue;
            }

            refused++;
            reason = secrets.RemoveFrom(reason);
            await left.AddAsync(letter.Sink, letter.Alert, reason, CancellationToken.None);
            await streams.Error.WriteLineAsync($"{letter.Sink}: the alert {letter.Alert.Id} stays a dead letter: {reason}");
        }

        // All that is left is in the other file.
        File.Delete(taken);
        await streams.Error.WriteLineAsync($"{sent} sent, {refused} not accepted{(others > 0 ? $", {others} of sinks that are not asked" : "")}.");
        return stop.IsCancellationRequested ? ExitCode.Interrupted : refused == 0 ? ExitCode.Done : ExitCode.Found;
    }

    private static async Task<string?> TrySendAsync(IAlertSink sink, OutgoingAlert alert, TimeSpan patience, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience);
        try
        {
            var outcome = await sink.SendAsync([alert], limit.Token);
            return outcome.Refused.Concat(outcome.Later).Select(pair => pair.Value).FirstOrDefault();
        }
#pragma warning disable CA1031 // Whatever a sink meets, the letter must not be lost with it.
        catch (Exception cause)
#pragma warning restore CA1031
        {
            return cause is OperationCanceledException ? "It did not answer in time, or this was stopped." : cause.Message;
        }
    }
}
