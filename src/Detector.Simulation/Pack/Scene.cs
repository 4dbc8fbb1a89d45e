using Detector.Simulation.Records;
using Detector.Simulation.Stories;
using Detector.Simulation.Tenant;
using Detector.Simulation.Truth;

namespace Detector.Simulation.Pack;

/// <summary>
/// One story as it is told: its rows, and the alerts that it knows they should give. What the story does not say itself, because
/// any such activation causes it (the notice of tier 0, the risk at night), is said here, by plain rules of the calendar.
/// </summary>
internal sealed class Scene(SimulationOptions options, Dice dice, Cast cast, DateTime time)
{
    /// <summary>First-seen rules learn for so long; a day more, since they begin at the first record of their kind.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromDays(14), WarmUpEnds = TimeSpan.FromDays(15);

    private readonly HashSet<(int User, int Role)> _known = [];

    public Dice Dice => dice;

    public Cast Cast => cast;

    /// <summary>The moment that matters.</summary>
    public long At => time.Ticks;

    public DateTime Time => time;

    public List<SimEvent> Rows { get; } = [];

    public List<ExpectedAlert> Expected { get; } = [];

    /// <summary>Whoever the story has, for the description of the tenant.</summary>
    public List<Person> People { get; } = [];

    /// <summary>Between these no record of the audit log may be written.</summary>
    public (long From, long Until)? Silence { get; set; }

    /// <summary>Ticks of an instant some minutes before the moment; after it for negative ones.</summary>
    public long Before(double minutes) => At - (long)(minutes * TimeSpan.TicksPerMinute);

    /// <summary>An account of its own, known by a sign-in of the first two weeks.</summary>
    public Person Somebody(int? tier = null, bool hasPaw = false, bool isGuest = false, string? listedId = null, bool isApprover = false)
    {
        var person = cast.Make(tier, hasPaw, isGuest, listedId, isApprover);
        People.Add(person);
        var first = options.Start.Ticks + TimeSpan.TicksPerHour;
        var last = Math.Min(options.Start.AddDays(13).Ticks, At - TimeSpan.FromHours(14).Ticks);
        SignIn(person, dice.Between(first, Math.Max(first + 1, last)));
        return person;
    }

    /// <summary>Somebody who keeps to the rules of tier 0.</summary>
    public Person Tier0Administrator() => Somebody(tier: 0, hasPaw: true);

    /// <summary>The person activates the role in other stories too, the first of them before anything was learned.</summary>
    public void Knows(Person person, int role) => _known.Add((person.User, role));

    /// <summary>A sign-in from the person's place and device, or from what is said otherwise.</summary>
    public SimEvent SignIn(Person person, long ticks, RecordKind kind = RecordKind.SignIn, int error = SignInErrors.None, IEnumerable<KeyValuePair<Slot, string>>? says = null)
    {
        var app = new Dictionary<Slot, string>
        {
            [Slot.AppId] = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
            [Slot.AppName] = "Azure Portal",
            [Slot.Client] = "Browser",
            [Slot.MfaMethod] = person.HasPaw ? "FIDO2 security key" : "Mobile app notification",
        };
        return Add(Row(kind, ticks, person, person.Device.Concat(app).Concat(says ?? [])) with { Error = error });
    }

    /// <summary>An activation by the book but for the terms; returns its completed row.</summary>
    public SimEvent Activate(Person person, int role, Terms? terms = null)
    {
        terms ??= new Terms();
        var isTier0 = Roles.All[role].Tier == 0;
        var ticks = terms.Ticks ?? At;
        var isWorking = IsWorking(ticks);
        var approvers = terms.Approvers ?? (!isTier0 ? [] : isWorking ? [cast.Approvers[0], cast.Approvers[1]] : [cast.Approvers[0], cast.Ciso]);
        var rows = Activation.Rows(dice, person.User, [.. approvers.Select(approver => approver.User)], role, ticks, terms.IsRefused);
        SimEvent? completed = null;
        foreach (var row in rows) completed = Add(Under(terms, row, person, approvers, ticks)) is { Kind: RecordKind.Completed } own ? own : completed;
        if (!terms.IsRefused) ExpectOfAny(completed!, isWorking, terms.Failures);
        return completed!;
    }

    /// <summary>A row of PIM that is none of an activation that runs its course: its activity is told by name.</summary>
    public SimEvent Pim(string activity, long ticks, Person actor, Person subject, int role, string operationType, string auditType, ulong? request = null, ulong? correlation = null, IEnumerable<KeyValuePair<Slot, string>>? says = null)
    {
        var text = new Dictionary<Slot, string> { [Slot.Activity] = activity, [Slot.OperationType] = operationType, [Slot.AuditType] = auditType };
        var row = Row(RecordKind.Requested, ticks, actor, [.. subject.AsSubject, .. text, .. says ?? []]);
        return Add(row with { Subject = subject.User, Role = role, Request = request ?? dice.Next(), Correlation = correlation ?? row.Correlation, Variant = 0 });
    }

