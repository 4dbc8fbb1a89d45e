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
    private static readonly FlatHeader s_top = new("category", "operationName", "resultType", "time");
    private static readonly FlatHeader s_user = new("userId", "userPrincipalName", "id");
    private static readonly FlatHeader s_audit = new("category");
    private static readonly int[] s_derivedOfAccount = [(int)CanonicalField.AccountBreakGlass, (int)CanonicalField.AccountTier, (int)CanonicalField.AccountService];

    // No account is called so: names have no control characters.
    private const string Nobody = "\u0001nobody";

    private readonly DetectionPlan _plan;
    private readonly TextIntern _intern = new();
    private readonly HeaderVerdicts _headers = new();
    private readonly HeaderTemplates _templates = new();
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

    /// <summary>It is known which rules match, and all of them only count.</summary>
    public const byte Counted = 3;

    private readonly List<int> _matches = [];
    private readonly AccountFilter _ordinary;
    private readonly byte _ordinaryClass;

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
        _ordinary = new AccountFilter(plan.Enricher.NamedAccounts);
        _ordinaryClass = _hasClasses ? ClassOf("\u0001nobody"u8, "\u0001nobody"u8) : (byte)0;
    }

    /// <summary>
    /// What can be said of a record, whose brackets must match from the first byte to the last, without parsing it.
    /// </summary>
    public PrefilterAnswer Judge(ReadOnlySpan<byte> record, out CountedRecord counted)
    {
        counted = default;
        if (record.Length < 64 || record[0] != '{') return PrefilterAnswer.Parse;
        if (_templates.Find(record) is not { } template) return JudgeHeader(record, ref counted);
        counted.Header = template.Verdict;
        counted.Time = template.Time;
        return template.Verdict.Answer == HeaderAnswer.Dismiss ? PrefilterAnswer.Dismiss : JudgeAccount(record, template.Position, template.Verdict, template, ref counted);
    }

    private PrefilterAnswer JudgeHeader(ReadOnlySpan<byte> record, ref CountedRecord counted)
    {
        Span<FlatHeader.Found> values = stackalloc FlatHeader.Found[4];
        var position = 1;
        var found = s_top.Read(record, ref position, values);

        // What is not a text is null, or something that only the parser knows how to take.
        if ((found & 1) == 0 || !values[0].IsText || ((found & 2) != 0 && !values[1].IsText)) return PrefilterAnswer.Parse;
        var category = values[0].In(record);
        var operation = (found & 2) != 0 ? values[1].In(record) : default;
        var result = (found & 4) != 0 ? values[2].In(record) : default;
        if ((found & 4) != 0 && !values[2].IsText && !IsCode(result)) return PrefilterAnswer.Parse;
        var verdict = _headers.Find(category, operation, result, out var known) ? known : Decide(category, operation, result);
        if (found == 0b1111 && values[3].IsText && verdict.Answer is HeaderAnswer.Dismiss or HeaderAnswer.AskAccount) _templates.Add(record, verdict, values[3], position);
        counted.Header = verdict;
        switch (verdict.Answer)
        {
            case HeaderAnswer.Dismiss:
                return PrefilterAnswer.Dismiss;
            case HeaderAnswer.AskAccount:
                if ((found & 8) != 0 && values[3].IsText) counted.Time = values[3];
                return JudgeAccount(record, position, verdict, template: null, ref counted);
            case HeaderAnswer.AskAuditCategory:
                return DismissesAudit(record, position, category, operation) ? PrefilterAnswer.Dismiss : PrefilterAnswer.Parse;
            default:
                return PrefilterAnswer.Parse;
        }
    }

    private PrefilterAnswer JudgeAccount(ReadOnlySpan<byte> record, int position, HeaderVerdict verdict, HeaderTemplate? template, ref CountedRecord counted)
    {
        position = FlatHeader.FindProperties(record, position);
        if (position < 0) return PrefilterAnswer.Parse;
        counted.Properties = position;
        Span<FlatHeader.Found> values = stackalloc FlatHeader.Found[3];
        var found = 0b111;
        if (template?.Account is not { } pattern || !pattern.TryRead(record, position, values))
        {
            found = s_user.Read(record, ref position, values);
            if ((found & 0b11) != 0b11 || !values[0].IsText || !values[1].IsText) return PrefilterAnswer.Parse;
            if (found == 0b111 && values[2].IsText) template?.Learn(record, counted.Properties, values);
        }

        var id = values[0].In(record);
        var upn = values[1].In(record);
        if (!_hasClasses)
        {
            if (_accounts.TryGet(verdict.Serial, id, upn, out var known)) return known == Out ? PrefilterAnswer.Dismiss : PrefilterAnswer.Parse;
            known = DecideAccount(verdict, id, upn, out _);
            _accounts.Set(verdict.Serial, id, upn, known == Out ? Out : Open);
            return known == Out ? PrefilterAnswer.Dismiss : PrefilterAnswer.Parse;
        }

        var number = _ordinary.Excludes(id) && _ordinary.Excludes(upn) ? _ordinaryClass : ClassOf(id, upn);
        if (number == 0) return PrefilterAnswer.Parse;
        ref var answer = ref verdict.ByClass[number];
        if (answer == 0) answer = DecideAccount(verdict, id, upn, out verdict.MatchesByClass[number]);
        if (answer == Out) return PrefilterAnswer.Dismiss;
        if (answer != Counted || (found & 4) == 0 || !values[2].IsText || counted.Time.Length == 0) return PrefilterAnswer.Parse;
        counted.UserId = values[0];
        counted.Id = values[2];
        counted.Matches = verdict.MatchesByClass[number];
        return PrefilterAnswer.Count;
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
        var properties = FlatHeader.FindProperties(record, position);
        if (properties < 0) return false;
        Span<FlatHeader.Found> values = stackalloc FlatHeader.Found[1];
        position = properties;
        if (s_audit.Read(record, ref position, values) != 1 || !values[0].IsText) return false;
        var second = values[0].In(record);
        var verdict = _headers.Find(category, operation, second, out var known, isAudit: true) ? known : DecideAudit(category, operation, second);
        return verdict.Answer == HeaderAnswer.Dismiss || (verdict.Answer == HeaderAnswer.AskAccount && DismissesActor(record, properties, verdict));
    }

    // Of an actor that no list names, all that rules can know is that it is none of these.
    private bool DismissesActor(ReadOnlySpan<byte> record, int properties, HeaderVerdict verdict)
    {
        if (!ActorPeek.TryRead(record, properties, out var id, out var upn) || (id.IsEmpty && upn.IsEmpty)) return false;
        if ((!id.IsEmpty && !_ordinary.Excludes(id)) || (!upn.IsEmpty && !_ordinary.Excludes(upn))) return false;
        ref var answer = ref verdict.ByClass[0];
        if (answer != 0) return answer == Out;
        BeginAudit(verdict.Operation, verdict.Result);
        _partial[CanonicalField.ActorId] = FieldValue.Of(Nobody);
        _plan.Enricher.EnrichAccount(_partial);
        foreach (var slot in s_derivedOfAccount) _known[slot] = true;
        answer = !Ask().IsOpen && _matches.Count == 0 ? Out : Open;
        return answer == Out;
    }

    private HeaderVerdict Decide(ReadOnlySpan<byte> category, ReadOnlySpan<byte> operation, ReadOnlySpan<byte> result)
    {
        var stream = LogStreams.OfCategory(category);
        var answer = HeaderAnswer.Parse;
        if (stream == LogStream.Audit)
        {
            Begin(operation);
            var asked = Ask();
            if (_matches.Count == 0) answer = asked.IsOpen ? HeaderAnswer.AskAuditCategory : HeaderAnswer.Dismiss;
        }
        else if (stream.IsSignIn())
        {
            BeginSignIn(stream, operation, result);
            if (stream.IsWorkload()) LearnAccount(default, default);
            var asked = Ask();
            var hinges = !stream.IsWorkload() && asked.AccountMaySettle;
            if (!asked.IsOpen && _matches.Count == 0) answer = HeaderAnswer.Dismiss;
            else if (hinges && (_matches.Count == 0 || MayBeCounted())) answer = HeaderAnswer.AskAccount;
        }

        return _headers.Add(category, operation, result, answer, stream);
    }

    private HeaderVerdict DecideAudit(ReadOnlySpan<byte> category, ReadOnlySpan<byte> operation, ReadOnlySpan<byte> second)
    {
        BeginAudit(operation, second);
        var asked = Ask();
        var answer = _matches.Count > 0 ? HeaderAnswer.Parse
            : !asked.IsOpen ? HeaderAnswer.Dismiss
            : asked.AccountMaySettle ? HeaderAnswer.AskAccount : HeaderAnswer.Parse;
        return _headers.Add(category, operation, second, answer, LogStream.Audit, isAudit: true);
    }

    private void BeginAudit(ReadOnlySpan<byte> operation, ReadOnlySpan<byte> second)
    {
        Begin(operation);
        FieldValue texts = second.IsEmpty ? FieldValue.Of(LogStream.Audit.Name()) : FieldValue.Of([LogStream.Audit.Name(), _intern.Text(second)]);
        Know(CanonicalField.Category, texts);
    }

    private byte DecideAccount(HeaderVerdict verdict, ReadOnlySpan<byte> id, ReadOnlySpan<byte> upn, out int[] matches)
    {
        BeginSignIn(verdict.Stream, verdict.Operation, verdict.Result);
        LearnAccount(id, upn);
        var asked = Ask();
        matches = [];
        if (asked.IsOpen) return Open;
        if (_matches.Count == 0) return Out;
        if (!MayBeCounted() || verdict.Operation.Length == 0 || !IsCode(verdict.Result)) return Open;
        matches = [.. _matches];
        return Counted;
    }

    // What is only counted is known by its identity: nothing else of the record is looked at.
    private bool MayBeCounted() => _plan.Matcher.CountsBy(CountedProjection.Slots) && !_plan.Matcher.IsShown([.. _matches]);

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

    // Gathers the rules that match whatever the rest, and says whether others are open, and the account may settle those.
    private (bool IsOpen, bool AccountMaySettle) Ask()
    {
        _matches.Clear();
        var (isOpen, accountMaySettle) = (false, true);
        for (var i = 0; i < _slots.Length; i++)
        {
            var answer = _plan.Rules.Sigma[i].Predicate.Decide(_partial, _known);
            if (answer == true) _matches.Add(i);
            if (answer is not null) continue;
            isOpen = true;
            accountMaySettle &= _slots[i].Overlaps(_accountSlots);
        }

        return (isOpen, accountMaySettle);
    }

    private static bool IsCode(ReadOnlySpan<byte> value) => !value.IsEmpty && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
