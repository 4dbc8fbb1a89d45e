using Detector.Sinks.Delivery;
using Detector.Sinks.Files;

namespace Detector.Host.Run.Settings.Sinks;

/// <summary>A file.</summary>
internal sealed record FileSection(string Name, string Path) : SinkSection(Name)
{
    public const string Kind = "File";

    public static FileSection Read(SinkReader reader)
    {
        var path = reader.Text("Path");
        if (path is null) reader.Reject("Path", "Name the file that takes the alerts.");
        return new FileSection(reader.Name, path ?? "");
    }

    public override SinkSetup Make(SinkSurroundings around) => new(new AlertFileSink(Path) { Name = Name }, Route);
}
