using Detector.Engine.Rules;
using Detector.Rules.Yaml;

namespace Detector.Rules.Windows;

/// <summary>A window rule as loaded, before it is known who refers to it.</summary>
internal sealed record LoadedWindow(WindowRule Rule, bool? Generate, YamlNode? Tests, int Line, Diagnostics Problems);
