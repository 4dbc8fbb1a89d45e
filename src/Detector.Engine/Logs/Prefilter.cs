using Detector.Engine.Entra;
using Detector.Engine.Pipeline;

namespace Detector.Engine.Logs;

/// <summary>
/// Dismisses records that no rule can match, by their first members alone: category, operation and result, and of
/// sign-ins the account. Each rule's predicate is asked once for each combination, with only these fields known; only
/// "false whatever the rest" of all rules dismisses. The answers are kept, bounded. One thread.
/// </summary>
/// <remarks>
/// Of a dismissed record only its first members, its first and last byte, its UTF-8 and whether another record
/// begins inside it were looked at: damage further on goes unnoticed, and so uncounted.
/// </remarks>
internal sealed class Prefilter
{
    private static readonly FlatHeader s_top = new("category", "operationName", "resultType");
    private static readonly FlatHeader s_user = new("userId", "userPrincipalName");
    private static readonly FlatHeader s_audit = new("category");

    private readonly DetectionPlan _plan;
    private readonly TextIntern _intern = new();
    private readonly HeaderVerdicts _headers = new();
    private readonly AccountVerdicts _accounts = new();
    private readonly LogEvent _partial;
    private readonly bool[] _known;
    private readonly int[] _absentInSignIns;
    private readonly int[] _accountSlots;
    private readonly HashSet<int>[] _slots;
    private readonly bool _hasClasses;
    private readonly Dictionary<(string?, string?, string?), byte> _classes = [];

    /// <summary>Some rule may match.</summary>
    public const byte Open = 1;

    /// <summary>No rule can match.</summary>
    public const byte Out = 2;

    /// <summary>Prepares for a plan.</summary>
    public Prefilter(DetectionPlan plan)
    {
        _plan = plan;
        _partial = new LogEvent(plan.Schema);
        _known = new bool[plan.Schema.Count];
        _slots = [.. plan.Rules.Sigma.Select(r => { var slots = new HashSet<int>(); r.Predicate.CollectSlots(slots); return slots; })];
        CanonicalField[] account = [CanonicalField.UserId, CanonicalField.UserUpn, CanonicalField.AccountBreakGlass, CanonicalField.AccountTier, CanonicalField.AccountService];
        _accountSlots = [.. account.Select(f => (int)f)];
        _hasClasses = !_slots.Any(slots => slots.Contains((int)CanonicalField.UserId) || slots.Contains((int)CanonicalField.UserUpn));
        CanonicalField[] absent =
        [
            CanonicalField.ActorId, CanonicalField.ActorUpn, CanonicalField.ActorAppId, CanonicalField.ActorAppName, CanonicalField.ActorIp, CanonicalField.ActorType,
            CanonicalField.TargetId, CanonicalField.TargetUpn, CanonicalField.TargetType, CanonicalField.TargetName, CanonicalField.RoleId, CanonicalField.RoleName,
            CanonicalField.RequestId, CanonicalField.Justification, CanonicalField.ActivationStart, CanonicalField.ActivationEnd, CanonicalField.ActivationHours,
        ];
        _absentInSignIns = [.. absent.Select(f => (int)f)];
    }

    /// <summary>Whether no rule can match the record, whose brackets must match from the first byte to the last. False says nothing.</summary>
    public bool Dismisses(ReadOnlySpan<byte> record)
    {
        if (record.Length < 64 || record[0] != '{') return false;
        Span<FlatHeader.Found> values = stackalloc FlatHeader.Found[3];
        var position = 1;
        var found = s_top.Read(record, ref position, values);

        // What is not a text is null, or something that only the parser knows how to take.
        if ((found & 1) == 0 || !values[0].IsText || ((found & 2) != 0 && !values[1].IsText)) return false;
        var category = values[0].In(record);
        var operation = (found & 2) != 0 ? values[1].In(record) : default;
        var result = (found & 4) != 0 ? values[2].In(record) : default;
        if ((found & 4) != 0 && !values[2].IsText && !IsCode(result)) return false;
        var verdict = _headers.Find(category, operation, result, out var known) ? known : Decide(category, operation, result);
        return verdict.Answer switch
        {
            HeaderAnswer.Dismiss => true,
            HeaderAnswer.AskAccount => DismissesAccount(record, position, verdict),
            HeaderAnswer.AskAuditCategory => DismissesAudit(record, position, category, operation),
            _ => false,
        };
    }

    private bool DismissesAccount(ReadOnlySpan<byte> record, int position, HeaderVerdict verdict)
    {
        position = FlatHeader.FindProperties(record, position);
        if (position < 0) return false;
        Span<FlatHeader.Found> values = stackalloc FlatHeader.Found[2];
        if (s_user.Read(record, ref position, values) != 0b11 || !values[0].IsText || !values[1].IsText) return false;
        var id = values[0].In(record);
        var upn = values[1].In(record);
        if (_hasClasses && ClassOf(id, upn) is var number and > 0)
        {
            ref var answer = ref verdict.ByClass[number];
            if (answer == 0) answer = DecideAccount(verdict, id, upn);
            return answer == Out;
        }

        if (_accounts.TryGet(verdict.Serial, id, upn, out var known)) return known == Out;
        known = DecideAccount(verdict, id, upn);
        _accounts.Set(verdict.Serial, id, upn, known);
        return known == Out;
    }

