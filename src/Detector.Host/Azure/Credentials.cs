using System.Diagnostics;
using Azure.Core;
using Azure.Identity;

namespace Detector.Host.Azure;

/// <summary>Makes the credential that was asked for, and no other.</summary>
internal static class Credentials
{
    /// <summary>The words for <see cref="CredentialKind"/> on command lines and in configuration.</summary>
    public static readonly IReadOnlyDictionary<string, CredentialKind> Words = new Dictionary<string, CredentialKind>(StringComparer.OrdinalIgnoreCase)
    {
        ["azure-cli"] = CredentialKind.AzureCli,
        ["managed-identity"] = CredentialKind.ManagedIdentity,
        ["workload-identity"] = CredentialKind.WorkloadIdentity,
        ["environment"] = CredentialKind.Environment,
    };

    /// <summary>A credential. Nothing is asked of anybody yet.</summary>
    /// <param name="kind">Whose.</param>
    /// <param name="clientId">Of several identities, which; null for the only one.</param>
    public static TokenCredential Of(CredentialKind kind, string? clientId = null) => kind switch
    {
        CredentialKind.AzureCli => new AzureCliCredential(),
        CredentialKind.ManagedIdentity => new ManagedIdentityCredential(clientId is null ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(clientId)),
        CredentialKind.WorkloadIdentity => clientId is null ? new WorkloadIdentityCredential() : new WorkloadIdentityCredential(new WorkloadIdentityCredentialOptions { ClientId = clientId }),
        CredentialKind.Environment => new EnvironmentCredential(),
        _ => throw new UnreachableException(),
    };
}
