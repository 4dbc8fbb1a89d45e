using Azure.Core;
using Azure.Identity;

namespace Detector.Host.Run.Settings;

/// <summary>Ways to prove to a service of Azure who we are. Chosen, not probed for: a chain of credentials picks up what nobody meant it to.</summary>
internal static class Credentials
{
    public const string ManagedIdentity = "managed-identity";
    public const string WorkloadIdentity = "workload-identity";
    public const string AzureCli = "azure-cli";

    /// <summary>Those that ask Entra for a token.</summary>
    public static readonly IReadOnlyList<string> Entra = [ManagedIdentity, WorkloadIdentity, AzureCli];

    /// <summary>The credential; null for a way that needs none.</summary>
    public static TokenCredential? Of(string auth, string? clientId) => auth switch
    {
        ManagedIdentity => new ManagedIdentityCredential(clientId is { } id ? ManagedIdentityId.FromUserAssignedClientId(id) : ManagedIdentityId.SystemAssigned),
        WorkloadIdentity => new WorkloadIdentityCredential(clientId is { } id ? new WorkloadIdentityCredentialOptions { ClientId = id } : null),
        AzureCli => new AzureCliCredential(),
        _ => null,
    };
}
