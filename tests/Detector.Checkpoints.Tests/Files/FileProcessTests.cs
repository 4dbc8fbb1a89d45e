using System.Diagnostics;

namespace Detector.Checkpoints.Tests.Files;

/// <summary>What only other processes and real disks can show.</summary>
public sealed class FileProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_lock_of_a_process_that_is_killed_is_free_at_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The other process is the flock of Linux.");
        await (await _folder.Store().TryAcquireAsync("a", Stop))!.DisposeAsync();
        using var holder = Run("flock", "--no-fork", Path.Combine(_folder.State, "lock"), "sh", "-c", "echo held; exec sleep 100");
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync(Stop));
        Assert.Null(await _folder.Store().TryAcquireAsync("b", Stop));

        holder.Kill();
        await holder.WaitForExitAsync(Stop);
        await using var next = await _folder.Store().TryAcquireAsync("b", Stop);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task Another_process_is_kept_out()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The other process is the flock of Linux.");
        await using var lease = await _folder.Store().TryAcquireAsync("a", Stop);
        using var other = Run("flock", "--nonblock", Path.Combine(_folder.State, "lock"), "true");
        await other.WaitForExitAsync(Stop);
        Assert.Equal(1, other.ExitCode);
    }

    [Fact]
    public async Task A_disk_that_is_full_leaves_the_old_head_and_is_used_again_when_it_has_room()
    {
        Directory.CreateDirectory(_folder.State);
        Assert.SkipUnless(OperatingSystem.IsLinux() && await IsDoneAsync("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", _folder.State), "Only the superuser of Linux can make a small disk.");
        try
        {
            await using var lease = (await _folder.Store().TryAcquireAsync("a", Stop))!;
            await lease.WriteHeadAsync("old"u8.ToArray(), Stop);
            await Assert.ThrowsAsync<IOException>(() => lease.WriteHeadAsync(new byte[1_000_000], Stop));
            await Assert.ThrowsAsync<IOException>(() => lease.WritePartAsync("p", (stream, stop) => stream.WriteAsync(new byte[1_000_000], stop).AsTask(), Stop));
            Assert.Equal("old"u8.ToArray(), (await lease.ReadHeadAsync(Stop))!.Value.ToArray());
            Assert.False(lease.Lost.IsCancellationRequested);
            await lease.WriteHeadAsync(new byte[100_000], Stop);
            Assert.Equal(100_000, (await lease.ReadHeadAsync(Stop))!.Value.Length);
        }
        finally
        {
            await IsDoneAsync("umount", _folder.State);
        }
    }

    private static Process Run(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;

    private static async Task<bool> IsDoneAsync(string program, params string[] arguments)
    {
        using var process = Run(program, arguments);
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode == 0;
    }
}
