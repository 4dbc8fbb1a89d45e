using Detector.Engine.Enrichment;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Engine.Rules;

namespace Detector.Sources.Files;

/// <summary>Reads the first records of an input, whatever its shape, for the time at which it begins.</summary>
internal sealed class FirstRecord
{
    private static readonly DetectionPlan s_everything = new(
        new RuleSet
        {
            Schema = new FieldSchemaBuilder().Build(),
            Scores = [],
            Sigma = [new SigmaRule { Id = "", Name = "", Title = "", Version = "", File = "", Severity = Severity.Informational, Predicate = new Anything() }],
        },
        new TenantProfile());

    private readonly RecordReader _reader = new(s_everything);
    private readonly Block _block = new(2 * InputStream.HeadBytesMax);

    /// <summary>The earliest time in the first block, or null when it has no record that can be read.</summary>
    public DateTime? TimeOf(BlockSource source)
    {
        var batch = new EventBatch { Source = source.Name };
        if (!source.Fill(0, _block)) return null;
        source.Decode(_block, _reader, batch);
        return batch.Events.Count == 0 ? null : batch.Events.Min(e => e.Event.Time);
    }

    private sealed class Anything : Predicate
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
