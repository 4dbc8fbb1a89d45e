using System.Buffers.Text;
using Detector.Simulation.Stories;
using Detector.Simulation.Tenant;

namespace Detector.Simulation.Records;

/// <summary>Writes what a slot says of an event. A pure function of the two, and of the seed.</summary>
internal sealed class SlotWriter(ulong seed, LifeProfile profile, Texts texts)
{
    private readonly ulong _seed = seed;
    private readonly bool _hasQuirks = profile == LifeProfile.Office;
    private readonly AccountWriter _accounts = new(seed, texts);

    public int Write(Slot slot, int depth, SimEvent e, Span<byte> to) =>
        e.Says is { } says && says.TryGetValue(slot, out var text) ? Put(texts.Encode(text, depth), to) : WriteOwn(slot, depth, e, to);

    private int WriteOwn(Slot slot, int depth, SimEvent e, Span<byte> to) => slot switch
    {
        Slot.None => 0,
        <= Slot.End => WriteIdentity(slot, e, to),
        <= Slot.UserType => _accounts.Write(slot, depth, e, to),
        <= Slot.Longitude => WritePlace(slot, depth, e, to),
        <= Slot.RoleWellKnown => WriteAudit(slot, depth, e, to),
        <= Slot.ServiceId => WriteProgram(slot, depth, e, to),
        <= Slot.MfaResult => WriteOutcome(slot, depth, e, to),
        _ => WriteDevice(slot, depth, e, to),
    };

    private static int Put(ReadOnlySpan<byte> text, Span<byte> to)
    {
        text.CopyTo(to);
        return text.Length;
    }

    private static int Number(long value, Span<byte> to) => Utf8Formatter.TryFormat(value, to, out var written) ? written : throw new InvalidOperationException("The buffer is full.");

    private static int Uuid(ulong key, Span<byte> to)
    {
        if (key == 0) return 0;
        Mixing.WriteUuid(key, to);
        return 36;
    }

    private static ulong Of(SimEvent e, ulong salt) => Mixing.Mix(e.Number, salt);

    private static int WriteIdentity(Slot slot, SimEvent e, Span<byte> to)
    {
        switch (slot)
        {
            case Slot.Time: return Timestamp.Write(e.Ticks, "Z"u8, to);
            case Slot.TimeOffset: return Timestamp.Write(e.Ticks, "+00:00"u8, to);
            case Slot.Record: return Uuid(e.Number, to);
            case Slot.Correlation: return Uuid(e.Correlation, to);
            case Slot.RequestId: return Uuid(e.Request, to);
            case Slot.ScheduleId: return Uuid(Mixing.Mix(e.Request == 0 ? e.Number : e.Request, 11), to);
            case Slot.Attempt: return Uuid(e.Attempt, to);
            case Slot.Session: return Uuid(Of(e, 12), to);
            case Slot.Token: return Base64Url.EncodeToUtf8(BitConverter.GetBytes(Of(e, 13)).AsSpan(), to) + Base64Url.EncodeToUtf8(BitConverter.GetBytes(Of(e, 14)).AsSpan(), to[11..]);
            case Slot.Tag:
                SimEvent.WriteTag(e.Number, to);
                return 5;
            case Slot.Serial: return Number(SimEvent.SerialOf(e.Number), to);
            case Slot.Ticket: return Put("CHG00"u8, to) + Number(10000 + Mixing.Pick(e.Request, 15, 90000), to[5..]);
            case Slot.Start: return Timestamp.Write(e.Ticks - 1_234_567, "Z"u8, to);
            default: return Timestamp.Write(e.Ticks + TimeSpan.TicksPerHour * (1 + Mixing.Pick(e.Request, 16, Activation.HoursMax(e.Role))), "Z"u8, to);
        }
    }

    private int WritePlace(Slot slot, int depth, SimEvent e, Span<byte> to)
    {
        var origin = OriginOf(e);
        var place = e.Foreign
            ? Places.FirstForeign + Mixing.Pick(origin, 21, Places.All.Length - Places.FirstForeign)
            : Mixing.Pick(origin, 22, Places.FirstForeign);
        return slot switch
        {
            Slot.Ip => WriteAddress(e, origin, to),
            Slot.Asn => Put(texts.Asns[0, place], to),
            Slot.City => Put(texts.Cities[depth, place], to),
            Slot.State => Put(texts.States[depth, place], to),
            Slot.Country => Put(texts.Countries[depth, place], to),
            Slot.Latitude => Put(texts.Latitudes[0, place], to),
            _ => Put(texts.Longitudes[0, place], to),
        };
    }

