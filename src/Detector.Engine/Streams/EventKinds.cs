using Detector.Engine.Logs;

namespace Detector.Engine.Streams;

/// <summary>
/// Numbers for (category, operation, result), so that compact state can name them. At most <see cref="KindsMax"/>
/// are told apart; what comes after has the number 0, which names nothing.
/// </summary>
internal sealed class EventKinds
{
    /// <summary>More combinations than Entra's some thousand activities give; the bound is against hostile names.</summary>
    public const int KindsMax = 65_536;

    private readonly Dictionary<(string?, string?, string?), int> _numbers = [];
    private (string? Category, string? Operation, string? Result) _last;
    private int _lastNumber;
    private readonly List<(string? Category, string? Operation, string? Result)> _kinds = [default];

    public int Of(LogEvent logged)
    {
        // Readers give the same object for the same word, so the last answer is known again without looking at letters.
        var (category, operation, result) = (logged.Text(CanonicalField.Category), logged.Text(CanonicalField.OperationName), ResultOf(logged));
        if (ReferenceEquals(category, _last.Category) && ReferenceEquals(operation, _last.Operation) && ReferenceEquals(result, _last.Result)) return _lastNumber;
        _lastNumber = Of((category, operation, result));
        _last = (category, operation, result);
        return _lastNumber;
    }

    public (string? Category, string? Operation, string? Result) this[int number] => _kinds[number];

    /// <summary>The result that evidence shows: of a sign-in its code, of other records its word.</summary>
    public static string? ResultOf(LogEvent logged) =>
        logged.Text(CanonicalField.ResultType) ?? logged.Text(CanonicalField.Result);

    public void Save(BinaryWriter output)
    {
        output.Write(_kinds.Count);
        foreach (var (category, operation, result) in _kinds)
        {
            output.Write(category ?? "");
            output.Write(operation ?? "");
            output.Write(result ?? "");
        }
    }

    /// <summary>Returns the number of each saved number here.</summary>
    public int[] Restore(BinaryReader input)
    {
        var numbers = new int[input.ReadInt32()];
        for (var i = 0; i < numbers.Length; i++)
        {
            var kind = (NullIfEmpty(input.ReadString()), NullIfEmpty(input.ReadString()), NullIfEmpty(input.ReadString()));
            numbers[i] = i == 0 ? 0 : Of(kind);
        }

        return numbers;

        static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
    }

    private int Of((string?, string?, string?) kind)
    {
        if (_numbers.TryGetValue(kind, out var number)) return number;
        if (_kinds.Count == KindsMax) return 0;
        _numbers.Add(kind, _kinds.Count);
        _kinds.Add(kind);
        return _kinds.Count - 1;
    }
}
