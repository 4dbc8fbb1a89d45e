using Detector.Host.Azure;

namespace Detector.Host.Replay;

/// <summary>Which workspace to read, and as whom.</summary>
internal sealed record WorkspaceOptions
{
    /// <summary>The workspace ID.</summary>
    public required Guid Id { get; init; }

    /// <summary>Who asks.</summary>
    public CredentialKind Credential { get; init; } = CredentialKind.AzureCli;

    /// <summary>Of a managed or workload identity, which; null for the one that the machine has.</summary>
    public string? ClientId { get; init; }

    /// <summary>The query API of another cloud; null for the public one.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The tables to read; none for all that hold Entra logs.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>Whether a text is an address that may be asked: https, or a stand-in on this machine.</summary>
    public static bool IsEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    /// <summary>Whether a text is a name that a table can have.</summary>
    public static bool IsTable(string text) => text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