    // All of one attack comes from one place, whoever is attacked.
    private ulong OriginOf(SimEvent e) => People.Key(_seed, e is { Foreign: true, Attack: { } attack } ? attack.User : e.User);

    // The three IPv4 networks and the IPv6 one that are set aside for examples.
    private static int WriteAddress(SimEvent e, ulong key, Span<byte> to)
    {
        if (!e.Foreign && Mixing.Pick(key, 23, 8) == 0)
        {
            var at = Put("2001:db8:"u8, to);
            if (!Utf8Formatter.TryFormat((ushort)(Mixing.Mix(key, 24) & 0xFFFF), to[at..], out var written, new('x'))) throw new InvalidOperationException("The buffer is full.");
            return at + written + Put("::1a"u8, to[(at + written)..]);
        }

        var network = e.Foreign ? "203.0.113."u8 : (key & 1) == 0 ? "198.51.100."u8 : "192.0.2."u8;
        return Put(network, to) + Number(1 + Mixing.Pick(key, 25, 254), to[network.Length..]);
    }

    private int WriteAudit(Slot slot, int depth, SimEvent e, Span<byte> to)
    {
        switch (slot)
        {
            case Slot.Level: return Put(texts.Levels[0, Mixing.Pick(e.Number, 31, 4)], to);
            case Slot.Duration:
                var quote = Mixing.Pick(e.Number, 32, 4) == 0 ? texts.QuotedNumber[0, 0] : default;
                var at = Put(quote, to);
                at += Number(Mixing.Pick(e.Number, 33, 2) * Mixing.Pick(e.Number, 34, 900), to[at..]);
                return at + Put(quote, to[at..]);
            case Slot.Processing: return Number(20 + Mixing.Pick(e.Number, 35, 400), to);
            case Slot.Result: return Put(texts.Words[depth, e.Failed ? Word.Failure : Word.Success], to);
            case Slot.ResultReason when e.Failed: return Put(texts.FailureReasons[depth, Mixing.Pick(e.Request, 36, texts.FailureReasons.Count)], to);
            case Slot.ResultReason or Slot.Justification: return Put(texts.Justifications[depth, Mixing.Pick(e.Request, 37, texts.Justifications.Count)], to);
            case Slot.Activity: return Put(texts.Activities[depth, e.Kind - RecordKind.Requested], to);
            case Slot.OperationType: return Put(texts.OperationTypes[depth, e.Kind - RecordKind.Requested], to);
            case Slot.AuditType: return Put(texts.AuditTypes[depth, e.Kind - RecordKind.Requested], to);
            case Slot.Approval: return Put(texts.Words[depth, e.NeedsApproval ? Word.True : Word.False], to);
            case Slot.RoleId: return Put(texts.RoleIds[depth, e.Role], to);
            case Slot.Mfa: return Put(texts.Words[depth, Word.True], to);
            case Slot.SubjectType: return Put(texts.Words[depth, Word.User], to);
            case Slot.Excluded: return Put(texts.Words[depth, Word.BreakGlassIds], to);
            case Slot.RoleName: return Put(texts.RoleNames[depth, e.Role], to);
            default: return Put(texts.RoleWellKnown[depth, e.Role], to);
        }
    }

