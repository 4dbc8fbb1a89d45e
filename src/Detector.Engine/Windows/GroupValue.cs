using System.Runtime.InteropServices;
using Detector.Engine.Streams;

namespace Detector.Engine.Windows;

/// <summary>A value of a group, such as a device of a user: the keys of both, which need no hash of the two together.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct GroupValue(Key128 Group, Key128 Value)
{
    /// <inheritdoc />
    public override int GetHashCode() => unchecked(Group.GetHashCode() * -1640531535 + Value.GetHashCode());
}
