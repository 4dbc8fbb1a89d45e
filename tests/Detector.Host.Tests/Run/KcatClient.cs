namespace Detector.Host.Tests.Run;

/// <summary>kcat, the command line tool: librdkafka in another version, with settings of its own.</summary>
internal sealed class KcatClient(string kcat, string broker, string topic, Folder folder) : WireClient(broker, topic)
{
    public override IReadOnlyList<string> Codecs { get; } = ["gzip", "snappy", "lz4", "zstd"];

    public override async Task WriteAsync(IReadOnlyList<WireMessage> messages, CancellationToken cancellation)
    {
        foreach (var message in messages)
        {
            if (string.IsNullOrEmpty(message.Value)) await WriteEmptyAsync(message, cancellation);
            else await WriteFileAsync(message, cancellation);
        }
    }

    /// <summary>What it reads from a topic, from its beginning to its end: a message a line.</summary>
    public static async Task<string[]> ReadAsync(string kcat, string broker, string topic, CancellationToken cancellation)
    {
        var (messages, _) = await WireTools.RunAsync(kcat, ["-C", "-b", broker, "-t", topic, "-o", "beginning", "-e", "-q", "-f", @"%s\n"], "", cancellation);
        return messages.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    // A file is one message, whatever is in it. How it was compressed is only in what the client says of its own work.
    private async Task WriteFileAsync(WireMessage message, CancellationToken cancellation)
    {
        List<string> args = ["-P", "-b", Broker, "-t", Topic, "-p", "0", "-z", message.Codec, "-d", "msg"];
        if (message.Key is { } key) args.AddRange(["-k", key]);
        foreach (var (name, value) in message.Headers) args.AddRange(["-H", $"{name}={value}"]);
        args.Add(folder.Write("message", message.Value!));
        var (_, told) = await WireTools.RunAsync(kcat, args, "", cancellation);
        Assert.Contains(message.Codec == "none" ? ", uncompressed)" : $", {message.Codec})", told, StringComparison.Ordinal);
    }

    // It leaves out an empty line or file, but not what is empty behind a key; -Z makes that null.
    private async Task WriteEmptyAsync(WireMessage message, CancellationToken cancellation)
    {
        List<string> args = ["-P", "-b", Broker, "-t", Topic, "-p", "0", "-K", ":"];
        if (message.Value is null) args.Add("-Z");
        await WireTools.RunAsync(kcat, args, $"{message.Key}:", cancellation);
    }
}
