using System.Diagnostics;

namespace Detector.Testing;

/// <summary>Tools from npm that tests run: installed once, from a lock file beside the tests, by whichever test project comes first.</summary>
public static class NpmFolder
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <summary>Installs what a folder's lock file names.</summary>
    /// <param name="from">The folder with <c>package.json</c> and <c>package-lock.json</c>, from the root of the repository.</param>
    /// <param name="name">The name of the folder below <c>artifacts</c> that it is installed in, with a copy of all files of the first.</param>
    /// <returns>That folder.</returns>
    /// <exception cref="InvalidOperationException">npm cannot install it.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no npm.</exception>
    public static async Task<string> InstallAsync(string from, string name)
    {
        var source = RepositoryFolder.Path(from);
        var to = RepositoryFolder.Path($"artifacts/{name}");
        var stamp = Path.Combine(to, "installed");
        var wanted = await File.ReadAllTextAsync(Path.Combine(source, "package-lock.json"));
        Directory.CreateDirectory(to);

        // Test projects run at the same time.
        await using var mine = await LockAsync(to + ".lock");
        foreach (var file in Directory.EnumerateFiles(source)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp) == wanted) return to;

        using var patience = new CancellationTokenSource(s_patience);
        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"]) { WorkingDirectory = to, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var output = npm.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = npm.StandardError.ReadToEndAsync(patience.Token);
        await npm.WaitForExitAsync(patience.Token);
        if (npm.ExitCode != 0) throw new InvalidOperationException($"npm ci failed: {(await errors + await output).Trim()}");
        await File.WriteAllTextAsync(stamp, wanted);
        return to;
    }

    private static async Task<FileStream> LockAsync(string path)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), patience.Token);
            }
        }
    }
}
