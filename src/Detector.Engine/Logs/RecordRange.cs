namespace Detector.Engine.Logs;

/// <summary>
/// A stretch of a block: a complete record, or, where <see cref="Fault"/> is not null, bytes that are none, with the
/// reason as a sentence.
/// </summary>
/// <param name="Start">First byte in the block.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Fault">Why it cannot be read; null for a record.</param>
public readonly record struct RecordRange(int Start, int Length, string? Fault = null);
