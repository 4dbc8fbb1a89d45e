using System.Globalization;
using System.Runtime;
using Detector.Host.Run.Settings;
using Detector.Host.Run.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Detector.Host.Run;

/// <summary>Puts a worker into a host and runs it to its end.</summary>
internal static partial class WorkerHost
{
    private const int ThreadsMin = 16;

    public static async Task<int> RunAsync(string? file, bool once, HostStreams streams, CancellationToken stop)
    {
        if (RunConfiguration.Read(file, Environment.GetEnvironmentVariables(), out var problems) is not { } settings)
        {
            await streams.Error.WriteLineAsync(string.Join(Environment.NewLine, problems.Select(problem => $"error: {problem}")));
            return ExitCode.Usage;
        }

        return await RunAsync(settings, once, streams, stop);
    }

    /// <summary>Runs under settings that were read and checked.</summary>
    public static async Task<int> RunAsync(RunSettings settings, bool once, HostStreams streams, CancellationToken stop)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddSimpleConsole(format => (format.SingleLine, format.UseUtcTimestamp, format.TimestampFormat, format.ColorBehavior) = (true, true, "yyyy-MM-ddTHH:mm:ss.fffZ ", LoggerColorBehavior.Disabled));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.StopWithin + TimeSpan.FromSeconds(5));
        builder.Services.AddSystemd();
        ILogger? log = null;
        void Tell(string sentence)
        {
            if (log is null) streams.Error.WriteLine(sentence);
            else Say(log, sentence);
        }

        if (WorkerRules.Load(settings.RulesPath, settings.RulesLookEvery, streams, streams.Clock, Tell) is not { } rules) return ExitCode.Usage;
        builder.Services.AddSingleton(WorkerComposition.Compose(settings, once, streams.Out, streams.Clock, Tell));
        builder.Services.AddSingleton(rules);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton<Worker>();

        // The last is stopped first: who watches sees the worker's end, and its last alerts have their traces.
        if (settings.Telemetry is not { Otlp: null, Prometheus: null }) builder.Services.AddHostedService<TelemetryExport>();
        if (settings.HealthUrl is not null) builder.Services.AddHostedService<HealthEndpoint>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Worker>());
        using var host = builder.Build();
        log = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("detector");
        var worker = host.Services.GetRequiredService<Worker>();
        rules.Telemetry = host.Services.GetRequiredService<WorkerParts>().Telemetry;
        var counters = host.Services.GetRequiredService<WorkerParts>().Counters;

        // A disk that flushes and the pipe to a process that folds hold their thread. With few processors the pool has as few, and takes
        // half a second to add one, while alerts wait.
        ThreadPool.SetMinThreads(ThreadsMin, ThreadsMin);

        // A collection of everything that stops everything takes half a second for each gigabyte of state; the collector may do those beside us.
        GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;

        // Disposes of the host.
        await host.RunAsync(stop);
        await streams.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{counters.Records:N0} records, {counters.Rejects:N0} rejected, {counters.Alerts:N0} alerts and revisions; from arrival to sink {counters.Latency}"));
        return worker.Exit;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Sentence}")]
    private static partial void Say(ILogger log, string sentence);
}
