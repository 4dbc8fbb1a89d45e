using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using Detector.Engine.Pipeline;
using Detector.Host.Run.Checkpointing.Folding;
using Detector.Rules;

namespace Detector.Host.Commands;

/// <summary><c>detector fold</c>: what a worker starts beside itself to fold a snapshot; nothing for people.</summary>
internal static class FoldCommand
{
    public static Command Make(HostStreams streams)
    {
        var command = new Command("fold", "Folds the snapshot that a worker gives to its standard input.") { Hidden = true };
        command.SetAction((_, cancellation) => FoldAsync(streams, cancellation));
        return command;
    }

    private static async Task<int> FoldAsync(HostStreams streams, CancellationToken cancellation)
    {
        YieldToOthers();
        try
        {
            await using var from = new BufferedStream(streams.In ?? Console.OpenStandardInput(), 1 << 16);
            var (files, input) = FoldWire.Read(from);
            var loaded = files is null ? RuleFolder.Load(folder: null) : RuleFolder.Load(files);
            if (loaded.Rules is not { } rules) throw new InvalidDataException("The rules in force cannot be loaded again.");
            FoldOutcome outcome;
            await using (var snapshot = FoldWire.Snapshot(streams.Out)) outcome = await new FoldHere(new DetectionPlan(rules, loaded.Tenant)).FoldAsync(input, snapshot, cancellation);
            await FoldWire.WriteAnswerAsync(streams.Out, outcome, cancellation);
            return ExitCode.Done;
        }
        catch (Exception cause) when (cause is IOException or InvalidDataException)
        {
            await streams.Error.WriteLineAsync(cause is EndOfStreamException ? "What it was given broke off." : cause.Message);
            return ExitCode.Input;
        }
    }

    // Detection goes first; and where memory runs out, it is this process that can be missed.
    private static void YieldToOthers()
    {
        try
        {
            using var self = Process.GetCurrentProcess();
            self.PriorityClass = ProcessPriorityClass.BelowNormal;
            if (OperatingSystem.IsLinux()) File.WriteAllText("/proc/self/oom_score_adj", "1000");
        }
        catch (Exception cause) when (cause is Win32Exception or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            // It is a courtesy.
        }
    }
}
