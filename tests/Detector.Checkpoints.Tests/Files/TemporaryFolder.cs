using Detector.Checkpoints.Files;

namespace Detector.Checkpoints.Tests.Files;

/// <summary>A folder for one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("detector-checkpoints-").FullName;

    public string State => Path.Combine(Root, "state");

    public FileCheckpointStore Store(bool isWithoutLock = false, Func<FileStep, string, Task>? at = null, string? state = null) =>
        new(new FileCheckpointOptions { Path = state ?? State, WatchInterval = TimeSpan.FromMilliseconds(100) }) { IsWithoutLock = isWithoutLock, AtStep = at };

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
