using System.Security.Cryptography.X509Certificates;
using Detector.Sinks.Http;

namespace Detector.Host.Run.Settings.Sinks;

/// <summary>How a sink reaches its service.</summary>
internal sealed record NetSettings(IReadOnlyList<string> AllowedHosts, Uri? Proxy, X509Certificate2Collection? TrustedRoots, TimeSpan Deadline)
{
    public SinkHttp Client(IEnumerable<string> secrets, TimeProvider clock) => new(new SinkHttpOptions { AllowedHosts = AllowedHosts, Proxy = Proxy, TrustedRoots = TrustedRoots, Secrets = [.. secrets], Clock = clock });
}
