using Detector.Simulation.Truth;

namespace Detector.Simulation.Stories;

/// <summary>One planted attack or near miss: its rows, and the alerts that came of them so far.</summary>
internal sealed class PlantedAttack(AttackKind kind, int user, DateTime time, IReadOnlyList<SimEvent> rows)
{
    public AttackKind Kind { get; } = kind;

    /// <summary>Who is attacked, or seems to be.</summary>
    public int User { get; } = user;

    /// <summary>The moment that matters, UTC.</summary>
    public DateTime Time { get; } = time;

    public bool Renamed { get; init; }

    /// <summary>In order of time.</summary>
    public IReadOnlyList<SimEvent> Rows { get; private set; } = rows;

    /// <summary>The story itself says what it should give, of every rule; otherwise the ledger works it out for a few.</summary>
    public bool IsDeclared { get; init; }

    /// <summary>Added as the truth is computed.</summary>
    public List<ExpectedAlert> Expected { get; } = [];

    /// <summary>Its rows, marked as its own.</summary>
    public PlantedAttack Own()
    {
        Rows = [.. Rows.Select(row => row with { Attack = this }).OrderBy(row => row.Ticks)];
        return this;
    }
}
