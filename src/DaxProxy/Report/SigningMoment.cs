using DaxProxy.Auth;

namespace DaxProxy.Report;

/// <summary>What all requests of one second are signed with. Immutable.</summary>
/// <param name="Second">Seconds since 1970.</param>
/// <param name="Timestamp">The value of <c>x-amz-date</c>.</param>
/// <param name="Scope">What the signature is good for.</param>
/// <param name="AccessKeyId">Name of the secret.</param>
/// <param name="Token">The token of a session; null where the key needs none.</param>
/// <param name="Key">The secret's key for the scope.</param>
internal sealed record SigningMoment(long Second, string Timestamp, string Scope, string AccessKeyId, string? Token, SigningKey Key);
