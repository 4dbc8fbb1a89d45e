using System.Text;
using Detector.Host.Commands;

namespace Detector.Host.Tests;

/// <summary>What a command line gave.</summary>
internal sealed record Outcome(int Exit, string Out, string Error)
{
    public string[] Lines => Out.TrimEnd('\n').Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Runs command lines in this process, with streams of their own.</summary>
internal static class Cli
{
    public static Outcome Run(params string[] args) => Run(args, input: null);

    public static Outcome Run(string[] args, Stream? input, Stream? output = null, CancellationToken? stop = null)
    {
        using var written = new MemoryStream();
        using var error = new StringWriter();
        var exit = DetectorCommand.Run(args, new HostStreams { In = input, CanAsk = input is not null, Out = output ?? written, Error = error }, stop ?? TestContext.Current.CancellationToken);
        return new Outcome(exit, Encoding.UTF8.GetString(written.ToArray()), error.ToString());
    }
}

/// <summary>A folder that is gone after the test.</summary>
internal sealed class Folder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("detector-");

    public string Path => _folder.FullName;

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
        return At(name);
    }

    public void Append(string name, string text) => File.AppendAllText(At(name), text);

    public string[] Lines(string name) => File.Exists(At(name)) ? File.ReadAllLines(At(name)) : [];

    public void Dispose() => _folder.Delete(recursive: true);
}
