using System.Buffers.Text;
using Detector.Simulation.Stories;
using Detector.Simulation.Tenant;

namespace Detector.Simulation.Records;

/// <summary>Writes ids and names of accounts. The casing of a user principal name varies, as it does in real records.</summary>
internal sealed class AccountWriter(ulong seed, Texts texts)
{
    /// <summary>What a renamed emergency account is called; only its object id tells.</summary>
    private static ReadOnlySpan<byte> RenamedUpn => "svc-print04@contoso.nl"u8;

    public static string UpnOf(ulong seed, int user, bool isRenamed)
    {
        Span<byte> upn = stackalloc byte[256];
        return System.Text.Encoding.UTF8.GetString(upn[..WriteUpn(seed, user, isRenamed, 7, upn)]);
    }

    public int Write(Slot slot, int depth, SimEvent e, Span<byte> to)
    {
        var user = slot is Slot.SubjectId or Slot.SubjectUpn or Slot.SubjectName ? e.Subject ?? e.User : e.User;
        switch (slot)
        {
            case Slot.UserId or Slot.SubjectId: return WriteId(user, to);
            case Slot.Upn: return WriteUpn(seed, user, e.Renamed, Mixing.Pick(e.Number, 61, 8), to);
            case Slot.SubjectUpn: return WriteUpn(seed, user, e.Renamed, Mixing.Pick(e.Number, 62, 8), to);
            case Slot.UserType: return Put(texts.Words[depth, user >= 0 && People.IsGuest(user) ? Word.Guest : Word.Member], to);
        }

        if (user < 0) return Put(e.Renamed ? "Print 04"u8 : "Break Glass"u8, to);
        var at = Put(texts.First[depth, People.FirstOf(seed, user)], to);
        to[at++] = (byte)' ';
        return at + Put(texts.Last[depth, People.LastOf(seed, user)], to[at..]);
    }

    private int WriteId(int user, Span<byte> to)
    {
        if (user >= 0) Mixing.WriteUuid(People.Key(seed, user), to);
        else System.Text.Encoding.ASCII.GetBytes(People.IdOf(seed, user), to);
        return user == People.Nobody ? 0 : 36;
    }

    private static int WriteUpn(ulong seed, int user, bool isRenamed, int casing, Span<byte> to)
    {
        if (isRenamed) return Put(RenamedUpn, to);
        if (user < 0) return Put(user switch { People.BreakGlass1 => "breakglass1@contoso.nl"u8, People.BreakGlass2 => "breakglass2@contoso.nl"u8, _ => "breakglass11@contoso.nl"u8 }, to);
        var first = Put(People.FirstParts[People.FirstOf(seed, user)], to);
        to[first] = (byte)'.';
        var at = first + 1 + Put(People.LastParts[People.LastOf(seed, user)], to[(first + 1)..]);
        at += Utf8Formatter.TryFormat(user, to[at..], out var digits) ? digits : 0;
        at += Put(People.IsGuest(user) ? "_partner.example#EXT#@contoso.onmicrosoft.com"u8 : casing == 1 ? "@Contoso.NL"u8 : "@contoso.nl"u8, to[at..]);
        if (casing > 1) return at;
        to[0] -= 32;
        to[first + 1] -= 32;
        return at;
    }

    private static int Put(ReadOnlySpan<byte> text, Span<byte> to)
    {
        text.CopyTo(to);
        return text.Length;
    }
}
