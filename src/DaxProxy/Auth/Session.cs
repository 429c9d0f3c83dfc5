namespace DaxProxy.Auth;

/// <summary>A role that a caller has taken on for a while: what a session token says.</summary>
/// <param name="Role">Name of the role.</param>
/// <param name="Name">Name of the session, as the caller chose it.</param>
/// <param name="IssuedAt">When it began, in seconds since 1970.</param>
/// <param name="ExpiresAt">When it ends, in seconds since 1970.</param>
/// <param name="Tags">Its tags, no name twice.</param>
/// <param name="Policy">The document of the policy that limits it; empty for none.</param>
/// <param name="Nonce">What tells it from another one that says the same, so that no two have one key.</param>
/// <remarks>Immutable.</remarks>
internal sealed record Session(
    string Role, string Name, long IssuedAt, long ExpiresAt, IReadOnlyDictionary<string, string> Tags, string Policy, string Nonce);
