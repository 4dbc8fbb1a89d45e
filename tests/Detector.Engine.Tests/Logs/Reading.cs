using System.Text;
using Detector.Engine.Enrichment;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Engine.Rules;
using Xunit;

namespace Detector.Engine.Tests.Logs;

/// <summary>Shortens tests: texts in, what a reader made of them out.</summary>
internal static class Reading
{
    public static DetectionPlan Plan(FieldSchema schema, TenantProfile tenant, params Predicate[] predicates) => new(
        new RuleSet
        {
            Schema = schema,
            Scores = [],
            Sigma = [.. predicates.Select((p, i) => new SigmaRule { Id = $"{i}", Name = $"rule{i}", Title = "", Version = "", File = "", Severity = Severity.Low, Predicate = p })],
        },
        tenant);

    /// <summary>Every record matches; all canonical fields and <paramref name="more"/> are filled.</summary>
    public static DetectionPlan Everything(params FieldDefinition[] more)
    {
        var builder = new FieldSchemaBuilder();
        foreach (var field in Enum.GetValues<CanonicalField>()) builder.Ask(field);
        foreach (var field in more) builder.Ask(field);
        return Plan(builder.Build(), new TenantProfile(), Always.Instance);
    }

    public static EventBatch Lines(string text, DetectionPlan? plan = null) => Lines(Encoding.UTF8.GetBytes(text), plan);

    public static EventBatch Lines(byte[] bytes, DetectionPlan? plan = null)
    {
        var batch = new EventBatch { Source = "test" };
        new RecordReader(plan ?? Everything()).ReadLines(bytes, 0, batch);
        return batch;
    }

    public static LogEvent One(string json, DetectionPlan? plan = null)
    {
        var batch = new EventBatch { Source = "test" };
        new RecordReader(plan ?? Everything()).ReadRecord(Encoding.UTF8.GetBytes(json), 0, batch);
        Assert.Empty(batch.Rejects);
        return Assert.Single(batch.Events).Event;
    }

    public static string Rejected(string json)
    {
        var batch = new EventBatch { Source = "test" };
        new RecordReader(Everything()).ReadRecord(Encoding.UTF8.GetBytes(json), 0, batch);
        Assert.Empty(batch.Events);
        return Assert.Single(batch.Rejects).Reason;
    }

    /// <summary>Slot by slot, so that a failure names the field.</summary>
    public static string Show(LogEvent e)
    {
        var text = new StringBuilder().Append("Id=").AppendLine(e.Id).Append("At=").AppendLine(RecordTime.Format(e.Time));
        for (var i = 0; i < e.Schema.Count; i++)
        {
            if (e[i].IsPresent) text.Append(e.Schema.Fields[i].Name).Append('=').AppendLine(e[i].ToString());
        }

        return text.ToString();
    }

    public static string? SharedFile(string relative)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (!File.Exists(Path.Combine(at.FullName, "Detector.sln"))) continue;
            var path = Path.Combine(at.FullName, "..", "shared", relative);
            return File.Exists(path) ? path : null;
        }

        return null;
    }
}

/// <summary>A predicate of a test: true for every event.</summary>
internal sealed class Always : Predicate
{
    public static readonly Always Instance = new();

    public override bool Matches(LogEvent candidate) => true;

    public override bool? Decide(LogEvent partial, ReadOnlySpan<bool> known) => true;

    public override void CollectSlots(ISet<int> slots)
    {
    }

    public override void Explain(LogEvent candidate, ICollection<int> slots)
    {
    }
}
