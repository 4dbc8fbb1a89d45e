namespace Detector.Host.Azure;

/// <summary>As whom the program speaks to Azure. It is always named: trying one after the other could find somebody else's.</summary>
internal enum CredentialKind
{
    /// <summary>Whoever is logged in with <c>az login</c>: for people.</summary>
    AzureCli,

    /// <summary>The identity of the virtual machine, container or app.</summary>
    ManagedIdentity,

    /// <summary>The identity of a Kubernetes service account.</summary>
    WorkloadIdentity,

    /// <summary>What <c>AZURE_CLIENT_ID</c>, <c>AZURE_TENANT_ID</c> and a certificate or secret beside them say.</summary>
    Environment,
}
