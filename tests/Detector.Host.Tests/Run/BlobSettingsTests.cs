namespace Detector.Host.Tests.Run;

public sealed class BlobSettingsTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{}""", "Checkpoints:Blobs:Container: Give the https address of a container")]
    [InlineData("""{"Container": "http://account.blob.core.windows.net/c"}""", "Checkpoints:Blobs:Container: Give the https address of a container")]
    [InlineData("""{"Container": "http://127.0.0.1:10000/a/c"}""", "Checkpoints:Blobs:Auth: A token does not go over plain http.")]
    [InlineData("""{"Container": "https://a.blob.core.windows.net/c", "Auth": "sas"}""", "Checkpoints:Blobs:Container: The address has no signature")]
    [InlineData("""{"Container": "https://a.blob.core.windows.net/c?sig=secret-of-mine"}""", "Checkpoints:Blobs:Container: The address has a signature")]
    [InlineData("""{"Container": "https://a.blob.core.windows.net/c", "Auth": "account-key"}""", "Checkpoints:Blobs:AccountKey: It is needed for this Auth.")]
    [InlineData("""{"Container": "https://a.blob.core.windows.net/c", "AccountKey": "secret-of-mine"}""", "Checkpoints:Blobs:AccountKey: With Auth managed-identity it is not used.")]
    [InlineData("""{"Container": "https://a.blob.core.windows.net/c", "Prefiks": "p"}""", "Prefix")]
    public void A_fault_names_its_key_and_tells_no_secret(string blobs, string told)
    {
        var config = _folder.At("appsettings.json");
        File.WriteAllText(config, """{"Source": {"Files": {"Paths": ["in"]}}, "Checkpoints": {"Kind": "blobs", "Blobs": BLOBS}, "Sinks": {"Console": {}}}""".Replace("BLOBS", blobs, StringComparison.Ordinal));
        var run = Cli.Run("run", "--config", config);
        Assert.Equal(2, run.Exit);
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-of-mine", run.Error, StringComparison.Ordinal);
    }
}
