namespace Detector.Host.Tests.Run;

/// <summary><c>detector run</c> on files, in this process.</summary>
public sealed class FilesTests
{
    [Fact]
    public void What_is_there_gives_what_a_replay_gives()
    {
        using var folder = new Folder();
        var records = folder.Write("in/a.ndjson", Records.Failure("f1", "2026-03-01T21:40:00Z") + Records.Failure("f2", "2026-03-01T21:50:00Z") + Records.Activation("a1", Records.SundayNight) + Records.Activation("a2", "2026-03-01T22:20:00Z", "u2"));
        var replay = Cli.Run("replay", records, "--revisions", "all");

        var run = Cli.Run("run", "--config", Config(folder), "--once");

        Assert.Equal(ExitCode.Done, run.Exit);
        Assert.NotEmpty(replay.Lines);
        Assert.Equal(replay.Lines, Alerts(folder, isFinal: false));
    }

    [Fact]
    public void A_second_run_goes_on_where_the_first_left_off()
    {
        using var folder = new Folder();
        var config = Config(folder);
        folder.Write("in/a.ndjson", Records.Failure("f1", "2026-03-01T21:40:00Z") + Records.Failure("f2", "2026-03-01T21:50:00Z"));
        Assert.Equal(ExitCode.Done, Cli.Run("run", "--config", config, "--once").Exit);
        Assert.Empty(Alerts(folder, isFinal: false));

        // The failures are in the state, not in the file any more: it was written over by its collector.
        folder.Write("in/b.ndjson", Records.Activation("a1", Records.SundayNight));
        File.Delete(folder.At("in/a.ndjson"));
        Cli.Run("run", "--config", config, "--once");
        var risk = Assert.Single(Alerts(folder, isFinal: false), line => line.Contains("pim_activation_risk", StringComparison.Ordinal));
        Assert.Contains("2 × Failed sign-in", risk, StringComparison.Ordinal);

        var before = File.ReadAllText(folder.At("alerts.ndjson"));
        Cli.Run("run", "--config", config, "--once");
        Assert.Equal(before, File.ReadAllText(folder.At("alerts.ndjson")));
    }

    [Fact]
    public void A_line_that_grows_is_taken_when_it_is_whole()
    {
        using var folder = new Folder();
        var config = Config(folder);
        var record = Records.Activation("a1", Records.SundayNight);
        folder.Write("in/a.ndjson", Records.Failure("f0", "2026-03-01T20:00:00Z"));
        Cli.Run("run", "--config", config, "--once");
        File.AppendAllText(folder.At("in/a.ndjson"), record + Records.Activation("a2", Records.WednesdayMorning, "u2"));
        Cli.Run("run", "--config", config, "--once");

        Assert.Contains(Alerts(folder, isFinal: false), line => line.Contains("\"a1\"", StringComparison.Ordinal));
        Assert.Contains(Alerts(folder, isFinal: false), line => line.Contains("\"a2\"", StringComparison.Ordinal));
    }

    [Fact]
    public void A_new_file_of_the_same_name_is_read_from_its_beginning()
    {
        using var folder = new Folder();
        var config = Config(folder);
        folder.Write("in/a.ndjson", Records.Failure("f0", "2026-03-01T20:00:00Z"));
        Cli.Run("run", "--config", config, "--once");
        folder.Write("in/a.ndjson", Records.Activation("a1", Records.SundayNight) + Records.Activation("a2", Records.WednesdayMorning, "u2"));
        Cli.Run("run", "--config", config, "--once");

        Assert.Contains(Alerts(folder, isFinal: false), line => line.Contains("\"a1\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_fault_of_the_configuration_is_told_at_once_with_its_key()
    {
        using var folder = new Folder();
        var config = folder.Write("bad.json", """{"Source": {"Kind": "filse", "Files": {"Pahts": ["in"]}}, "Sinks": {"Fiel": {"Path": "a"}}, "Checkpoints": {"Interval": "5s"}}""");

        var run = Cli.Run("run", "--config", config);

        Assert.Equal(ExitCode.Usage, run.Exit);
        foreach (var part in (string[])["Source:Kind: 'filse'", "Did you mean 'files'?", "Source:Files:Paths:", "Source:Files:Pahts:0: There is no such setting. Did you mean 'Source:Files:Paths'?", "Sinks:Fiel: There is no such sink; there are File, Console, Teams, Sentinel, PagerDuty, Sms, Webhook. Did you mean 'Sinks:File'?", "Checkpoints:Interval: '5s'"])
            Assert.Contains(part, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_that_is_not_there_is_told()
    {
        using var folder = new Folder();

        Assert.Equal(ExitCode.Input, Cli.Run("run", "--config", Config(folder), "--once").Exit);
    }

    private static string[] Alerts(Folder folder, bool isFinal) =>
        [.. (File.Exists(folder.At("alerts.ndjson")) ? File.ReadAllLines(folder.At("alerts.ndjson")) : []).Where(line => line.Contains("\"final\":true", StringComparison.Ordinal) == isFinal)];

    private static string Config(Folder folder) => folder.Write("run.json", $$$"""
        {"Source": {"Files": {"Paths": ["{{{folder.At("in")}}}"]}}, "Checkpoints": {"Files": {"Path": "{{{folder.At("state")}}}"} }, "Sinks": {"File": {"Path": "{{{folder.At("alerts.ndjson")}}}"} } }
        """);
}
