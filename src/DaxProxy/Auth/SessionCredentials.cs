namespace DaxProxy.Auth;

/// <summary>What the holder of a session signs with.</summary>
/// <param name="AccessKeyId">Id of the key.</param>
/// <param name="SecretAccessKey">The secret.</param>
/// <param name="SessionToken">The token, which says what the session is.</param>
internal sealed record SessionCredentials(string AccessKeyId, string SecretAccessKey, string SessionToken);
