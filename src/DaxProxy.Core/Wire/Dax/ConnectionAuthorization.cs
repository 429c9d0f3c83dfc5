namespace DaxProxy.Core.Wire.Dax;

/// <summary>Who opens a connection, and the proof: what <c>authorizeConnection</c> carries. Nothing of it has been verified.</summary>
/// <param name="AccessKeyId">The name of the key.</param>
/// <param name="Signature">64 hexadecimal digits, as sent.</param>
/// <param name="StringToSign">What was signed, as sent.</param>
/// <param name="SessionToken">The token of temporary credentials, which is not signed; null for none.</param>
/// <param name="UserAgent">The client; null where it does not say.</param>
public sealed record ConnectionAuthorization(
    string AccessKeyId, string Signature, byte[] StringToSign, string? SessionToken, string? UserAgent);
