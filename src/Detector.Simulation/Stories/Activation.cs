using Detector.Simulation.Tenant;

namespace Detector.Simulation.Stories;

/// <summary>The rows of one PIM activation: request, approval, completion, the role change, and its end hours later.</summary>
internal static class Activation
{
    /// <summary>The longest that a request comes before its completion.</summary>
    public static readonly TimeSpan ApprovalMax = TimeSpan.FromMinutes(40);

    /// <summary>All rows, in order of time.</summary>
    /// <param name="dice">What is random.</param>
    /// <param name="user">Who activates.</param>
    /// <param name="approvers">Who approve, one after the other; none when no approval is asked.</param>
    /// <param name="role">Index of the role.</param>
    /// <param name="completed">Ticks of the completed row.</param>
    /// <param name="isRefused">PIM refuses: there is a failed row, and nothing after it.</param>
    public static IReadOnlyList<SimEvent> Rows(Dice dice, int user, IReadOnlyList<int> approvers, int role, long completed, bool isRefused = false)
    {
        var request = dice.Next();
        var correlation = dice.Next();
        var rows = new List<SimEvent>(8);
        if (approvers.Count > 0)
        {
            var requested = completed - dice.Between(TimeSpan.TicksPerMinute, ApprovalMax.Ticks);
            Add(RecordKind.Requested, requested);
            Add(RecordKind.ApprovalRequested, requested + dice.Between(TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerSecond));
            for (var i = approvers.Count - 1; i >= 0; i--)
                rows.Add(Row(RecordKind.Approved, completed - (i * 5 * TimeSpan.TicksPerSecond) - dice.Between(TimeSpan.TicksPerSecond, 5 * TimeSpan.TicksPerSecond)) with { User = approvers[i], Subject = user });
        }
        else
        {
            Add(RecordKind.Requested, completed - dice.Between(TimeSpan.TicksPerSecond, 8 * TimeSpan.TicksPerSecond));
        }

        Add(RecordKind.Completed, completed);
        if (isRefused) return [.. rows.Select(row => row with { Failed = row.Kind == RecordKind.Completed })];
        Add(RecordKind.RoleAddedByPim, completed + dice.Between(TimeSpan.TicksPerMillisecond, 3 * TimeSpan.TicksPerSecond));

        var end = completed + dice.Between(TimeSpan.TicksPerHour, HoursMax(role) * TimeSpan.TicksPerHour);
        correlation = dice.Next();
        if (dice.Chance(0.3))
        {
            Add(RecordKind.DeactivateRequested, end);
            Add(RecordKind.DeactivateCompleted, end + dice.Between(TimeSpan.TicksPerSecond, 4 * TimeSpan.TicksPerSecond));
        }
        else
        {
            Add(RecordKind.Expired, end);
        }

        Add(RecordKind.RoleRemovedByPim, end + 5 * TimeSpan.TicksPerSecond);
        return rows;

        void Add(RecordKind kind, long ticks) => rows.Add(Row(kind, ticks));

        SimEvent Row(RecordKind kind, long ticks) => new()
        {
            Kind = kind,
            Ticks = ticks,
            Number = dice.Next(),
            User = user,
            Request = request,
            Correlation = correlation,
            Role = role,
            NeedsApproval = approvers.Count > 0,
        };
    }

    /// <summary>The most hours for which the tenant's policy lets a role be activated.</summary>
    public static int HoursMax(int role) => Roles.All[role].Tier == 0 ? 4 : 8;

    /// <summary>A role of a tier.</summary>
    public static int RoleOf(Dice dice, int tier)
    {
        var (first, count) = Roles.OfTier(tier);
        return first + dice.Below(count);
    }
}
