using System.Security.Cryptography;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;

namespace Detector.Engine.Pipeline;

/// <summary>
/// The state of a pipeline as bytes: a magic word, the format's version, the content, and its SHA-256. Fields and rules
/// are named, not numbered, so that state lives on when other rules come and go.
/// </summary>
internal static class PipelineSnapshot
{
    /// <summary>Raised whenever the content changes its form; another version is refused, never misread.</summary>
    public const int Version = 5;

    private static ReadOnlySpan<byte> Magic => "DETSNAP\n"u8;

    public static void Save(Stream output, PipelineState state)
    {
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, System.Text.Encoding.UTF8, leaveOpen: true)) Write(writer, state);
        using var frame = new BinaryWriter(output, System.Text.Encoding.UTF8, leaveOpen: true);
        frame.Write(Magic);
        frame.Write(Version);
        frame.Write(content.Length);
        var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        frame.Write(bytes);
        frame.Write(SHA256.HashData(bytes));
    }

    public static void Restore(Stream input, PipelineState state)
    {
        try
        {
            using var frame = new BinaryReader(input, System.Text.Encoding.UTF8, leaveOpen: true);
            if (!frame.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic)) throw new InvalidDataException("These bytes are no snapshot of a pipeline.");
            var version = frame.ReadInt32();
            if (version != Version) throw new InvalidDataException($"The snapshot has format version {version}; this program reads version {Version}.");
            var length = frame.ReadInt64();
            var bytes = length is >= 0 and <= int.MaxValue ? frame.ReadBytes((int)length) : [];
            var hash = frame.ReadBytes(SHA256.HashSizeInBytes);
            if (bytes.Length != length || !SHA256.HashData(bytes).AsSpan().SequenceEqual(hash)) throw new InvalidDataException("The snapshot is damaged: its content does not have the hash that it names.");
            using var reader = new BinaryReader(new MemoryStream(bytes), System.Text.Encoding.UTF8);
            Read(reader, state);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("The snapshot ends too early.", e);
        }
    }

    private static void Write(BinaryWriter output, PipelineState state)
    {
        state.Clock.Save(output);
        state.Ids.Save(output);
        state.Kinds.Save(output);
        EventSnapshot.Write(output, state.Sessions.Rows());

        output.Write(state.Uses.Stores.Count);
        foreach (var store in state.Uses.Stores)
        {
            output.Write(store.Key);
            using var content = new MemoryStream();
            using (var writer = new BinaryWriter(content, System.Text.Encoding.UTF8, leaveOpen: true)) store.Window.Save(writer);
            output.Write(content.Length);
            output.Write(content.GetBuffer().AsSpan(0, (int)content.Length));
        }

        var episodes = state.Episodes.All.ToList();
        output.Write(episodes.Count);
        foreach (var episode in episodes)
        {
            output.Write(episode.Rule.Id);
            output.Write(episode.Subject);
            output.Write(episode.IsClosed);
            output.Write(episode.AnchorTime.Ticks);
            output.Write(episode.Sent?.Revision ?? -1);
            EventSnapshot.Write(output, episode.AllRows);
        }

        WindowSnapshot.Save(output, state.Windows, state.Plan.Schema);
        StormSnapshot.Save(output, state.Storms);
        state.Counters.Save(output);
    }

    private static void Read(BinaryReader input, PipelineState state)
    {
        state.Clock.Restore(input);
        state.Ids.Restore(input);
        var kinds = state.Kinds.Restore(input);
        foreach (var row in EventSnapshot.Read(input, state.Plan.Schema)) state.Sessions.Add(row);

        for (var left = input.ReadInt32(); left > 0; left--)
        {
            var key = input.ReadString();
            var bytes = input.ReadBytes(checked((int)input.ReadInt64()));
            var store = state.Uses.Stores.Find(candidate => string.Equals(candidate.Key, key, StringComparison.Ordinal));
            using var reader = new BinaryReader(new MemoryStream(bytes), System.Text.Encoding.UTF8);
            store?.Window.Restore(reader, kind => kinds[kind]);
        }

        var rules = state.Plan.Rules.Scores.Cast<Rule>().Concat(state.Plan.Rules.Sigma).ToDictionary(rule => rule.Id, StringComparer.Ordinal);
        for (var left = input.ReadInt32(); left > 0; left--) ReadEpisode(input, state, rules);
        WindowSnapshot.Restore(input, state.Windows, state.Plan.Schema);
        StormSnapshot.Restore(input, state.Storms);
        state.Counters.Restore(input);
    }

    private static void ReadEpisode(BinaryReader input, PipelineState state, Dictionary<string, Rule> rules)
    {
        var rule = rules.GetValueOrDefault(input.ReadString());
        var subject = input.ReadString();
        var isClosed = input.ReadBoolean();
        var anchor = new DateTime(input.ReadInt64(), DateTimeKind.Utc);
        var revision = input.ReadInt32();
        var rows = EventSnapshot.Read(input, state.Plan.Schema);
        if (rule is null) return;
        if (isClosed)
        {
            state.Episodes.AddClosed(rule, subject, anchor);
            return;
        }

        Episode? episode = null;
        foreach (var row in rows) episode = state.Episodes.Add(rule, subject, row);
        if (episode is null || revision < 0) return;

        // A marker that carries the revision; the pipeline evaluates the episode again to fill in what was sent.
        episode.Sent = new Alert { Id = default, Rule = rule, Severity = default, EventTime = anchor, FirstEventTime = anchor, LastEventTime = anchor, Evidence = [], Revision = revision };
    }
}
