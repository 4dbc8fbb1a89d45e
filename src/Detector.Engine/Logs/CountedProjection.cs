using Detector.Engine.Pipeline;

namespace Detector.Engine.Logs;

/// <summary>
/// Fills an event from the identity of a sign-in alone, for rules that only count. One per thread.
/// </summary>
/// <remarks>
/// <c>originalRequestId</c> is looked for by its name as Entra writes it, and taken only where it is a direct member of
/// <c>properties</c> with no backslash before it; at any doubt the record is parsed.
/// </remarks>
internal sealed class CountedProjection(DetectionPlan plan, TextIntern intern)
{
    /// <summary>The slots that are filled: a count may join by these.</summary>
    public static readonly IReadOnlySet<int> Slots = new HashSet<int>
    {
        (int)CanonicalField.Id, (int)CanonicalField.Category, (int)CanonicalField.OperationName, (int)CanonicalField.Result,
        (int)CanonicalField.ResultType, (int)CanonicalField.UserId, (int)CanonicalField.AttemptId,
    };

    private LogEvent _spare = new(plan.Schema);

    /// <summary>The event, or null when the record must be parsed after all.</summary>
    public LogEvent? Fill(ReadOnlySpan<byte> record, in CountedRecord counted, RecordPlace place)
    {
        var id = counted.Id.In(record);
        var user = counted.UserId.In(record);
        if (id.IsEmpty || user.IsEmpty || !RecordTime.TryParse(counted.Time.In(record), out var time)) return null;
        if (!TryAttempt(record, counted.Properties, out var attempt)) return null;
        var logged = _spare;
        logged.Clear();
        (logged.Id, logged.Time, logged.Place) = (System.Text.Encoding.UTF8.GetString(id), time, place);
        var header = counted.Header;
        logged[CanonicalField.Id] = FieldValue.Of(logged.Id);
        logged[CanonicalField.Category] = header.CategoryValue;
        logged[CanonicalField.OperationName] = header.OperationValue;
        logged[CanonicalField.ResultType] = header.ResultValue;
        logged[CanonicalField.Result] = header.Success;
        logged[CanonicalField.UserId] = FieldValue.Of(intern.Text(user));
        logged[CanonicalField.AttemptId] = attempt.IsEmpty || attempt.SequenceEqual(id) ? logged[CanonicalField.Id] : FieldValue.Of(System.Text.Encoding.UTF8.GetString(attempt));
        var kept = logged.Pack();
        if (ReferenceEquals(kept, logged)) _spare = new LogEvent(plan.Schema);
        return kept;
    }

    // Empty where the record has none that counts; false where only the parser can tell.
    private static bool TryAttempt(ReadOnlySpan<byte> record, int properties, out ReadOnlySpan<byte> attempt)
    {
        attempt = default;
        var name = "\"originalRequestId\""u8;
        var hit = record[properties..].IndexOf(name);
        if (hit < 0 || !JsonScan.IsMemberAt(record, properties, properties + hit)) return false;
        var at = SkipSpace(record, properties + hit + name.Length);
        if (at >= record.Length || record[at] != ':') return false;
        at = SkipSpace(record, at + 1);
        var rest = record[at..];
        if (rest.StartsWith("null"u8)) return true;
        if (rest.IsEmpty || rest[0] != '"') return false;
        var end = rest[1..].IndexOfAny((byte)'"', (byte)'\\');
        if (end < 0 || rest[1 + end] != '"') return false;
        attempt = rest.Slice(1, end);
        return true;
    }

    private static int SkipSpace(ReadOnlySpan<byte> record, int at)
    {
        while (at < record.Length && record[at] <= ' ') at++;
        return at;
    }
}
