using Detector.Engine.Logs;

namespace Detector.Rules.Lint;

/// <summary>A field that a rule file names: where, how it is written, and how it was understood.</summary>
public sealed record FieldUse(string File, int Line, string Name, FieldDefinition Field, FieldBinding Binding);