    // Where no rule names a user, accounts that are the same to the enrichment are the same to every rule: one answer
    // for each class and header then serves all of them. 0 when there are too many classes.
    private byte ClassOf(ReadOnlySpan<byte> id, ReadOnlySpan<byte> upn)
    {
        if (_accounts.TryGet(0, id, upn, out var number)) return number;
        _partial.Clear();
        LearnAccount(id, upn);
        var key = (_partial.Text(CanonicalField.AccountBreakGlass), _partial.Text(CanonicalField.AccountTier), _partial.Text(CanonicalField.AccountService));
        if (!_classes.TryGetValue(key, out number))
        {
            if (_classes.Count == byte.MaxValue) return 0;
            number = (byte)(_classes.Count + 1);
            _classes.Add(key, number);
        }

        _accounts.Set(0, id, upn, number);
        return number;
    }

    private bool DismissesAudit(ReadOnlySpan<byte> record, int position, ReadOnlySpan<byte> category, ReadOnlySpan<byte> operation)
    {
        position = FlatHeader.FindProperties(record, position);
        if (position < 0) return false;
        Span<FlatHeader.Found> values = stackalloc FlatHeader.Found[1];
        if (s_audit.Read(record, ref position, values) != 1 || !values[0].IsText) return false;
        var second = values[0].In(record);
        var verdict = _headers.Find(category, operation, second, out var known, isAudit: true) ? known : DecideAudit(category, operation, second);
        return verdict.Answer == HeaderAnswer.Dismiss;
    }

    private HeaderVerdict Decide(ReadOnlySpan<byte> category, ReadOnlySpan<byte> operation, ReadOnlySpan<byte> result)
    {
        var stream = LogStreams.OfCategory(category);
        var answer = HeaderAnswer.Parse;
        if (stream == LogStream.Audit)
        {
            Begin(operation);
            answer = Ask(out _) switch { false => HeaderAnswer.Dismiss, null => HeaderAnswer.AskAuditCategory, _ => HeaderAnswer.Parse };
        }
        else if (stream.IsSignIn())
        {
            BeginSignIn(stream, operation, result);
            if (stream.IsWorkload()) LearnAccount(default, default);
            answer = Ask(out var hinges) switch
            {
                false => HeaderAnswer.Dismiss,
                null when hinges && !stream.IsWorkload() => HeaderAnswer.AskAccount,
                _ => HeaderAnswer.Parse,
            };
        }

        return _headers.Add(category, operation, result, answer, stream);
    }

    private HeaderVerdict DecideAudit(ReadOnlySpan<byte> category, ReadOnlySpan<byte> operation, ReadOnlySpan<byte> second)
    {
        Begin(operation);
        FieldValue texts = second.IsEmpty ? FieldValue.Of(LogStream.Audit.Name()) : FieldValue.Of([LogStream.Audit.Name(), _intern.Text(second)]);
        Know(CanonicalField.Category, texts);
        return _headers.Add(category, operation, second, Ask(out _) == false ? HeaderAnswer.Dismiss : HeaderAnswer.Parse, LogStream.Audit, isAudit: true);
    }

    private byte DecideAccount(HeaderVerdict verdict, ReadOnlySpan<byte> id, ReadOnlySpan<byte> upn)
    {
        BeginSignIn(verdict.Stream, verdict.Operation, verdict.Result);
        LearnAccount(id, upn);
        return Ask(out _) == false ? Out : Open;
    }

    private void BeginSignIn(LogStream stream, ReadOnlySpan<byte> operation, ReadOnlySpan<byte> result)
    {
        Begin(operation);
        Know(CanonicalField.Category, FieldValue.Of(stream.Name()));
        foreach (var slot in _absentInSignIns) _known[slot] = true;
        if (!IsCode(result)) return;
        Know(CanonicalField.ResultType, FieldValue.Of(_intern.Text(result)));
        Know(CanonicalField.Result, FieldValue.Of(result.SequenceEqual("0"u8) ? "success" : "failure"));
    }

    private void Begin(ReadOnlySpan<byte> operation)
    {
        _partial.Clear();
        Array.Clear(_known);
        var trimmed = operation.Trim(" \t"u8);
        if (!trimmed.IsEmpty) Know(CanonicalField.OperationName, FieldValue.Of(_intern.Text(trimmed)));
    }

    private void LearnAccount(ReadOnlySpan<byte> id, ReadOnlySpan<byte> upn)
    {
        if (!id.IsEmpty) _partial[CanonicalField.UserId] = FieldValue.Of(_intern.Text(id));
        if (!upn.IsEmpty) _partial[CanonicalField.UserUpn] = FieldValue.Of(_intern.Text(upn));
        _plan.Enricher.EnrichAccount(_partial);
        foreach (var slot in _accountSlots) _known[slot] = true;
    }

    private void Know(CanonicalField field, FieldValue value)
    {
        _partial[field] = value;
        _known[(int)field] = true;
    }

    // False when every rule is out; null when some rule is open, and then whether the account may still settle all that are.
    private bool? Ask(out bool accountMaySettle)
    {
        accountMaySettle = true;
        var open = false;
        for (var i = 0; i < _slots.Length; i++)
        {
            var answer = _plan.Rules.Sigma[i].Predicate.Decide(_partial, _known);
            if (answer == true) return true;
            if (answer is not null) continue;
            open = true;
            accountMaySettle &= _slots[i].Overlaps(_accountSlots);
        }

        return open ? null : false;
    }

    private static bool IsCode(ReadOnlySpan<byte> value) => !value.IsEmpty && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
