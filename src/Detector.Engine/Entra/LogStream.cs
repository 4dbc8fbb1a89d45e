namespace Detector.Engine.Entra;

/// <summary>The streams that Entra exports, as far as Detector knows them.</summary>
internal enum LogStream
{
    /// <summary>Something else, or not known.</summary>
    Other,

    /// <summary>Directory and PIM audit.</summary>
    Audit,

    /// <summary>Interactive sign-ins.</summary>
    SignIn,

    /// <summary>Sign-ins by a client on behalf of a user.</summary>
    NonInteractiveSignIn,

    /// <summary>Sign-ins of service principals.</summary>
    ServicePrincipalSignIn,

    /// <summary>Sign-ins of managed identities.</summary>
    ManagedIdentitySignIn,
}

/// <summary>Names of the streams in the several shapes of log.</summary>
internal static class LogStreams
{
    /// <summary>What <c>operationName</c> is for sign-ins, in every shape (Graph leaves it out).</summary>
    public const string SignInOperation = "Sign-in activity";

    private static readonly string[] s_names = ["", "AuditLogs", "SignInLogs", "NonInteractiveUserSignInLogs", "ServicePrincipalSignInLogs", "ManagedIdentitySignInLogs"];

    private static readonly string[] s_tables = ["", "AuditLogs", "SigninLogs", "AADNonInteractiveUserSignInLogs", "AADServicePrincipalSignInLogs", "AADManagedIdentitySignInLogs"];

    private static readonly string[] s_graphTypes = ["", "", "interactiveUser", "nonInteractiveUser", "servicePrincipal", "managedIdentity"];

    /// <summary>The names in <c>Category</c>, by stream; the first is empty.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <summary>The stream of a name in <c>Category</c>.</summary>
    public static LogStream OfName(string? name) => (LogStream)Math.Max(0, Array.IndexOf(s_names, name ?? ""));

    /// <summary>The name in <c>Category</c>.</summary>
    public static string Name(this LogStream stream) => s_names[(int)stream];

    /// <summary>Whether it is one of the sign-in streams.</summary>
    public static bool IsSignIn(this LogStream stream) => stream >= LogStream.SignIn;

    /// <summary>Whether no user takes part: these rows have no <c>User</c> fields.</summary>
    public static bool IsWorkload(this LogStream stream) => stream >= LogStream.ServicePrincipalSignIn;

    /// <summary>The stream with this category in diagnostic logs; Other for a category that is none.</summary>
    public static LogStream OfCategory(ReadOnlySpan<byte> category) => Find(s_names, category);

    /// <summary>The stream of a Log Analytics table.</summary>
    public static LogStream OfTable(ReadOnlySpan<byte> table) => Find(s_tables, table);

    /// <summary>The stream of a Graph <c>signInEventTypes</c> entry.</summary>
    public static LogStream OfGraphType(ReadOnlySpan<byte> type) => Find(s_graphTypes, type);

    private static LogStream Find(string[] names, ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty) return LogStream.Other;
        for (var i = 1; i < names.Length; i++)
        {
            if (names[i].Length == name.Length && System.Text.Ascii.EqualsIgnoreCase(name, names[i])) return (LogStream)i;
        }

        return LogStream.Other;
    }
}
