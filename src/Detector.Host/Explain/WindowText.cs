using Detector.Engine.Rules;

namespace Detector.Host.Explain;

/// <summary>Says in a sentence what a rule over several records looks for.</summary>
internal static class WindowText
{
    public static string Of(WindowRule rule) => rule switch
    {
        AggregateRule aggregate => $"within {Spans.Text(aggregate.Within)}: {string.Join(" and ", aggregate.Measures.Select(measure => Of(measure, rule)))}",
        TemporalRule temporal => $"within {Spans.Text(temporal.Within)}: {Names(rule)}, {(temporal.Ordered ? "in this order" : "in any order")}",
        JoinRule join => $"within {Spans.Text(join.Within)}: {Names(rule)}{(join.Ordered ? ", in this order" : "")}{string.Concat(join.Where.Select(where => $", {where.Text}"))}",
        AbsenceRule absence => $"{rule.Inputs[0].Name} with fewer than {absence.AtLeast} of {string.Join(", ", rule.Inputs.Skip(1).Select(input => input.Name))} {Where(absence)} {Spans.Text(absence.Within)}",
        FirstSeenRule first => $"values of {string.Join(", ", first.FieldNames)} that were not seen for {Spans.Text(first.History)}, after learning for {Spans.Text(first.WarmUp)}",
        _ => Names(rule),
    };

    private static string Of(Measure measure, WindowRule rule)
    {
        var of = string.Join(measure.Kind == MeasureKind.Ratio ? " / " : ", ", measure.Inputs.Select(index => rule.Inputs[index].Name));
        var kind = measure.Kind switch
        {
            MeasureKind.Count => "count of",
            MeasureKind.Distinct => $"different {measure.FieldName} of",
            MeasureKind.Sum => $"sum of {measure.FieldName} of",
            MeasureKind.Average => $"mean of {measure.FieldName} of",
            MeasureKind.Percentile => FormattableString.Invariant($"percentile {measure.Percentile} of {measure.FieldName} of"),
            _ => "ratio",
        };
        return $"{kind} {of} {measure.Range}";
    }

    private static string Where(AbsenceRule absence) => absence.Look switch
    {
        LookFor.After => "in the next",
        LookFor.Before => "in the last",
        _ => "within",
    };

    private static string Names(WindowRule rule) => string.Join(", ", rule.Inputs.Select(input => input.Name));
}
