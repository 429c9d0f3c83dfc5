using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace DaxProxy.Recording;

/// <summary>Makes hashes of keys that tell equal ones from different ones, and nothing else. Thread-safe.</summary>
/// <remarks>
/// HMAC-SHA-256 with a secret that is drawn for one recording and kept nowhere: without it not even a key that could be guessed, as a
/// customer's number, can be looked for in a trace, and two traces cannot be laid side by side. 64 bits are shown; of a million keys two
/// have the same with a chance of one in thirty million.
/// </remarks>
internal sealed class KeyHasher
{
    private const int ShownBytes = 8;

    private readonly byte[] secret = RandomNumberGenerator.GetBytes(32);

    /// <summary>The hash of a thing of a table.</summary>
    /// <param name="kind">What it is: things of different kinds have different hashes.</param>
    /// <param name="table">Name of the table, or of a table and an index; without a NUL.</param>
    /// <param name="thing">What is hashed.</param>
    public string Of(char kind, string table, ReadOnlySpan<byte> thing)
    {
        using IncrementalHash hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hash.AppendData([(byte)kind]);
        hash.AppendData(Encoding.UTF8.GetBytes(table));
        hash.AppendData([0]);
        hash.AppendData(thing);
        return Base64Url.EncodeToString(hash.GetHashAndReset().AsSpan(0, ShownBytes));
    }
}
