using Detector.Engine.Enrichment;
using Detector.Sinks.Console;

namespace Detector.Host.Replay;

/// <summary>The files and streams that a replay writes.</summary>
internal sealed class ReplayOutputs : IDisposable
{
    private readonly Stream? _file;

    private ReplayOutputs(IAlertWriter alerts, RejectFile? rejects, Stream? file)
    {
        Alerts = alerts;
        Rejects = rejects;
        _file = file;
    }

    /// <summary>Takes alerts.</summary>
    public IAlertWriter Alerts { get; }

    /// <summary>Takes what was not detected on; null when nobody asked.</summary>
    public RejectFile? Rejects { get; }

    /// <summary>Whether alerts go to standard output, where a reader that left is no failure.</summary>
    public bool IsStandard => _file is null;

    /// <summary>Opens what the options name, or says in <paramref name="problem"/> why not.</summary>
    public static ReplayOutputs? Open(ReplayOptions options, IReadOnlyList<string> inputs, TenantProfile tenant, HostStreams streams, out string problem)
    {
        problem = "";
        var wanted = new[] { options.Output, options.Rejects }.Where(IsFile).Select(path => Path.GetFullPath(path!)).ToList();
        if (inputs.Where(IsFile).Select(Path.GetFullPath).Intersect(wanted, StringComparer.Ordinal).FirstOrDefault() is { } both)
        {
            problem = $"{both} is read and would be written. Write to another file.";
            return null;
        }

        if (wanted.Count == 2 && string.Equals(wanted[0], wanted[1], StringComparison.Ordinal))
        {
            problem = $"--out and --rejects are the same file, {wanted[0]}. Give each its own.";
            return null;
        }

        Stream? file = null;
        try
        {
            file = IsFile(options.Output) ? File.Create(options.Output!) : null;
            var rejects = options.Rejects is { } path ? new RejectFile(File.Create(path)) : null;
            return new ReplayOutputs(Writer(options.Format, file ?? streams.Out, tenant, streams.HasColour && file is null), rejects, file);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or ArgumentException)
        {
            file?.Dispose();
            problem = $"the output cannot be written: {cause.Message} Check that the folder exists and may be written.";
            return null;
        }
    }

    public void Dispose()
    {
        Rejects?.Dispose();
        _file?.Dispose();
    }

    private static IAlertWriter Writer(AlertFormat format, Stream output, TenantProfile tenant, bool hasColour) => format == AlertFormat.Ndjson
        ? new AlertLines(output)
        : new AlertTable(new StreamWriter(output, leaveOpen: true), tenant.TimeZone, hasColour);

    private static bool IsFile(string? path) => path is not null && !string.Equals(path, "-", StringComparison.Ordinal);
}
