using System.Diagnostics;
using System.Globalization;
using Detector.Host.Run.Settings;
using Detector.Testing;

namespace Detector.Deploy.Tests;

/// <summary>The unit for systemd: held against systemd's own checker, and against the worker.</summary>
public sealed class SystemdTests
{
    private static readonly string s_unit = File.ReadAllText(RepositoryFolder.Path("deploy/detector.service"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_checker_finds_nothing() => Assert.Equal("", await VerifyAsync(s_unit));

    // The check can fail: a key that there is not, and values that are none.
    [Theory]
    [InlineData("NoNewPrivileges=yes", "NoNewPriviliges=yes", "NoNewPriviliges")]
    [InlineData("TimeoutStopSec=40", "TimeoutStopSec=soon", "soon")]
    [InlineData("SystemCallFilter=@system-service", "SystemCallFilter=@sytem-service", "@sytem-service")]
    [InlineData("Type=notify", "Type=notifies", "notifies")]
    public async Task A_wrong_unit_is_told_of(string right, string wrong, string named)
    {
        Assert.Contains(right, s_unit, StringComparison.Ordinal);
        Assert.Contains(named, await VerifyAsync(s_unit.Replace(right, wrong, StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void It_gives_the_worker_the_time_to_stop_and_a_place_for_its_state_and_nothing_else()
    {
        Assert.Equal("notify", Value("Type"));
        Assert.Equal(["/opt/detector/detector", "run", "--config", "/etc/detector/appsettings.json"], Value("ExecStart").Split(' '));
        Assert.Equal($"/var/lib/{Value("StateDirectory")}", Value("WorkingDirectory"));
        var settings = Defaults();

        // The host gives the worker five seconds more than StopWithin.
        Assert.True(int.Parse(Value("TimeoutStopSec"), CultureInfo.InvariantCulture) > settings.StopWithin.TotalSeconds + 5);
        Assert.False(Path.IsPathRooted(settings.Checkpoints.Path));
        Assert.Equal("strict", Value("ProtectSystem"));
        Assert.Equal("", Value("CapabilityBoundingSet"));
        Assert.Equal("always", Value("Restart"));
        foreach (var key in new[] { "DynamicUser", "NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices" }) Assert.Equal("yes", Value(key));
    }

    private static RunSettings Defaults() => BicepTests.SettingsOf("""{"Source": {"Files": {"Paths": ["in"]}}, "Sinks": {"Console": {}}}""");

    private static string Value(string key) => Assert.Single(s_unit.Split('\n'), line => line.StartsWith($"{key}=", StringComparison.Ordinal))[(key.Length + 1)..];

    // The program is not where it will be; any other that can be run stands for it.
    private static async Task<string> VerifyAsync(string unit)
    {
        var folder = Directory.CreateTempSubdirectory("detector-unit-");
        try
        {
            var path = Path.Combine(folder.FullName, "detector.service");
            await File.WriteAllTextAsync(path, unit.Replace("/opt/detector/detector", "/bin/true", StringComparison.Ordinal), Cancellation);
            using var process = Start(path);
            var output = process.StandardOutput.ReadToEndAsync(Cancellation);
            var errors = process.StandardError.ReadToEndAsync(Cancellation);
            await process.WaitForExitAsync(Cancellation);
            return await output + await errors;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Process Start(string path)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("systemd-analyze", ["verify", path]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        }
        catch (System.ComponentModel.Win32Exception cause)
        {
            Assert.Skip($"There is no systemd-analyze, so the unit is not checked. Install it with: apt-get install systemd ({cause.Message})");
            throw;
        }
    }
}
