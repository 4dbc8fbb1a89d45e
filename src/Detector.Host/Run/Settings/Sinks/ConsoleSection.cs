using Detector.Sinks.Console;
using Detector.Sinks.Delivery;

namespace Detector.Host.Run.Settings.Sinks;

/// <summary>Standard output.</summary>
internal sealed record ConsoleSection(string Name, bool IsTable) : SinkSection(Name)
{
    public const string Kind = "Console";

    public static ConsoleSection Read(SinkReader reader) => new(reader.Name, reader.Choice("Format", "ndjson", ["ndjson", "table"]) == "table");

    public override SinkSetup Make(SinkSurroundings around) => new(IsTable ? new ConsoleTableSink(around.Output) { Name = Name } : new ConsoleSink(around.Output) { Name = Name }, Route);
}
