using Detector.Engine.Logs;
using Detector.Sources.Files;

namespace Detector.Sources;

/// <summary>Recorded logs, read once from begin to end.</summary>
public interface ILogSource
{
    /// <summary>What is read, as the user knows it.</summary>
    IReadOnlyList<string> Inputs { get; }

    /// <summary>How far the reading is. May be asked from any thread.</summary>
    ReadProgress Progress { get; }

    /// <summary>
    /// Reads everything once. A batch is valid until the next is asked for. A cancellation ends it with
    /// <see cref="OperationCanceledException"/>, at once.
    /// </summary>
    /// <exception cref="InputException">An input cannot be opened, or not be read on.</exception>
    IEnumerable<EventBatch> Read(CancellationToken cancellation = default);
}
