using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Detector.Engine.Logs;

/// <summary>
/// Which member came after which, in the records so far: records of one kind have the same members in the same order, so the
/// next name is mostly known before it is read, and one comparison tells that it is. One thread; bounded, and begun anew when full.
/// </summary>
internal sealed class MemberSteps
{
    /// <summary>How many different members are kept.</summary>
    public const int StepsMax = 256;

    /// <summary>A name with its comma, quotes and colon; longer ones are read each time.</summary>
    public const int BytesMax = 64;

    /// <summary>Members of different objects begin at different steps: 1 and up to this.</summary>
    public const int StartsMax = 4;

    private const int Places = StepsMax * 2;

    private readonly Step[] _steps = new Step[StepsMax];
    private readonly short[] _places = new short[Places];
    private int _count;

    /// <summary>Nothing is known yet.</summary>
    public MemberSteps() => Clear();

    /// <summary>
    /// Whether the member at <paramref name="at"/> is the one that came after <paramref name="step"/> the last time. Then
    /// that is the next step.
    /// </summary>
    /// <param name="json">The text.</param>
    /// <param name="at">After the last value, or after the brace.</param>
    /// <param name="step">The last step; 1 to <see cref="StartsMax"/> after a brace.</param>
    /// <param name="id">The number of the name.</param>
    /// <param name="length">Bytes up to and with the colon.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryNext(ReadOnlySpan<byte> json, int at, ref int step, out int id, out int length)
    {
        var steps = _steps;
        var guess = steps[step].Next;
        ref readonly var next = ref steps[guess];
        id = next.Id;
        length = next.Length;
        if (guess == 0 || at > json.Length - BytesMax) return false;
        ref var bytes = ref Unsafe.Add(ref MemoryMarshal.GetReference(json), at);
        var differs = ~Vector256.Equals(Vector256.LoadUnsafe(ref bytes), next.Low).ExtractMostSignificantBits() & next.LowMask;
        if (length > 32) differs |= ~Vector256.Equals(Vector256.LoadUnsafe(ref bytes, 32), next.High).ExtractMostSignificantBits() & next.HighMask;
        if (differs != 0) return false;
        step = guess;
        return true;
    }

    /// <summary>The member of these bytes, whose name is <paramref name="id"/>, came after <paramref name="step"/>; it is the next step.</summary>
    public void Learn(ReadOnlySpan<byte> member, int id, ref int step)
    {
        if (member.Length > BytesMax)
        {
            step = 0;
            return;
        }

        var place = (int)(ByteHash.Of(member) & (Places - 1));
        while (_places[place] != 0 && !_steps[_places[place]].Is(member)) place = place + 1 & (Places - 1);
        if (_places[place] == 0)
        {
            if (_count == StepsMax)
            {
                Clear();
                step = 0;
                return;
            }

            _steps[_count] = new Step(member, id);
            _places[place] = (short)_count++;
        }

        // What comes after a name that is not kept is not known: step 0 leads nowhere.
        if (step != 0) _steps[step].Next = _places[place];
        step = _places[place];
    }

    private void Clear()
    {
        Array.Clear(_places);
        Array.Clear(_steps);
        for (var i = 0; i <= StartsMax; i++) _steps[i] = new Step([], -1);
        _count = StartsMax + 1;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Step
    {
        public readonly Vector256<byte> Low;
        public readonly Vector256<byte> High;
        public readonly uint LowMask;
        public readonly uint HighMask;
        public readonly int Length;
        public readonly int Id;
        public int Next;

        public Step(ReadOnlySpan<byte> member, int id)
        {
            Span<byte> room = stackalloc byte[BytesMax];
            room.Clear();
            member.CopyTo(room);
            Low = Vector256.Create<byte>(room[..32]);
            High = Vector256.Create<byte>(room[32..]);
            var mask = member.Length == BytesMax ? ulong.MaxValue : (1UL << member.Length) - 1;
            LowMask = unchecked((uint)mask);
            HighMask = (uint)(mask >> 32);
            Length = member.Length;
            Id = id;
            Next = 0;
        }

        public readonly bool Is(ReadOnlySpan<byte> member)
        {
            Span<byte> room = stackalloc byte[BytesMax];
            Low.CopyTo(room);
            High.CopyTo(room[32..]);
            return Length == member.Length && room[..Length].SequenceEqual(member);
        }
    }
}
