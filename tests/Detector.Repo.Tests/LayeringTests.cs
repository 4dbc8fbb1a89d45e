using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Xunit;

namespace Detector.Repo.Tests;

/// <summary>Who may know whom. A new reference is a decision: it goes here and into ARCHITECTURE.md.</summary>
public sealed class LayeringTests
{
    // Beside the base library. Adapters (Rules, Sources, Sinks, Checkpoints, Simulation, StandIn) never see one another.
    private static readonly Dictionary<string, string[]> s_allowed = new(StringComparer.Ordinal)
    {
        ["Detector.Engine"] = ["System.Reactive"],
        ["Detector.Rules"] = ["Detector.Engine", "YamlDotNet", "System.Reactive"], // listens to the pipeline in rule tests
        ["Detector.Sources"] = ["Detector.Engine", "Azure.Core", "Azure.Identity", "Confluent.Kafka"],
        ["Detector.StandIn"] = ["Confluent.Kafka"],
        ["Detector.Sinks"] = ["Detector.Engine", "Azure.Core"],
        ["Detector.Checkpoints"] = ["Detector.Engine", "Azure.Core", "Azure.Identity", "Azure.Storage.Blobs", "Azure.Storage.Common", "System.Memory.Data", "System.IO.Hashing"],
        ["Detector.Simulation"] = ["Detector.Engine"],
        ["Detector.Host"] =
        [
            "Detector.Engine", "Detector.Rules", "Detector.Sources", "Detector.Sinks", "Detector.Simulation", "Detector.Checkpoints", "Detector.StandIn",
            "System.CommandLine", "Spectre.Console", "System.Reactive", "Azure.Core", "Azure.Identity",
            "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Hosting.Systemd", "OpenTelemetry", "OpenTelemetry.Api", "OpenTelemetry.Exporter.OpenTelemetryProtocol",

            // Parts of Microsoft.Extensions.Hosting.
            "Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Configuration", "Microsoft.Extensions.Configuration.Abstractions", "Microsoft.Extensions.Configuration.Json",
            "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Logging", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Logging.Console", "Microsoft.Extensions.Options",
        ],
    };

    public static TheoryData<string> Projects => [.. s_allowed.Keys];

    [Fact]
    public void Every_project_of_src_has_its_line_here() =>
        Assert.Equal(s_allowed.Keys.Order(), Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(Path.GetFileName).Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_file_asks_for_nothing_else(string project)
    {
        var file = XDocument.Load(Path.Combine(Repository.Root, "src", project, $"{project}.csproj"));
        var asked = file.Descendants()
            .Where(e => e.Name.LocalName is "PackageReference" or "ProjectReference" or "Reference" or "FrameworkReference")
            .Select(e => e.Attribute("Include")!.Value.Replace('\\', '/'))
            .Select(name => name.EndsWith(".csproj", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(name) : name);

        Assert.Empty(asked.Except(s_allowed[project]));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void An_assembly_refers_to_nothing_else(string project)
    {
        var name = project == "Detector.Host" ? "detector" : project;
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"{name}.dll"));
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        var referred = metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name));

        Assert.Empty(referred.Where(reference => !IsBaseLibrary(reference)).Except(s_allowed[project]));
    }

    [Fact]
    public void The_engine_names_no_service_host_or_format_library()
    {
        string[] foreign = ["Azure.", "Confluent.", "System.Net.Http", "YamlDotNet", "Microsoft.Extensions.", "Spectre."];
        var found = Repository.TextFiles
            .Where(path => path.StartsWith("src/Detector.Engine/", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(path => Repository.Lines(path).Where(line => line.StartsWith("using ", StringComparison.Ordinal) && foreign.Any(f => line.Contains(f, StringComparison.Ordinal))).Select(line => $"{path}: {line}"));

        Assert.Empty(found);
    }

    private static bool IsBaseLibrary(string assembly) =>
        File.Exists(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, $"{assembly}.dll"));
}
