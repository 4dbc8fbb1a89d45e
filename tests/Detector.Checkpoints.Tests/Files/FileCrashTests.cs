using System.Text;
using Detector.Checkpoints.Files;

namespace Detector.Checkpoints.Tests.Files;

/// <summary>What is on disk at each moment at which a process may die or be overtaken, and what a full or damaged disk does.</summary>
public sealed class FileCrashTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Steps => [.. Enum.GetNames<FileStep>()];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_crash_at_any_step_leaves_the_old_head_or_the_new_one()
    {
        var copies = new List<string>();
        var store = _folder.Store(at: (_, _) => KeepAsync(copies));
        await using (var lease = Assert.IsType<FileCheckpointLease>(await store.TryAcquireAsync("a", Stop)))
        {
            await lease.WriteHeadAsync("old"u8.ToArray(), Stop);
            copies.Clear();
            await lease.WriteHeadAsync("new"u8.ToArray(), Stop);
        }

        var found = new List<string?>();
        foreach (var copy in copies) found.Add(await HeadOfAsync(copy));
        Assert.Equal(["old", "old", "old", "new", "new"], found);
    }

    [Fact]
    public async Task A_crash_while_the_first_owner_comes_leaves_an_empty_store()
    {
        var copies = new List<string>();
        var store = _folder.Store(at: (_, _) => KeepAsync(copies));
        await (await store.TryAcquireAsync("a", Stop))!.DisposeAsync();
        Assert.NotEmpty(copies);
        foreach (var copy in copies) Assert.Null(await HeadOfAsync(copy));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task An_owner_that_is_overtaken_within_a_write_is_seen_or_told(string step)
    {
        var overtakenAt = Enum.Parse<FileStep>(step);
        string? seen = null;
        var isArmed = false;
        ICheckpointLease? next = null;
        await using var old = await _folder.Store(at: OvertakeAsync).TryAcquireAsync("old", Stop);
        await old!.WriteHeadAsync("first"u8.ToArray(), Stop);
        isArmed = true;

        await Assert.ThrowsAsync<LeaseLostException>(() => old.WriteHeadAsync("second"u8.ToArray(), Stop));
        Assert.True(old.Lost.IsCancellationRequested);
        Assert.Equal(overtakenAt > FileStep.Rename ? "second" : "first", seen);
        Assert.Equal(seen, await HeadAsync(next!));
        await next!.DisposeAsync();
        await old.DisposeAsync();
        Assert.Equal(seen, await HeadOfAsync(_folder.State));

        async Task OvertakeAsync(FileStep at, string path)
        {
            if (next is not null || at != overtakenAt || !isArmed) return;
            next = await _folder.Store(isWithoutLock: true).TryAcquireAsync("next", Stop);
            seen = await HeadAsync(next!);
        }
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task What_an_overtaken_first_owner_writes_is_never_found(string step)
    {
        var overtakenAt = Enum.Parse<FileStep>(step);
        ICheckpointLease? next = null;
        string? seen = "nothing asked";
        ICheckpointLease? old = null;
        old = await _folder.Store(at: OvertakeAsync).TryAcquireAsync("old", Stop);
        await Assert.ThrowsAsync<LeaseLostException>(() => old!.WriteHeadAsync("first"u8.ToArray(), Stop));
        await next!.DisposeAsync();
        await old!.DisposeAsync();
        Assert.Equal(seen, await HeadOfAsync(_folder.State));

        async Task OvertakeAsync(FileStep at, string path)
        {
            if (next is not null || at != overtakenAt || old is null) return;
            next = await _folder.Store(isWithoutLock: true).TryAcquireAsync("next", Stop);
            seen = await HeadAsync(next!);
        }
    }

    [Theory]
    [InlineData(nameof(FileStep.Create))]
    [InlineData(nameof(FileStep.Flush))]
    [InlineData(nameof(FileStep.Rename))]
    public async Task A_full_disk_leaves_the_old_head_and_no_litter(string failsAt)
    {
        var isFull = false;
        await using var lease = await _folder.Store(at: (step, _) => FailAsync(step)).TryAcquireAsync("a", Stop);
        await lease!.WriteHeadAsync("old"u8.ToArray(), Stop);
        isFull = true;
        await Assert.ThrowsAsync<IOException>(() => lease.WriteHeadAsync("new"u8.ToArray(), Stop));
        await Assert.ThrowsAsync<IOException>(() => lease.WritePartAsync("p", (stream, stop) => stream.WriteAsync(new byte[10], stop).AsTask(), Stop));
        isFull = false;

        Assert.Equal("old", await HeadAsync(lease));
        Assert.False(lease.Lost.IsCancellationRequested);
        Assert.Empty(Directory.EnumerateFiles(_folder.State, "*.tmp", SearchOption.AllDirectories));
        await lease.WriteHeadAsync("new"u8.ToArray(), Stop);
        Assert.Equal("new", await HeadAsync(lease));

        Task FailAsync(FileStep step)
        {
            if (isFull && step == Enum.Parse<FileStep>(failsAt)) throw new IOException("No space left on device");
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Every_flipped_byte_and_every_torn_end_of_a_head_is_found()
    {
        await WriteAsync();
        var path = Assert.Single(Directory.EnumerateFiles(_folder.State, "head-*"));
        var whole = await File.ReadAllBytesAsync(path, Stop);
        var damaged = Enumerable.Range(0, whole.Length).Select(i => Flipped(whole, i))
            .Concat(Enumerable.Range(0, whole.Length).Select(length => whole[..length]))
            .Append([.. whole, 0]).Append([.. whole, .. whole]);
        foreach (var bytes in damaged)
        {
            await File.WriteAllBytesAsync(path, bytes, Stop);
            await using var lease = await _folder.Store().TryAcquireAsync("a", Stop);
            path = Assert.Single(Directory.EnumerateFiles(_folder.State, "head-*"));
            var refusal = await Assert.ThrowsAsync<CheckpointDamagedException>(() => lease!.ReadHeadAsync(Stop));
            Assert.StartsWith(path, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_part_under_another_name_is_found()
    {
        await WriteAsync();
        await using var lease = await _folder.Store().TryAcquireAsync("a", Stop);
        var part = Assert.Single(Directory.EnumerateFiles(Path.Combine(_folder.State, "parts")));
        File.Copy(part, part.Replace("part-1", "part-2", StringComparison.Ordinal));
        await Assert.ThrowsAsync<CheckpointDamagedException>(() => lease!.ReadPartAsync("part-2", Stop));
        File.Copy(part, Assert.Single(Directory.EnumerateFiles(_folder.State, "head-*")), overwrite: true);
        await Assert.ThrowsAsync<CheckpointDamagedException>(() => lease!.ReadHeadAsync(Stop));
    }

    [Fact]
    public async Task A_format_of_another_version_is_named()
    {
        await WriteAsync();
        var path = Assert.Single(Directory.EnumerateFiles(_folder.State, "head-*"));
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = 7;
            file.WriteByte(9);
        }

        await using var lease = await _folder.Store().TryAcquireAsync("a", Stop);
        var refusal = await Assert.ThrowsAsync<CheckpointDamagedException>(() => lease!.ReadHeadAsync(Stop));
        Assert.Contains("it has format 9, and this program reads format 1.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_that_is_gone_is_no_empty_store()
    {
        await WriteAsync();
        await using var lease = await _folder.Store().TryAcquireAsync("a", Stop);
        File.Delete(Assert.Single(Directory.EnumerateFiles(_folder.State, "head-*")));
        await Assert.ThrowsAsync<CheckpointDamagedException>(() => lease!.ReadHeadAsync(Stop));
    }

    [Fact]
    public async Task A_folder_that_is_removed_is_a_lost_lease()
    {
        await using var lease = await _folder.Store().TryAcquireAsync("a", Stop);
        Directory.Delete(_folder.State, recursive: true);
        await Assert.ThrowsAsync<LeaseLostException>(() => lease!.WriteHeadAsync("x"u8.ToArray(), Stop));
        Assert.True(lease!.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Files_are_for_their_user_alone()
    {
        await WriteAsync();
        foreach (var entry in new DirectoryInfo(_folder.State).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
            Assert.Equal(entry is DirectoryInfo ? "Owner only, with x" : "Owner only", Mode(entry));

        static string Mode(FileSystemInfo entry) => entry.UnixFileMode switch
        {
            UnixFileMode.UserRead | UnixFileMode.UserWrite => "Owner only",
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute => "Owner only, with x",
            var other => other.ToString(),
        };
    }

    [Fact]
    public async Task What_an_owner_left_unfinished_is_swept()
    {
        await WriteAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder.State, "parts", ".part-7.000000000001.tmp"), "torn", Stop);
        await File.WriteAllTextAsync(Path.Combine(_folder.State, ".head-000000000001.tmp"), "torn", Stop);
        await using var lease = await _folder.Store().TryAcquireAsync("a", Stop);
        await lease!.RemovePartsExceptAsync(new HashSet<string>(StringComparer.Ordinal), Stop);
        Assert.Equal(["epoch-000000000002", "head-000000000002", "lock"], Directory.EnumerateFiles(_folder.State, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private static byte[] Flipped(byte[] whole, int at)
    {
        var bytes = whole.ToArray();
        bytes[at] ^= 0x20;
        return bytes;
    }

    private static async Task<string?> HeadAsync(ICheckpointLease lease) =>
        await lease.ReadHeadAsync(Stop) is { } head ? Encoding.UTF8.GetString(head.Span) : null;

    private async Task<string?> HeadOfAsync(string state)
    {
        await using var lease = await _folder.Store(state: state).TryAcquireAsync("reader", Stop);
        return await HeadAsync(lease!);
    }

    private async Task WriteAsync()
    {
        await using var lease = await _folder.Store().TryAcquireAsync("a", Stop);
        await lease!.WriteHeadAsync("a head of some length"u8.ToArray(), Stop);
        await lease.WritePartAsync("part-1", (stream, stop) => stream.WriteAsync(new byte[100], stop).AsTask(), Stop);
    }

    private Task KeepAsync(List<string> copies)
    {
        copies.Add(CopyState());
        return Task.CompletedTask;
    }

    private string CopyState()
    {
        var copy = Path.Combine(_folder.Root, $"copy-{Directory.GetDirectories(_folder.Root).Length}");
        foreach (var file in Directory.EnumerateFiles(_folder.State, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock"))
        {
            var to = Path.Combine(copy, Path.GetRelativePath(_folder.State, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            using var from = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            File.WriteAllBytes(to, ReadAll(from));
        }

        return copy;
    }

    private static byte[] ReadAll(Stream from)
    {
        using var bytes = new MemoryStream();
        from.CopyTo(bytes);
        return bytes.ToArray();
    }
}
