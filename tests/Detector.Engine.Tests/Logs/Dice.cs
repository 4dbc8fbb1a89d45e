namespace Detector.Engine.Tests.Logs;

/// <summary>Throws that follow from a seed.</summary>
internal sealed class Dice(int seed)
{
    private ulong _state = unchecked((ulong)seed * 0x9E37_79B9_7F4A_7C15 + 0x1234_5678_9ABC_DEF1);

    public int Next(int below)
    {
        unchecked
        {
            _state ^= _state << 13;
            _state ^= _state >> 7;
            _state ^= _state << 17;
            return (int)((_state * 0x2545_F491_4F6C_DD1D >> 33) % (ulong)below);
        }
    }

    public T Pick<T>(T[] from) => from[Next(from.Length)];

    public void Shuffle<T>(List<T> list)
    {
        for (var i = list.Count - 1; i > 0; i--)
        {
            var other = Next(i + 1);
            (list[i], list[other]) = (list[other], list[i]);
        }
    }
}
