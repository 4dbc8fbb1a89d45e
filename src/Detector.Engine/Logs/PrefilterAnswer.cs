using System.Runtime.InteropServices;

namespace Detector.Engine.Logs;

/// <summary>What the prefilter says of a record.</summary>
internal enum PrefilterAnswer
{
    /// <summary>Some rule may match: the record must be parsed.</summary>
    Parse,

    /// <summary>No rule can match.</summary>
    Dismiss,

    /// <summary>It is known which rules match, and all of them only count: its identity is enough.</summary>
    Count,
}

/// <summary>Where the identity of a sign-in lies that is only counted.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct CountedRecord
{
    public HeaderVerdict Header;
    public int[] Matches;
    public FlatHeader.Found Time;
    public FlatHeader.Found Id;
    public FlatHeader.Found UserId;

    /// <summary>The place after the brace of <c>properties</c>.</summary>
    public int Properties;
}
