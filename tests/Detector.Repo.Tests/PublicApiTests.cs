using Detector.Engine.Logs;
using PublicApiGenerator;
using Xunit;

namespace Detector.Repo.Tests;

public sealed class PublicApiTests
{
    // Run once with UPDATE_GOLDEN=1 after a change that is meant, and review the difference.
    [Fact]
    public void The_engines_public_api_changes_only_on_purpose()
    {
        var api = typeof(LogEvent).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n");
        var golden = Path.Combine(Repository.Root, "tests", "Detector.Repo.Tests", "golden", "Detector.Engine.txt");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(golden)!);
            File.WriteAllText(golden, api.TrimEnd('\n') + "\n");
        }

        Assert.True(File.Exists(golden), "There is no golden file yet: run with UPDATE_GOLDEN=1.");
        Assert.Equal(File.ReadAllText(golden).ReplaceLineEndings("\n").TrimEnd('\n'), api.TrimEnd('\n'));
    }
}
