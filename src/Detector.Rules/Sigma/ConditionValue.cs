using Detector.Rules.Yaml;

namespace Detector.Rules.Sigma;

/// <summary>What YAML takes a value for.</summary>
internal enum ScalarKind
{
    Text,
    Number,
    Flag,
    Null,
}

/// <summary>A value that a field is compared with; null where the rule says null. From <paramref name="Ends"/> on (UTC) it no longer counts.</summary>
internal sealed record ConditionValue(string? Text, int Line, ScalarKind Kind, DateTime? Ends = null)
{
    /// <summary>Of a list of values: taken for whatever the modifiers need.</summary>
    public bool IsListed { get; init; }

    public static ConditionValue Of(YamlScalar scalar) =>
        scalar.IsNull
            ? new ConditionValue(null, scalar.Line, ScalarKind.Null)
            : new ConditionValue(scalar.Text, scalar.Line, scalar.AsBoolean is not null ? ScalarKind.Flag : scalar.IsNumber ? ScalarKind.Number : ScalarKind.Text);
}
