using DaxProxy.Core.Wire.Dax;

namespace DaxProxy.Auth;

/// <summary>
/// Signs the connections that this node opens to others, which verify them: with the first of the keys that its own callers may sign with.
/// </summary>
/// <remarks>
/// Thread-safe. The nodes of a cluster have the same keys, so what is good here is good there: see <see cref="ConnectionVerifier"/>.
/// </remarks>
/// <param name="keys">The keys.</param>
/// <param name="region">The region that the other nodes want signatures for.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectionSigner(KeyStore keys, string region, TimeProvider time)
{
    /// <summary>Says who opens a connection now.</summary>
    /// <param name="userAgent">How the node names itself.</param>
    public ConnectionAuthorization Sign(string userAgent)
    {
        DateTimeOffset now = time.GetUtcNow();
        string scope = SignatureV4.Scope(now, region, ConnectionForm.Service);
        byte[] room = new byte[SignatureV4.MaxStringBytes(scope)];
        byte[] stringToSign = room[..ConnectionForm.WriteStringToSign(room, ConnectionForm.Host, SignatureV4.Timestamp(now), scope)];
        AccessKey key = keys.First;
        Span<byte> signature = stackalloc byte[SignatureV4.SignatureBytes];
        key.KeyFor(scope).Sign(stringToSign, signature);
        return new ConnectionAuthorization(key.Id, Convert.ToHexStringLower(signature), stringToSign, null, userAgent);
    }
}
