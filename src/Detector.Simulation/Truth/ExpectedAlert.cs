namespace Detector.Simulation.Truth;

/// <summary>An alert that the shipped rules should give.</summary>
/// <param name="Rule">Name of the rule.</param>
/// <param name="Subject">What it is about: request id, attempt id or record id.</param>
/// <param name="Score">Points; null where the rule has none.</param>
/// <param name="Severity">Its level.</param>
/// <param name="Factors">Points by factor, only those with any.</param>
/// <param name="RecordIds">Records that must be among its evidence.</param>
internal sealed record ExpectedAlert(string Rule, string Subject, int? Score, string Severity, IReadOnlyList<(string Id, int Points)> Factors, IReadOnlyList<string> RecordIds)
{
    /// <summary>Ticks of a record that must be among its evidence, where records have no id.</summary>
    public long? Ticks { get; init; }
}
