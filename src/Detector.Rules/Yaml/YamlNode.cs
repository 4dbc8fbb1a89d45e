namespace Detector.Rules.Yaml;

/// <summary>A YAML value with the line it begins on, from 1.</summary>
internal abstract record YamlNode(int Line);

/// <summary>A text as written; null, numbers and booleans are told by <see cref="IsPlain"/>, since quoted ones are texts.</summary>
internal sealed record YamlScalar(int Line, string Text, bool IsPlain) : YamlNode(Line)
{
    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    public bool? AsBoolean => !IsPlain ? null : Text switch
    {
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        _ => null,
    };

    /// <summary>Whether it is a number in decimal digits. Others that YAML knows (<c>0x1F</c>, <c>62e90394</c>) are more often meant as texts.</summary>
    public bool IsNumber
    {
        get
        {
            if (!IsPlain) return false;
            var digits = Text.AsSpan().TrimStart("+-");
            if (digits.Length is 0 || digits.Length < Text.Length - 1 || !char.IsAsciiDigit(digits[0])) return false;
            var point = digits.IndexOf('.');
            return (point < 0 ? digits : digits[..point]).ContainsAnyExceptInRange('0', '9') is false && (point < 0 || !digits[(point + 1)..].ContainsAnyExceptInRange('0', '9'));
        }
    }
}

internal sealed record YamlList(int Line, IReadOnlyList<YamlNode> Items) : YamlNode(Line);

internal sealed record YamlMap(int Line, IReadOnlyList<(YamlScalar Key, YamlNode Value)> Entries) : YamlNode(Line)
{
    public YamlNode? this[string key]
    {
        get
        {
            foreach (var (name, value) in Entries)
            {
                if (string.Equals(name.Text, key, StringComparison.Ordinal)) return value;
            }

            return null;
        }
    }
}
