using System.Security.Cryptography;

namespace DaxProxy.Auth;

/// <summary>A key that signs within one scope: a day, a region and a service.</summary>
/// <remarks>
/// Thread-safe. Setting up an HMAC costs more than signing with it, so each thread keeps the one of the key it signed with last; nearly
/// always the next signature is made with that one, too.
/// </remarks>
/// <param name="key">What <see cref="SignatureV4.DeriveKey"/> made.</param>
internal sealed class SigningKey(byte[] key)
{
    [ThreadStatic]
    private static SigningKey? lastOfThread;

    [ThreadStatic]
    private static IncrementalHash? hmacOfThread;

    private readonly byte[] key = key;

    /// <summary>Signs.</summary>
    /// <param name="stringToSign">What <see cref="SignatureV4.WriteStringToSign"/> made, or what else is to be signed.</param>
    /// <param name="signature">Where to put <see cref="SignatureV4.SignatureBytes"/> bytes.</param>
    public void Sign(ReadOnlySpan<byte> stringToSign, Span<byte> signature)
    {
        if (lastOfThread != this)
        {
            hmacOfThread?.Dispose();
            hmacOfThread = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
            lastOfThread = this;
        }

        hmacOfThread!.AppendData(stringToSign);
        hmacOfThread.GetHashAndReset(signature);
    }
}
