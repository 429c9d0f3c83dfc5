namespace DaxProxy.Core.Wire.Dax;

/// <summary>Who opens a connection, and the proof: what <c>authorizeConnection</c> carries.</summary>
/// <param name="AccessKeyId">The name of the key.</param>
/// <param name="Signature">64 hexadecimal digits, as sent.</param>
/// <param name="StringToSign">What was signed, as sent.</param>
/// <param name="SessionToken">The token of temporary credentials, which is not signed; null for none.</param>
/// <param name="UserAgent">The client; null where it does not say.</param>
public sealed record ConnectionAuthorization(
    string AccessKeyId, string Signature, byte[] StringToSign, string? SessionToken, string? UserAgent)
{
    /// <summary>How far the clock of a client may be off.</summary>
    public static TimeSpan MaxSkew { get; } = TimeSpan.FromMinutes(15);

    /// <summary>Whether the signature proves that the caller has the secret of the key, now.</summary>
    /// <param name="secretAccessKey">The secret of <see cref="AccessKeyId"/>.</param>
    /// <param name="now">The time.</param>
    public bool IsSignedWith(string secretAccessKey, DateTimeOffset now) => throw new NotImplementedException();
}
