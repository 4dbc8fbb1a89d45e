using System.Runtime.InteropServices;

namespace Detector.Engine.Pipeline;

/// <summary>How much a pipeline remembers.</summary>
/// <param name="OpenEpisodes">Alerts, and candidates for one, that late records can still change.</param>
/// <param name="SessionRows">Rows of activation sessions of about the last day.</param>
/// <param name="WindowKeys">Users (or other join keys) with a match in some window.</param>
/// <param name="WindowEntries">Matches in windows.</param>
/// <param name="RecordIds">Ids remembered against duplicates.</param>
/// <param name="Groups">Groups of window rules with an event that can still matter.</param>
/// <param name="GroupEvents">Events in them.</param>
/// <param name="Values">Values that first-seen rules remember.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PipelineSize(int OpenEpisodes, int SessionRows, int WindowKeys, long WindowEntries, int RecordIds, int Groups, long GroupEvents, int Values);
