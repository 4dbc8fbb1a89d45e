using Detector.Simulation.Stories;

namespace Detector.Simulation.Pack;

/// <summary>One story for the shipped rules: when it may happen, and what it tells.</summary>
/// <param name="Kind">Its name in the truth, and when it happens.</param>
/// <param name="Tell">Adds its rows, and says which alerts they should give.</param>
internal sealed record PackStory(AttackKind Kind, Action<Scene> Tell)
{
    /// <summary>Only when rules that learn what is usual have learned it.</summary>
    public bool AfterWarmUp { get; init; }

    /// <summary>Only while rules that learn what is usual still learn it.</summary>
    public bool InWarmUp { get; init; }

    /// <summary>So long after it nothing else may end the records, since an absence is told only when its time is over.</summary>
    public TimeSpan Aftermath { get; init; } = TimeSpan.FromHours(1);

    public static PackStory Attack(string name, string description, AttackMoment moment, Action<Scene> tell) => new(new AttackKind(name, description, IsNearMiss: false, moment), tell);

    public static PackStory NearMiss(string name, string description, AttackMoment moment, Action<Scene> tell) => new(new AttackKind(name, description, IsNearMiss: true, moment), tell);
}
