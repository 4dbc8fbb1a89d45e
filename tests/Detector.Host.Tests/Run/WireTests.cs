using System.Text.Json;
using Detector.StandIn;

namespace Detector.Host.Tests.Run;

/// <summary>
/// The wire, proved by clients of others: what kcat and kafka-python write the worker detects, and what the sender sends kcat
/// reads. Tests that write have one partition and one writer, so that the order is known and the alerts are those of a file.
/// </summary>
public sealed class WireTests
{
    private const string Topic = "entra";
    private const string Group = "onlookers";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_kcat_writes_is_detected()
    {
        var kcat = await WireTools.KcatAsync(Cancellation);
        await DetectsAsync((broker, folder) => new KcatClient(kcat, broker, Topic, folder));
    }

    [Fact]
    public async Task What_kafka_python_writes_is_detected()
    {
        var python = await WireTools.PythonAsync(Cancellation);
        await DetectsAsync((broker, _) => new KafkaPythonClient(python, broker, Topic));
    }

    [Fact]
    public async Task How_far_the_checkpoint_is_others_see_as_the_offset_of_the_group()
    {
        var python = await WireTools.PythonAsync(Cancellation);
        using var folder = new Folder();
        using var broker = DetectorProcess.Start(folder.Path, "broker", "--topic", Topic, "--partitions", "1");
        var address = await broker.LineAsync(Cancellation);
        var client = new KafkaPythonClient(python, address, Topic);
        Assert.Equal("None", await client.CommittedAsync(Group, Cancellation));

        using var worker = DetectorProcess.Start(folder.Path, "run", "--config", Config(folder, address));
        await client.WriteAsync([.. Enumerable.Range(0, 3).Select(i => new WireMessage(Records.Activation($"a{i}", Records.SundayNight, $"u{i}")))], Cancellation);
        await UntilAsync(async () => await client.CommittedAsync(Group, Cancellation) == "3", worker);

        Assert.Equal(0, await worker.StopAsync(Cancellation));
    }

    [Fact]
    public async Task What_the_sender_sends_kcat_reads()
    {
        var kcat = await WireTools.KcatAsync(Cancellation);
        using var folder = new Folder();
        string[] options = ["logs", "generate", "--seed", "7", "--records", "1000"];
        using var broker = DetectorProcess.Start(folder.Path, "broker");
        var address = await broker.LineAsync(Cancellation);
        using var sender = DetectorProcess.Start(folder.Path, [.. options, "--to", address]);
        Assert.True(await sender.EndAsync(Cancellation) == 0, sender.Errors);

        var read = new List<string>();
        foreach (var hub in CategoryHubs.Names)
        {
            foreach (var message in await KcatClient.ReadAsync(kcat, address, hub, Cancellation))
            {
                using var envelope = JsonDocument.Parse(message);
                read.AddRange(envelope.RootElement.GetProperty("records").EnumerateArray().Select(record => record.GetRawText()));
            }
        }

        // The same options give the same bytes, so these are the records, each as often as it was sent.
        var generated = Cli.Run(options).Lines;
        Assert.Equal(1000, generated.Length);
        Assert.Equal(generated.Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
    }

    private static async Task DetectsAsync(Func<string, Folder, WireClient> connect)
    {
        using var folder = new Folder();
        using var broker = DetectorProcess.Start(folder.Path, "broker", "--topic", Topic, "--partitions", "1");
        var address = await broker.LineAsync(Cancellation);
        var client = connect(address, folder);
        var conversation = new WireConversation(client.Codecs);
        using var worker = DetectorProcess.Start(folder.Path, "run", "--config", Config(folder, address));

        await client.WriteAsync(conversation.Messages, Cancellation);
        await UntilAsync(() => Task.FromResult(folder.Lines("alerts.ndjson").Any(line => line.Contains($"\"{WireConversation.Last}\"", StringComparison.Ordinal))), worker);
        Assert.Equal(0, await worker.StopAsync(Cancellation));

        // The very lines that a file with the same records gives, and among them each risky activation.
        var alerts = folder.Lines("alerts.ndjson");
        Assert.Equal(OfFile(folder, conversation.Records), alerts);
        var risks = alerts.Where(line => line.Contains("\"ruleName\":\"pim_activation_risk\"", StringComparison.Ordinal)).ToList();
        Assert.Equal(conversation.Activations.Count, risks.Count);
        Assert.All(conversation.Activations.Zip(risks), pair => Assert.Contains($"\"id\":\"{pair.First}\"", pair.Second, StringComparison.Ordinal));
        Assert.Contains("2 × Failed sign-in", risks[0], StringComparison.Ordinal);

        // A message with nothing in it is no record; one that is no record is a reject.
        var reject = Assert.Single(folder.Lines("rejects.ndjson"));
        Assert.Contains($"\"record\":\"{WireConversation.NoRecord}\"", reject, StringComparison.Ordinal);
        Assert.Contains($"\"offset\":{conversation.NoRecordOffset}", reject, StringComparison.Ordinal);
        Assert.Contains($"{conversation.Records.Count + 1} records, 1 rejected, {alerts.Length} alerts", worker.Errors, StringComparison.Ordinal);
    }

    private static string[] OfFile(Folder folder, IEnumerable<string> records)
    {
        folder.Write("in/records.ndjson", string.Concat(records));
        var config = folder.Write("file.json", $$$"""
            {"Source": {"Files": {"Paths": ["{{{folder.At("in")}}}"]}}, "Checkpoints": {"Files": {"Path": "{{{folder.At("file-state")}}}"} }, "Sinks": {"File": {"Path": "{{{folder.At("file-alerts.ndjson")}}}"} } }
            """);
        var run = Cli.Run("run", "--config", config, "--once");
        Assert.True(run.Exit == ExitCode.Done, run.Error);
        return folder.Lines("file-alerts.ndjson");
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, DetectorProcess worker)
    {
        for (var i = 0; i < 1200; i++)
        {
            if (await holds()) return;
            if (worker.HasExited) break;
            await Task.Delay(50, Cancellation);
        }

        Assert.Fail($"It did not come to that. {worker.Errors}");
    }

    private static string Config(Folder folder, string broker) => folder.Write("run.json", $$$"""
        {"Source": {"Kind": "eventhubs", "EventHubs": {"Brokers": "{{{broker}}}", "Topics": ["{{{Topic}}}"], "Auth": "none", "ConsumerGroup": "{{{Group}}}"}},
         "Checkpoints": {"Interval": "00:00:00.300"}, "Sinks": {"File": {"Path": "alerts.ndjson"}}, "Rejects": {"Path": "rejects.ndjson"}}
        """);
}