    /// <summary>A record of the directory: somebody does something to somebody.</summary>
    public SimEvent Audit(RecordKind kind, long ticks, Person actor, Person? subject = null, int role = 0, params (Slot Slot, string Text)[] says) =>
        Add(Row(kind, ticks, actor, [.. subject?.AsSubject ?? [], .. says.Select(said => KeyValuePair.Create(said.Slot, said.Text))]) with { Subject = subject?.User, Role = role });

    /// <summary>Adds a row of the story.</summary>
    public SimEvent Add(SimEvent row)
    {
        Rows.Add(row);
        return row;
    }

    /// <summary>The story causes an alert, and these records are among its evidence.</summary>
    public void Expect(string rule, string severity, params SimEvent[] records) => Expect(rule, severity, score: null, [], records);

    private void Expect(string rule, string severity, int? score, (string Id, int Points)[] factors, params SimEvent[] records)
    {
        var about = records[^1];
        var subject = about.Request != 0 ? Mixing.Uuid(about.Request) : about.IsSignIn ? Mixing.Uuid(about.Attempt) : about.RecordId;
        Expected.Add(new ExpectedAlert(rule, subject, score, severity, factors, [.. records.Select(record => record.RecordId).Where(id => id.Length > 0)])
        {
            Ticks = about.RecordId.Length == 0 ? about.Ticks : null,
        });
    }

    /// <summary>Whether somebody is expected to work then.</summary>
    public static bool IsWorking(long ticks)
    {
        var local = LocalClock.Local(new DateTime(ticks, DateTimeKind.Utc));
        return !LocalClock.IsFree(local) && !LocalClock.IsOffHours(local);
    }

    private SimEvent Row(RecordKind kind, long ticks, Person actor, IEnumerable<KeyValuePair<Slot, string>> says)
    {
        var number = dice.Next();
        return new SimEvent { Kind = kind, Ticks = ticks, Number = number, User = actor.User, Correlation = dice.Next(), Attempt = number, Says = Merge(actor.AsActor.Concat(says)) };
    }

    private static SimEvent Under(Terms terms, SimEvent row, Person person, IReadOnlyList<Person> approvers, long completed)
    {
        var says = new List<KeyValuePair<Slot, string>>();
        var actor = row.Kind == RecordKind.Approved ? approvers.First(approver => approver.User == row.User) : person;
        says.AddRange(actor.AsActor.Concat(person.AsSubject));
        if (terms.Justification is { } justification)
        {
            says.Add(new(Slot.Justification, justification));
            if (!row.Failed) says.Add(new(Slot.ResultReason, justification));
        }

        if (!terms.HasMfa) says.Add(new(Slot.Mfa, "false"));
        var isEnd = row.Kind is RecordKind.Expired or RecordKind.DeactivateRequested or RecordKind.DeactivateCompleted or RecordKind.RoleRemovedByPim;
        var ticks = row.Ticks;
        if (terms.Hours is { } hours)
        {
            var end = completed + (long)(hours * TimeSpan.TicksPerHour);
            if (isEnd) ticks = end + (row.Kind == RecordKind.RoleRemovedByPim ? 5 : row.Kind == RecordKind.DeactivateCompleted ? 2 : 0) * TimeSpan.TicksPerSecond;
            else says.Add(new(Slot.End, Timestamp.Text(row.Ticks + end - completed)));
        }

        var hasTicket = terms.HasTicket ?? Roles.All[row.Role].Tier == 0;
        return row with
        {
            Ticks = ticks,
            NeedsApproval = row.NeedsApproval || terms.NeedsApproval,
            Variant = !row.IsPim || row.Kind == RecordKind.Expired ? -1 : hasTicket ? 1 : 0,
            Says = Merge(says),
        };
    }

    private void ExpectOfAny(SimEvent completed, bool isWorking, int failures)
    {
        var role = Roles.All[completed.Role];
        var local = LocalClock.Local(completed.Time);
        if (role.Tier == 0) Expect("tier0_activated", "informational", completed);
        if (role.Tier == 0 && !isWorking) Expect("tier0_activation_off_hours", "high", completed);
        (string Id, int Points)[] factors = [("tier", role.Tier == 0 ? 30 : 10), ("off_hours", LocalClock.IsOffHours(local) ? 20 : 0), ("weekend", LocalClock.IsFree(local) ? 15 : 0), ("failures", 5 * failures)];
        var score = factors.Sum(factor => factor.Points);
        if (score >= 40) Expect("pim_activation_risk", score >= 70 ? "critical" : "high", score, [.. factors.Where(factor => factor.Points > 0)], completed);
        if (role.IsPrivileged && _known.Add((completed.User, completed.Role)) && completed.Ticks >= (options.Start + WarmUp).Ticks) Expect("first_activation", "medium", completed);
    }

    // What is said last holds.
    private static Dictionary<Slot, string>? Merge(IEnumerable<KeyValuePair<Slot, string>> says)
    {
        var merged = new Dictionary<Slot, string>();
        foreach (var (slot, text) in says) merged[slot] = text;
        return merged.Count == 0 ? null : merged;
    }
}
