using System.Diagnostics;
using System.Text.RegularExpressions;
using Detector.Host.Run.Settings;
using Detector.Testing;
using k8s;
using k8s.Models;

namespace Detector.Deploy.Tests;

/// <summary>
/// The manifest: held against the schemas of Kubernetes for what must be there and which values there are, and against the
/// typed model of its client for keys that there are not; and then against the worker.
/// </summary>
public sealed partial class KubernetesTests
{
    private static readonly string s_manifest = File.ReadAllText(RepositoryFolder.Path("deploy/kubernetes.yaml"));

    [Fact]
    public async Task It_keeps_to_the_schemas() => Assert.Equal(["6 documents"], await CheckAsync(s_manifest));

    [Fact]
    public void It_has_no_key_that_there_is_not() => Assert.Equal(6, Load(s_manifest).Count);

    [Theory]
    [InlineData("matchLabels: { app.kubernetes.io/name: detector }\n  template", "matchLabls: { app.kubernetes.io/name: detector }\n  template", "matchLabls", true)]
    [InlineData("readOnlyRootFilesystem: true", "readOnlyRootFileSystem: true", "readOnlyRootFileSystem", true)]
    [InlineData("replicas: 2", "replicas: two", "replicas must be integer", false)]
    [InlineData("      containers:\n        - name: detector\n", "      containers:\n        -\n", "must have required property name", false)]
    [InlineData("unhealthyPodEvictionPolicy: AlwaysAllow", "unhealthyPodEvictionPolicy: Always", "unhealthyPodEvictionPolicy must be equal", false)]
    [InlineData("apiVersion: policy/v1\n", "apiVersion: policy/v7\n", "policy/v7", false)]
    [InlineData("  replicas: 2\n", "  replicas: 2\n  replicas: 3\n", "Map keys must be unique", false)]
    [InlineData("  selector:\n    matchLabels: { app.kubernetes.io/name: detector }\n  template", "  template", "must have required property selector", false)]
    public async Task A_wrong_manifest_fails(string right, string wrong, string named, bool isUnknownKey)
    {
        Assert.Contains(right, s_manifest, StringComparison.Ordinal);
        var changed = s_manifest.Replace(right, wrong, StringComparison.Ordinal);
        if (isUnknownKey) Assert.Contains(named, Assert.ThrowsAny<Exception>(() => Load(changed)).ToString(), StringComparison.Ordinal);
        else Assert.Contains(await CheckAsync(changed), line => line.Contains(named, StringComparison.Ordinal));
    }

    [Fact]
    public void The_configuration_is_one_that_the_worker_takes_and_probes_ask_where_it_answers()
    {
        var settings = Settings();
        var container = Container();
        var port = Assert.Single(container.Ports);
        Assert.Equal(settings.HealthUrl!.Port, port.ContainerPort);
        Assert.Equal("0.0.0.0", settings.HealthUrl.Host);
        foreach (var (probe, path) in new[] { (container.StartupProbe, "/healthz"), (container.LivenessProbe, "/healthz"), (container.ReadinessProbe, "/readyz") })
        {
            Assert.Equal(path, probe.HttpGet.Path);
            Assert.Equal(port.Name, probe.HttpGet.Port.Value);
        }

        // Two on one state: it is in a place that both reach.
        Assert.NotNull(settings.Checkpoints.Blobs);
        var deployment = One<V1Deployment>();
        Assert.Equal(2, deployment.Spec.Replicas);
        Assert.True(deployment.Spec.Template.Spec.TerminationGracePeriodSeconds > settings.StopWithin.TotalSeconds + 5);
        Assert.Equal("run", container.Args[0]);
        var mounted = container.VolumeMounts.Single(mount => mount.Name == "config");
        Assert.Equal($"{mounted.MountPath}/{Assert.Single(One<V1ConfigMap>().Data).Key}", container.Args[2]);
        Assert.Equal(settings.Source.EventHubs.Topics, DefaultHubs());
    }

