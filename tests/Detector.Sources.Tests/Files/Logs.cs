using System.Globalization;
using System.IO.Compression;
using System.Text;
using Detector.Engine.Enrichment;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Engine.Rules;
using Detector.Sources.Files;

namespace Detector.Sources.Tests.Files;

/// <summary>Records to read, files to put them in, and what came of reading them.</summary>
internal static class Logs
{
    public static readonly DateTime Start = new(2026, 3, 2, 8, 0, 0, DateTimeKind.Utc);

    /// <summary>A plan under which every record matches.</summary>
    public static readonly DetectionPlan Everything = new(
        new RuleSet
        {
            Schema = FieldSchema.Canonical,
            Scores = [],
            Sigma = [new SigmaRule { Id = "1", Name = "all", Title = "All", Version = "", File = "", Severity = Severity.Low, Predicate = new All() }],
        },
        new TenantProfile());

    /// <summary>A sign-in as Event Hubs writes it, on one line.</summary>
    public static string SignIn(string id, int minutes, int padding = 0) =>
        $$$"""{"time":"{{{Time(minutes)}}}","category":"SignInLogs","operationName":"Sign-in activity","resultType":"0","properties":{"id":"{{{id}}}","userId":"u1","padding":"{{{new string('x', padding)}}}"}}""";

    public static string Lines(int count, string prefix = "r", int first = 0, int step = 1, int padding = 200) =>
        string.Concat(Enumerable.Range(0, count).Select(i => SignIn($"{prefix}{i}", first + (i * step), (i * 37) % (padding + 1)) + "\n"));

    public static byte[] Gzip(string text) => Gzip(Encoding.UTF8.GetBytes(text));

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>Reads to the end: every event and reject as a text, in order, and the counts.</summary>
    public static Reading Read(FileSourceOptions options)
    {
        var source = new FileSource(Everything, options);
        var reading = new Reading();
        foreach (var batch in source.Read(TestContext.Current.CancellationToken))
        {
            reading.Events.AddRange(batch.Events.Select(e => $"{e.Event.Id} {e.Event.Place.Source}@{e.Event.Place.Offset}:{e.Event.Place.Line}"));
            reading.Ids.AddRange(batch.Events.Select(e => e.Event.Id));
            reading.Rejects.AddRange(batch.Rejects.Select(r => $"{r.Place.Source}@{r.Place.Offset}:{r.Place.Line} {r.Reason} [{r.Bytes.Length}]"));
            reading.RejectedRecords.AddRange(batch.Rejects);
            reading.Records += batch.Records;
            reading.Bytes += batch.Bytes;
        }

        reading.Progress = source.Progress;
        return reading;
    }

    public static Reading Read(string path, int workers = 2, int blockBytes = 4096) =>
        Read(new FileSourceOptions { Paths = [path], Workers = workers, BlockBytes = blockBytes });

    private static string Time(int minutes) => Start.AddMinutes(minutes).ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);

    private sealed class All : Predicate
    {
        public override bool Matches(LogEvent candidate) => true;

        public override bool? Decide(LogEvent partial, ReadOnlySpan<bool> known) => true;

        public override void CollectSlots(ISet<int> slots)
        {
        }

        public override void Explain(LogEvent candidate, ICollection<int> slots)
        {
        }
    }
}

/// <summary>What came of reading.</summary>
internal sealed class Reading
{
    public List<string> Events { get; } = [];

    public List<string> Ids { get; } = [];

    public List<string> Rejects { get; } = [];

    public List<RejectedRecord> RejectedRecords { get; } = [];

    public long Records { get; set; }

    public long Bytes { get; set; }

    public ReadProgress Progress { get; set; }
}

/// <summary>A folder that is gone after the test.</summary>
internal sealed class Folder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("detector-");

    public string Path => _folder.FullName;

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
