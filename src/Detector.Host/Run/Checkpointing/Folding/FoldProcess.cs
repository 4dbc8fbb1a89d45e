using System.ComponentModel;
using System.Diagnostics;
using Detector.Rules;

namespace Detector.Host.Run.Checkpointing.Folding;

/// <summary>
/// Folds in a process of its own, which gets everything over its standard input and gives the snapshot on its standard output: the
/// garbage of a second state holds up nothing here, and its memory is given back at once. Where no process can be started, it is
/// done here, and told.
/// </summary>
internal sealed class FoldProcess(ProgramStart program, IReadOnlyList<RuleFile>? rules, IFold otherwise, Action<string> tell) : IFold
{
    private const int ErrorMax = 2000;

    private bool _isTold;

    public async Task<FoldOutcome> FoldAsync(FoldInput input, Stream output, CancellationToken cancellation)
    {
        if (Start() is not { } started) return await otherwise.FoldAsync(input, output, cancellation);
        using var process = started;
        try
        {
            return await FoldAsync(process, input, output, cancellation);
        }
        finally
        {
            // It has ended, unless something went wrong or this was stopped.
            if (!process.HasExited) process.Kill();
        }
    }

    private async Task<FoldOutcome> FoldAsync(Process process, FoldInput input, Stream output, CancellationToken cancellation)
    {
        var errors = ReadErrorsAsync(process.StandardError, cancellation);
        try
        {
            // Nothing comes out of it before everything has gone in.
            await using (var to = process.StandardInput.BaseStream) await FoldWire.WriteAsync(to, rules, input, cancellation);
            var outcome = await FoldWire.ReadAnswerAsync(process.StandardOutput.BaseStream, output, cancellation);
            await process.WaitForExitAsync(cancellation);
            return outcome;
        }
        catch (IOException cause) when (!cancellation.IsCancellationRequested && process.WaitForExit(TimeSpan.FromSeconds(1)))
        {
            // Either stream ended with it: what it said says more.
            var said = (await errors).Trim();
            throw new IOException($"The process that folds it ended with {process.ExitCode}: {(said.Length > 0 ? said : "it was killed, perhaps for want of memory.")}", cause);
        }
    }

    private Process? Start()
    {
        var start = program.With("fold");

        // Nobody waits for it: it may stop to collect, and keep little.
        (start.Environment["DOTNET_gcConcurrent"], start.Environment["DOTNET_GCConserveMemory"]) = ("0", "7");
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        try
        {
            return Process.Start(start);
        }
        catch (Exception cause) when (cause is Win32Exception or IOException or InvalidOperationException)
        {
            if (!_isTold) tell($"No other process can be started, so snapshots are folded in this one; with a large state that holds up alerts: {cause.Message}");
            _isTold = true;
            return null;
        }
    }

    // All of it is read, so that it never waits for us; the beginning is kept.
    private static async Task<string> ReadErrorsAsync(StreamReader from, CancellationToken cancellation)
    {
        var text = new System.Text.StringBuilder();
        var buffer = new char[ErrorMax];
        while (await from.ReadAsync(buffer, cancellation) is > 0 and var read) text.Append(buffer, 0, Math.Min(read, ErrorMax - text.Length));
        return text.ToString();
    }
}
