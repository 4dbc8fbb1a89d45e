namespace Detector.Host.Tests.Commands;

public sealed class LogsTests
{
    [Theory]
    [InlineData("--attacks: 'some' is no number", "--attacks", "some")]
    [InlineData("--tenant: only the logs of --attacks all", "--tenant", "t.yaml")]
    [InlineData("attacks for every rule need 28", "--attacks", "all", "--days", "7")]
    [InlineData("need the profile office", "--attacks", "ALL", "--profile", "benchmark")]
    [InlineData("Attacks is -1", "--attacks", "-1")]
    public void What_cannot_be_generated_is_told(string problem, params string[] options)
    {
        var run = Cli.Run(["logs", "generate", .. options]);
        Assert.Equal(2, run.Exit);
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public void A_tenant_file_lies_over_that_of_the_rules()
    {
        using var folder = new Folder();
        var approved = """{"time":"2026-03-03T10:00:00Z","category":"AuditLogs","operationName":"Add member to role request approved (PIM activation)","properties":{"id":"one","result":"success","loggedByService":"PIM","initiatedBy":{"user":{"id":"11111111-0000-4000-8000-000000000001"}},"targetResources":[]}}""";
        var logs = folder.Write("logs.ndjson", approved);
        var tenant = folder.Write("anything.yml", "approvers: [ 22222222-0000-4000-8000-000000000002 ]\n");

        // Where nobody is named, anybody may approve.
        Assert.Empty(Cli.Run("replay", logs, "--rules", ShippedFolder.Path).Lines);
        foreach (var rest in new[] { Array.Empty<string>(), ["--only", "approver_not_listed"] })
        {
            var run = Cli.Run(["replay", logs, "--rules", ShippedFolder.Path, "--tenant", tenant, .. rest]);
            Assert.Contains("\"ruleName\":\"approver_not_listed\"", Assert.Single(run.Lines), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_tenant_file_that_cannot_be_used_is_told()
    {
        using var folder = new Folder();
        var logs = folder.Write("logs.ndjson", "");
        var missing = Cli.Run("replay", logs, "--rules", ShippedFolder.Path, "--tenant", folder.At("none.yaml"));
        Assert.Equal(2, missing.Exit);
        Assert.Contains("--tenant: there is no file", missing.Error, StringComparison.Ordinal);

        var wrong = Cli.Run("replay", logs, "--rules", ShippedFolder.Path, "--tenant", folder.Write("mine.yaml", "\nlateness: soon\n"));
        Assert.Equal(2, wrong.Exit);
        Assert.Contains("mine.yaml:2", wrong.Error, StringComparison.Ordinal);
    }
}
