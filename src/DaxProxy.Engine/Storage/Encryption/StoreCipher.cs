using System.Security.Cryptography;

namespace DaxProxy.Engine.Storage.Encryption;

/// <summary>The keys of a store, all made of one: for its pages, and for the checksums of its log.</summary>
/// <remarks>Thread-safe. What encrypts is not, so each file that is open has one of its own.</remarks>
internal sealed class StoreCipher
{
    private const int KeyBytes = 32;

    private readonly byte[] pageKey;
    private readonly byte[] logKey;
    private readonly Guid store;

    /// <param name="key">The key that the envelope holds; it is wiped.</param>
    /// <param name="store">Id of the store.</param>
    public StoreCipher(byte[] key, Guid store)
    {
        this.store = store;
        pageKey = HKDF.Expand(HashAlgorithmName.SHA256, key, KeyBytes, "daxproxy pages"u8.ToArray());
        logKey = HKDF.Expand(HashAlgorithmName.SHA256, key, KeyBytes, "daxproxy log"u8.ToArray());
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>What encrypts the pages of one file, for one thread at a time.</summary>
    public PageCipher Open() => new(pageKey, logKey, store);
}
