using Detector.Engine.Entra;

namespace Detector.Engine.Logs;

/// <summary>What the first members of a record say about all rules.</summary>
internal enum HeaderAnswer : byte
{
    Parse,
    Dismiss,
    AskAccount,
    AskAuditCategory,
}

/// <summary>One answer with the members that it is about. <see cref="Serial"/> is never used twice.</summary>
internal sealed class HeaderVerdict(HeaderAnswer answer, LogStream stream, byte[] category, byte[] operation, byte[] result, bool isAudit, int serial)
{
    public HeaderAnswer Answer { get; } = answer;

    public LogStream Stream { get; } = stream;

    public byte[] Category { get; } = category;

    public byte[] Operation { get; } = operation;

    public byte[] Result { get; } = result;

    public bool IsAudit { get; } = isAudit;

    public int Serial { get; } = serial;

    /// <summary>The members as the fields of an event.</summary>
    public FieldValue CategoryValue { get; } = FieldValue.Of(stream.Name());

    /// <inheritdoc cref="CategoryValue" />
    public FieldValue OperationValue { get; } = FieldValue.Of(System.Text.Encoding.UTF8.GetString(operation.AsSpan().Trim(" \t"u8)));

    /// <inheritdoc cref="CategoryValue" />
    public FieldValue ResultValue { get; } = FieldValue.Of(System.Text.Encoding.UTF8.GetString(result));

    /// <inheritdoc cref="CategoryValue" />
    public FieldValue Success { get; } = FieldValue.Of(result.AsSpan().SequenceEqual("0"u8) ? "success" : "failure");

    /// <summary>For each class of accounts <see cref="Prefilter.Out"/>, <see cref="Prefilter.Open"/>, <see cref="Prefilter.Counted"/>, or 0 while nobody has asked.</summary>
    public byte[] ByClass { get; } = answer == HeaderAnswer.AskAccount ? new byte[byte.MaxValue + 1] : [];

    /// <summary>Where records are counted, the rules that match.</summary>
    public int[][] MatchesByClass { get; } = answer == HeaderAnswer.AskAccount ? new int[byte.MaxValue + 1][] : [];
}

/// <summary>The answers so far, in a table of fixed size: a later answer takes the place of one that it collides with.</summary>
internal sealed class HeaderVerdicts
{
    /// <summary>How many answers are kept: a tenant has some dozens of combinations.</summary>
    public const int EntriesMax = 2048;

    private readonly HeaderVerdict?[] _entries = new HeaderVerdict?[EntriesMax];
    private HeaderVerdict? _last;
    private int _serial;

    /// <summary>The answer for these members, if it is known.</summary>
    public bool Find(ReadOnlySpan<byte> category, ReadOnlySpan<byte> operation, ReadOnlySpan<byte> result, out HeaderVerdict verdict, bool isAudit = false)
    {
        if (_last is { } last && IsFor(last, category, operation, result, isAudit))
        {
            verdict = last;
            return true;
        }

        verdict = _entries[Place(category, operation, result, isAudit)]!;
        if (verdict is null || !IsFor(verdict, category, operation, result, isAudit)) return false;
        _last = verdict;
        return true;
    }

    /// <summary>Keeps an answer.</summary>
    public HeaderVerdict Add(ReadOnlySpan<byte> category, ReadOnlySpan<byte> operation, ReadOnlySpan<byte> result, HeaderAnswer answer, LogStream stream, bool isAudit = false)
    {
        _serial = unchecked(_serial + 1);
        var verdict = new HeaderVerdict(answer, stream, category.ToArray(), operation.ToArray(), result.ToArray(), isAudit, _serial);
        _entries[Place(category, operation, result, isAudit)] = verdict;
        return verdict;
    }

    private static bool IsFor(HeaderVerdict verdict, ReadOnlySpan<byte> category, ReadOnlySpan<byte> operation, ReadOnlySpan<byte> result, bool isAudit) =>
        result.SequenceEqual(verdict.Result) && category.SequenceEqual(verdict.Category) && operation.SequenceEqual(verdict.Operation) && verdict.IsAudit == isAudit;

    private static int Place(ReadOnlySpan<byte> category, ReadOnlySpan<byte> operation, ReadOnlySpan<byte> result, bool isAudit) =>
        (int)(ByteHash.Of(category, ByteHash.Of(operation, ByteHash.Of(result, isAudit ? 1UL : 0UL))) & (EntriesMax - 1));
}
