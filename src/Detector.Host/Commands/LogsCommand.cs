using System.CommandLine;
using System.Globalization;
using Detector.Simulation;

namespace Detector.Host.Commands;

/// <summary><c>detector logs generate</c>: a synthetic tenant's logs.</summary>
internal static class LogsCommand
{
    public static Command Make(HostStreams streams, CancellationToken stop)
    {
        var defaults = new SimulationOptions();
        var seed = new Option<ulong>("--seed") { Description = "Everything random follows from it.", HelpName = "N", DefaultValueFactory = _ => defaults.Seed };
        var records = new Option<long>("--records") { Description = "Records to write.", HelpName = "N", DefaultValueFactory = _ => defaults.Records };
        var bytes = new Option<string?>("--bytes") { Description = "As many records as give about this much, such as 1.5GB, instead of --records.", HelpName = "SIZE" };
        var users = new Option<int>("--users") { Description = "People in the tenant.", HelpName = "N", DefaultValueFactory = _ => defaults.Users };
        var attacks = new Option<string?>("--attacks") { Description = $"Attacks and near misses to plant, of all kinds in rotation (default: {defaults.Attacks}); all: for every rule of the shipped pack, with a truth that names every alert.", HelpName = "N|all" };
        var days = new Option<int>("--days") { Description = "Length of the period.", HelpName = "N", DefaultValueFactory = _ => defaults.Days };
        var start = new Option<string?>("--start") { Description = $"First day, or now (default: {defaults.Start:yyyy-MM-dd}).", HelpName = "DATE" };
        var shape = Choice<LogShape>("--shape", "The shape of the records.");
        var layout = Choice<RecordLayout>("--layout", "How records are put into the file.");
        var json = Choice<JsonStyle>("--json", "With or without spaces.");
        var profile = Choice<LifeProfile>("--profile", "office: life in an organisation; benchmark: 95 % sign-ins, a tenth of them failed, 0.5 % activations.");
        var recordBytes = new Option<int?>("--record-bytes") { Description = "Mean size of sign-in records (default: 4 to 7 KB).", HelpName = "N" };
        var output = new Option<string?>("--out") { Description = "Write records to this file instead of standard output.", HelpName = "FILE" };
        var to = new Option<string?>("--to") { Description = "Send to this Kafka broker, as diagnostic settings do, instead of writing a file.", HelpName = "BROKER" };
        var partitions = new Option<int>("--partitions") { Description = "With --to: partitions of each hub.", HelpName = "N", DefaultValueFactory = _ => 4 };
        var messageRecords = new Option<int>("--message-records") { Description = "With --to: records in a message.", HelpName = "N", DefaultValueFactory = _ => 20 };
        var rate = new Option<double?>("--rate") { Description = "With --to: records a second at most.", HelpName = "N" };
        var speed = new Option<double?>("--speed") { Description = "With --to: so many times faster than the records' own time; 1 is real time.", HelpName = "N" };
        var truth = new Option<string?>("--truth") { Description = "Write what was planted, and every alert that it should give, to this file.", HelpName = "FILE" };
        var tenant = new Option<string?>("--tenant") { Description = "With --attacks all, write the tenant.yaml that these logs need to this file; give it to replay --tenant.", HelpName = "FILE" };
        var generate = new Command("generate", "Writes the logs of a synthetic tenant with planted attacks; the same options give the same bytes.")
        {
            seed, records, bytes, users, attacks, days, start, shape, layout, json, profile, recordBytes, output, truth, tenant, to, partitions, messageRecords, rate, speed,
        };
        generate.SetAction(parsed =>
        {
            var options = defaults with
            {
                Seed = parsed.GetValue(seed),
                Records = parsed.GetValue(records),
                Users = parsed.GetValue(users),
                Days = parsed.GetValue(days),
                Shape = parsed.GetValue(shape),
                Layout = parsed.GetValue(layout),
                Json = parsed.GetValue(json),
                Profile = parsed.GetValue(profile),
                RecordBytes = parsed.GetValue(recordBytes),
            };
            var problems = new List<string>();
            if (parsed.GetValue(attacks) is { } planted)
            {
                if (string.Equals(planted, "all", StringComparison.OrdinalIgnoreCase)) options = options with { PlantsEveryRule = true };
                else if (int.TryParse(planted, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count)) options = options with { Attacks = count };
                else problems.Add($"--attacks: '{planted}' is no number. Write how many, or 'all'.");
            }

            if (parsed.GetValue(tenant) is not null && !options.PlantsEveryRule) problems.Add("--tenant: only the logs of --attacks all need a tenant.yaml of their own. Leave it out, or plant all.");
            if (parsed.GetValue(start) is { } day)
            {
                if (day == "now") options = options with { Start = streams.Clock.GetUtcNow().UtcDateTime };
                else if (DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) options = options with { Start = date.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) };
                else problems.Add($"--start: '{day}' is no date. Write it as 2026-03-16, or now.");
            }

            if (parsed.GetValue(bytes) is { } size)
            {
                if (TrySize(size, out var count)) options = options with { Bytes = count };
                else problems.Add($"--bytes: '{size}' is no size. Write it as 500MB or 1.5GB.");
            }

            problems.AddRange(options.Problems());
            foreach (var problem in problems) streams.Error.WriteLine($"error: {problem}");
            if (problems.Count > 0) return ExitCode.Usage;
            if (parsed.GetValue(tenant) is { } description) File.WriteAllText(description, TenantSimulation.TenantFile(options));
            return parsed.GetValue(to) is { } broker
                ? new HubTarget(broker, parsed.GetValue(partitions), parsed.GetValue(messageRecords), parsed.GetValue(rate), parsed.GetValue(speed)).Send(options, parsed.GetValue(truth), streams, stop)
                : Generate(options, parsed.GetValue(output), parsed.GetValue(truth), streams, stop);
        });
        return new Command("logs", "Makes logs to try things on, and checks what was found in them.") { generate, CheckCommand.Make(streams) };
    }

    /// <summary>Generates into files; null is standard output for records, and nowhere for the truth.</summary>
    public static int Generate(SimulationOptions options, string? output, string? truth, HostStreams streams, CancellationToken stop)
    {
        try
        {
            using var truthFile = truth is null ? null : new StreamWriter(truth);
            using var file = output is null ? null : File.Create(output);
            var summary = TenantSimulation.Generate(options, file ?? streams.Out, truthFile, stop);
            streams.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{summary.Records:N0} records, {summary.Bytes / 1e6:N1} MB: {summary.SignIns:N0} sign-ins ({summary.Failures:N0} failed), {summary.Activations:N0} activations, {summary.Attacks:N0} planted, {summary.Alerts:N0} alerts to be expected"));
            return ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }

    private static Option<T> Choice<T>(string name, string description) where T : struct, Enum
    {
        var words = Enum.GetNames<T>().Select(word => word.ToLowerInvariant()).ToArray();
        var option = new Option<T>(name) { Description = description, HelpName = string.Join('|', words), DefaultValueFactory = _ => default };
        option.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, words);
        return option;
    }

    private static bool TrySize(string text, out long bytes)
    {
        bytes = 0;
        var unit = text.Length - text.AsSpan().TrimEnd("kKmMgGbB").Length;
        var factor = text[^unit..].ToUpperInvariant() switch { "" or "B" => 1m, "KB" or "K" => 1e3m, "MB" or "M" => 1e6m, "GB" or "G" => 1e9m, _ => 0m };
        if (factor == 0 || !decimal.TryParse(text[..^unit], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number is <= 0 or > 100_000) return false;
        bytes = (long)(number * factor);
        return true;
    }
}
