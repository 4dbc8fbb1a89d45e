using Detector.Sinks.Delivery;
using Detector.Sinks.Files;

namespace Detector.Host.Run.Settings.Sinks;

/// <summary>A file.</summary>
internal sealed record FileSection(string Name, string Path, FileRotation? Rotation) : SinkSection(Name)
{
    public const string Kind = "File";

    private const int DefaultKeep = 10;

    public static FileSection Read(SinkReader reader)
    {
        var path = reader.Text("Path");
        if (path is null) reader.Reject("Path", "Name the file that takes the alerts.");
        var bytes = reader.Number("MaxBytes", 10_000, int.MaxValue);
        var keep = reader.Number("Keep", 1, 100_000);
        if (bytes is null && keep is not null) reader.Reject("Keep", "Files are kept beside the one that is written when that is put aside. Say with MaxBytes when.");
        return new FileSection(reader.Name, path ?? "", bytes is { } most ? new FileRotation(most, keep ?? DefaultKeep) : null);
    }

    public override SinkSetup Make(SinkSurroundings around) => new(new AlertFileSink(Path, around.Clock, Rotation) { Name = Name }, Route);
}
