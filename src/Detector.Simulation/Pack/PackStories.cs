using System.Collections.Immutable;
using Detector.Simulation.Stories;

namespace Detector.Simulation.Pack;

/// <summary>All stories, those that need most room first.</summary>
internal static class PackStories
{
    /// <summary>On the first day, so that what learns begins to learn.</summary>
    public static PackStory Opening { get; } = PackStory.NearMiss(
        "by_the_book", "A tier 0 activation by the book: from a privileged workstation, with a security key, a ticket and two approvers.", AttackMoment.WorkingHours,
        scene => ActivationStories.ByTheBook(scene));

    public static ImmutableArray<PackStory> All { get; } =
    [
        .. WatcherStories.All,
        .. BreakGlassStories.All,
        .. ActivationStories.All,
        .. AroundActivationStories.All,
        .. ApprovalStories.All,
        .. PolicyStories.All,
        .. TieringStories.All,
    ];

    /// <summary>Whether it is told by Azure's activity log.</summary>
    public static bool NeedsActivityLog(PackStory story) => story.Kind.Name.Contains("diagnostic", StringComparison.Ordinal);
}
