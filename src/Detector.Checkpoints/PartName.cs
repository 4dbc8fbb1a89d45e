using System.Buffers;

namespace Detector.Checkpoints;

/// <summary>Names of parts become names of files and blobs, so they are held to what is harmless in both.</summary>
internal static class PartName
{
    private const int LengthMax = 100;
    private static readonly SearchValues<char> s_letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <exception cref="ArgumentException">The name is none that a part can have.</exception>
    public static void Check(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Length > LengthMax || name.AsSpan().ContainsAnyExcept(s_letters) || !char.IsAsciiLetterOrDigit(name[0]))
            throw new ArgumentException($"'{name}' cannot name a part: 1 to {LengthMax} of a-z A-Z 0-9 . _ - are needed, the first a letter or digit.", nameof(name));
    }
}
