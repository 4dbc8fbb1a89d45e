namespace Detector.Engine.Alerts;

/// <summary>Compares what two revisions of an alert say, leaving aside which revision they are.</summary>
public static class AlertContent
{
    /// <summary>Whether a reader would see no difference.</summary>
    public static bool Same(Alert left, Alert right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return left.Factors.Length == right.Factors.Length
            && left.Evidence.AsSpan().SequenceEqual(right.Evidence.AsSpan())
            && left.Factors.Zip(right.Factors).All(pair => Same(pair.First, pair.Second))
            && Bare(left) == Bare(right);
    }

    private static bool Same(Factor left, Factor right) =>
        left.Points == right.Points
        && string.Equals(left.Id, right.Id, StringComparison.Ordinal)
        && string.Equals(left.Because, right.Because, StringComparison.Ordinal)
        && left.Events.AsSpan().SequenceEqual(right.Events.AsSpan());

    private static Alert Bare(Alert alert) => alert with { Revision = 0, Final = false, Factors = [], Evidence = [] };
}