    [Fact]
    public void The_pod_may_do_nothing_that_it_need_not()
    {
        var pod = One<V1Deployment>().Spec.Template.Spec;
        var container = Container();
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
        Assert.False(pod.AutomountServiceAccountToken);
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
        Assert.Null(container.SecurityContext.Privileged);
        Assert.Null(pod.HostNetwork);

        // What it writes to has a volume, since the root has none.
        Assert.Equal(["/state", "/tmp"], container.VolumeMounts.Where(mount => mount.ReadOnlyProperty != true).Select(mount => mount.MountPath).Order(StringComparer.Ordinal));
        Assert.NotNull(container.Resources.Limits["memory"]);
        Assert.NotNull(container.Resources.Requests["cpu"]);
        Assert.DoesNotContain(container.Env ?? [], variable => Secret().IsMatch(variable.Name));
    }

    [Fact]
    public void Names_meet()
    {
        var deployment = One<V1Deployment>();
        var labels = deployment.Spec.Template.Metadata.Labels;
        Assert.Equal("true", labels["azure.workload.identity/use"]);
        foreach (var selected in new[] { deployment.Spec.Selector.MatchLabels, One<V1PodDisruptionBudget>().Spec.Selector.MatchLabels, One<V1NetworkPolicy>().Spec.PodSelector.MatchLabels })
            Assert.All(selected, pair => Assert.Equal(pair.Value, labels[pair.Key]));
        Assert.Equal(One<V1ServiceAccount>().Metadata.Name, deployment.Spec.Template.Spec.ServiceAccountName);
        Assert.All(Load(s_manifest).OfType<IKubernetesObject<V1ObjectMeta>>().Where(item => item is not V1Namespace), item => Assert.Equal(One<V1Namespace>().Metadata.Name, item.Metadata.NamespaceProperty));

        // The subject that the identity of the template trusts.
        Assert.Contains($"param serviceAccount string = '{One<V1Namespace>().Metadata.Name}:{One<V1ServiceAccount>().Metadata.Name}'", File.ReadAllText(RepositoryFolder.Path("deploy/main.bicep")), StringComparison.Ordinal);
        Assert.Contains("azure.workload.identity/client-id", One<V1ServiceAccount>().Metadata.Annotations.Keys);

        // A way out to the broker's port, and to https.
        var ports = One<V1NetworkPolicy>().Spec.Egress.SelectMany(rule => rule.Ports).Select(allowed => allowed.Port.Value).ToList();
        Assert.Contains(Settings().Source.EventHubs.Brokers!.Split(':')[1], ports);
        Assert.Contains("443", ports);
    }

    // One of two must always be there, and one of them may always be taken away.
    [Fact]
    public void A_node_can_be_drained()
    {
        Assert.Equal("1", One<V1PodDisruptionBudget>().Spec.MinAvailable.Value);
        Assert.True(One<V1Deployment>().Spec.Replicas > 1);
    }

    private static RunSettings Settings()
    {
        var json = Assert.Single(One<V1ConfigMap>().Data).Value;

        // The folder of rules is in the image.
        Assert.Contains("\"/rules\"", json, StringComparison.Ordinal);
        return BicepTests.SettingsOf(json.Replace("\"/rules\"", $"\"{RepositoryFolder.Path("rules")}\"", StringComparison.Ordinal));
    }

    private static V1Container Container() => Assert.Single(One<V1Deployment>().Spec.Template.Spec.Containers);

    private static T One<T>() => Assert.Single(Load(s_manifest).OfType<T>());

    private static List<object> Load(string manifest) => KubernetesYaml.LoadAllFromString(manifest, typeMap: null, strict: true);

    private static IEnumerable<string> DefaultHubs() => HubName().Matches(File.ReadAllText(RepositoryFolder.Path("deploy/main.bicep"))).Select(match => match.Groups["name"].Value);

    private static async Task<string[]> CheckAsync(string manifest)
    {
        string folder;
        try
        {
            folder = await NpmFolder.InstallAsync("tests/Detector.Deploy.Tests/kubernetes", "kubernetes-schemas");
        }
        catch (Exception cause) when (cause is System.ComponentModel.Win32Exception or InvalidOperationException or OperationCanceledException)
        {
            Assert.Skip($"The schemas of Kubernetes cannot be had here, so the manifest is not held against them: {cause.Message}");
            return [];
        }

        using var node = Process.Start(new ProcessStartInfo("node", ["check.js"]) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.StandardInput.WriteAsync(manifest);
        node.StandardInput.Close();
        var output = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, await errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex("^  '(?<name>insights-logs-[a-z]+)'$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex HubName();

    [GeneratedRegex("key|secret|password|connectionstring", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Secret();
}
