namespace Detector.Checkpoints.Files;

/// <summary>The moments of a write at which a process may die; a test stops there.</summary>
internal enum FileStep
{
    /// <summary>Before the temporary file is made.</summary>
    Create,

    /// <summary>Before its bytes are forced to the disk.</summary>
    Flush,

    /// <summary>Before it takes its name.</summary>
    Rename,

    /// <summary>Before its name is forced to the disk.</summary>
    FlushFolder,

    /// <summary>Before the owner looks whether it still is.</summary>
    Confirm,
}
