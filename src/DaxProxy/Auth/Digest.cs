using System.Buffers;
using System.Security.Cryptography;

namespace DaxProxy.Auth;

/// <summary>SHA-256 of short texts.</summary>
/// <remarks>Thread-safe. Setting a hash up takes as long as making one, so each thread keeps the one that it has.</remarks>
internal static class Digest
{
    [ThreadStatic]
    private static IncrementalHash? ofThread;

    /// <summary>Makes a digest of a text in one piece.</summary>
    /// <param name="text">The text.</param>
    /// <param name="digest">Where to put 32 bytes.</param>
    public static void Of(ReadOnlySpan<byte> text, Span<byte> digest)
    {
        IncrementalHash hash = OfThread();
        hash.AppendData(text);
        hash.GetHashAndReset(digest);
    }

    /// <summary>Makes a digest of a text in several pieces.</summary>
    /// <param name="text">The text.</param>
    /// <param name="digest">Where to put 32 bytes.</param>
    public static void Of(in ReadOnlySequence<byte> text, Span<byte> digest)
    {
        IncrementalHash hash = OfThread();
        foreach (ReadOnlyMemory<byte> piece in text)
        {
            hash.AppendData(piece.Span);
        }

        hash.GetHashAndReset(digest);
    }

    private static IncrementalHash OfThread() => ofThread ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
}
