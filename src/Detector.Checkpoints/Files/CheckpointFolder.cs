using System.Globalization;
using System.Text;

namespace Detector.Checkpoints.Files;

/// <summary>
/// The names in the folder. <c>epoch-N</c>: owner N has been. <c>head-N</c>: the head, written or taken over by owner
/// N. <c>parts/NAME.N</c>: a part that owner N wrote. The greatest epoch owns the folder; since each writes under its
/// own number, one that should have stopped overwrites nothing.
/// </summary>
internal sealed class CheckpointFolder(string path)
{
    public const string EpochPrefix = "epoch-";
    public const string HeadPrefix = "head-";
    private const string TemporaryEnd = ".tmp";

    /// <summary>As the user gave it, made absolute.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string PartsPath => System.IO.Path.Combine(Path, "parts");

    public string LockPath => System.IO.Path.Combine(Path, "lock");

    public string HeadPath(long epoch) => System.IO.Path.Combine(Path, HeadPrefix + Number(epoch));

    public string PartPath(string name, long epoch) => System.IO.Path.Combine(PartsPath, $"{name}.{Number(epoch)}");

    /// <summary>Where a file of an owner grows; a dot begins it, as no part's name may.</summary>
    public static string TemporaryOf(string path) =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, $".{System.IO.Path.GetFileName(path)}{TemporaryEnd}");

    /// <summary>Makes the folders.</summary>
    public void Create()
    {
        foreach (var folder in new[] { Path, PartsPath })
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>The owner that has the folder; 0 when there is none.</summary>
    public long Owner() => Numbers(EpochPrefix).DefaultIfEmpty(0).Max();

    /// <summary>Takes the next epoch. Two that try at once get two.</summary>
    public long Claim(string owner)
    {
        while (true)
        {
            var epoch = Numbers(EpochPrefix).Concat(Numbers(HeadPrefix)).Concat(Parts().Select(part => part.Epoch)).DefaultIfEmpty(0).Max() + 1;
            var claim = System.IO.Path.Combine(Path, EpochPrefix + Number(epoch));
            if (TryCreate(claim) is not { } file) continue;
            try
            {
                using (file)
                {
                    file.Write(Encoding.UTF8.GetBytes(owner + "\n"));
                    file.Flush(flushToDisk: true);
                }

                FolderFlush.Flush(Path);
                return epoch;
            }
            catch (IOException)
            {
                // Nobody owns it by that: on a full disk each try would leave one.
                DurableFile.TryDelete(claim);
                throw;
            }
        }
    }

    /// <summary>Makes the head of the owners before this epoch its own. What they still write goes elsewhere.</summary>
    /// <returns>False when there is none.</returns>
    public bool AdoptHead(long epoch)
    {
        while (Numbers(HeadPrefix).Where(number => number < epoch).OrderDescending().Cast<long?>().FirstOrDefault() is { } last)
        {
            try
            {
                File.Move(HeadPath(last), HeadPath(epoch), overwrite: true);
                FolderFlush.Flush(Path);
                return true;
            }
            catch (FileNotFoundException)
            {
                // Another took it over first: it is to be found under that number now.
            }
        }

        return false;
    }

    /// <summary>Removes what owners before this epoch left and nobody can need.</summary>
    public void Sweep(long epoch)
    {
        foreach (var number in Numbers(EpochPrefix).Where(number => number < epoch)) DurableFile.TryDelete(System.IO.Path.Combine(Path, EpochPrefix + Number(number)));
        foreach (var number in Numbers(HeadPrefix).Where(number => number < epoch)) DurableFile.TryDelete(HeadPath(number));
    }

    /// <summary>Removes files that owners before this epoch did not finish.</summary>
    public void SweepTemporary(long epoch)
    {
        foreach (var file in Directory.EnumerateFiles(Path, $".*{TemporaryEnd}").Concat(Directory.EnumerateFiles(PartsPath, $".*{TemporaryEnd}")).ToList())
        {
            var digits = System.IO.Path.GetFileName(file)[..^TemporaryEnd.Length].Split('.', '-')[^1];
            if (TryNumber(digits, out var number) && number < epoch) DurableFile.TryDelete(file);
        }
    }

    /// <summary>All parts of all owners.</summary>
    public IEnumerable<(string Name, long Epoch)> Parts()
    {
        foreach (var file in Directory.EnumerateFiles(PartsPath).Select(file => System.IO.Path.GetFileName(file)!).Where(file => file[0] != '.'))
        {
            var dot = file.LastIndexOf('.');
            if (dot > 0 && TryNumber(file.AsSpan(dot + 1), out var epoch)) yield return (file[..dot], epoch);
        }
    }

    private static FileStream? TryCreate(string path)
    {
        try
        {
            return new FileStream(path, DurableFile.Options(FileMode.CreateNew, FileShare.Read));
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    private IEnumerable<long> Numbers(string prefix)
    {
        foreach (var file in Directory.EnumerateFiles(Path, prefix + "*"))
        {
            if (TryNumber(System.IO.Path.GetFileName(file.AsSpan())[prefix.Length..], out var number)) yield return number;
        }
    }

    private static string Number(long number) => number.ToString("D12", CultureInfo.InvariantCulture);

    private static bool TryNumber(ReadOnlySpan<char> digits, out long number) => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
