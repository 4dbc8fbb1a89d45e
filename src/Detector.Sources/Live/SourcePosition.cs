using System.Runtime.InteropServices;

namespace Detector.Sources.Live;

/// <summary>Where to go on in a partition or file.</summary>
/// <param name="Next">The offset of what comes next.</param>
/// <param name="Mark">What tells that it is still the same file; null where the name suffices.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SourcePosition(long Next, string? Mark = null);