    private int WriteProgram(Slot slot, int depth, SimEvent e, Span<byte> to)
    {
        var app = Mixing.Pick(e.Number, 41, texts.AppIds.Count);
        var resource = Mixing.Pick(e.Number, 42, texts.ResourceIds.Count);
        var service = Mixing.Pick(e.Number, 43, texts.ServiceNames.Count);
        return slot switch
        {
            Slot.UserAgent => Put(texts.UserAgents[depth, DeviceOf(e)], to),
            Slot.AppId when e.Kind is RecordKind.Service or RecordKind.Identity => Uuid(Mixing.Mix(_seed, 0x5A00UL + (ulong)service), to),
            Slot.AppId => Put(texts.AppIds[depth, app], to),
            Slot.AppName => Put(texts.AppNames[depth, app], to),
            Slot.Client => Put(texts.Clients[depth, app], to),
            Slot.ResourceName => Put(texts.ResourceNames[depth, resource], to),
            Slot.ResourceAppId => Put(texts.ResourceIds[depth, resource], to),
            Slot.ResourceSpId => Uuid(Mixing.Mix(_seed, 0x5B00UL + (ulong)resource), to),
            Slot.ServiceName => Put(texts.ServiceNames[depth, service], to),
            _ => Uuid(Mixing.Mix(_seed, 0x5C00UL + (ulong)service), to),
        };
    }

    private int WriteOutcome(Slot slot, int depth, SimEvent e, Span<byte> to)
    {
        var isWrong = e.Error is SignInErrors.WrongPassword or SignInErrors.Locked or SignInErrors.Disabled;
        var word = slot switch
        {
            Slot.ResultSignature => e.Error == 0 ? Word.UpperSuccess : e.Error < SignInErrors.KeepSignedIn ? Word.UpperFailure : Word.None,
            Slot.StatusDetail => e.Error == 0 ? Word.MfaByClaim : e.Error is SignInErrors.MfaRequired or SignInErrors.MfaRequiredByPolicy ? Word.MfaRequired : Word.Empty,
            Slot.PasswordOk => isWrong ? Word.False : Word.True,
            Slot.PasswordResult => isWrong ? Word.WrongPassword : Word.RightPassword,
            Slot.MfaMethod => e.Foreign || !People.HasSecurityKey(e.User) ? Word.Push : Word.SecurityKey,
            Slot.MfaOk => e.Error == 0 ? Word.True : Word.False,
            Slot.MfaResult => e.Error == 0 ? Word.MfaDone : e.Error == SignInErrors.MfaDenied ? Word.MfaDenied : Word.MfaRequired,
            _ => -1,
        };
        if (word >= 0) return Put(texts.Words[depth, word], to);
        // Seen in real records: the word 'Failure' beside a status that has the code.
        var isWordy = _hasQuirks && e.Error == SignInErrors.Locked && (e.Number & 3) == 0;
        return slot switch
        {
            Slot.ErrorText => Put(texts.Errors[depth, e.Error], to),
            Slot.ResultType => Put(texts.Codes[depth, isWordy ? texts.Codes.Count - 1 : e.Error], to),
            _ => Put(texts.Codes[0, e.Error], to),
        };
    }

    private int DeviceOf(SimEvent e) => Mixing.Pick(People.Key(_seed, e.User), e.Foreign ? 52UL : 51UL, 4);

    private int WriteDevice(Slot slot, int depth, SimEvent e, Span<byte> to)
    {
        var device = DeviceOf(e);
        var isManaged = device is 0 or 3 && !e.Foreign;
        switch (slot)
        {
            case Slot.DeviceId: return isManaged ? Uuid(Mixing.Mix(People.Key(_seed, e.User), 53), to) : 0;
            case Slot.DeviceName when isManaged: return Put("NLWS"u8, to) + Number(10000 + Mixing.Pick(People.Key(_seed, e.User), 54, 90000), to[4..]);
            case Slot.DeviceName: return 0;
            case Slot.Os: return Put(texts.Systems[depth, device], to);
            case Slot.Browser: return Put(texts.Browsers[depth, device], to);
            case Slot.Compliant or Slot.Managed: return Put(texts.Words[0, isManaged ? Word.True : Word.False], to);
            case Slot.Trust: return Put(texts.Words[depth, !isManaged ? Word.Empty : device == 0 ? Word.HybridJoined : Word.Joined], to);
            case Slot.CaStatus: return Put(texts.Words[depth, e.Error == 0 ? Word.Success : e.Error < SignInErrors.KeepSignedIn ? Word.NotApplied : Word.Failure], to);
            case Slot.Risk: return Put(texts.Words[depth, e.Foreign ? Word.Medium : Word.NoRisk], to);
            default: return Put(texts.Words[depth, e.Foreign ? Word.AtRisk : Word.NoRisk], to);
        }
    }
}
