using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Partiql;

/// <summary>Where a SELECT goes on: which of its reads, and after which entry of it.</summary>
/// <remarks>
/// The text is base64url of <c>digest[16] read[2] key</c>. The digest covers the statement, its parameters and the rest of the token, so
/// that a token of another statement or a damaged one is refused; it is no secret, and what is behind it is checked like a start key.
/// Tokens need no memory, and another instance of the proxy may go on.
/// </remarks>
/// <param name="Read">Position of the read.</param>
/// <param name="Start">Key of the entry; null to begin the read.</param>
internal readonly record struct NextToken(int Read, AttributeMap? Start)
{
    private const int DigestBytes = 16;
    private const int HeadBytes = DigestBytes + sizeof(ushort);

    /// <summary>Longest token in characters. Source: the service's documented limit.</summary>
    private const int MaxLength = 32_768;

    /// <summary>The token's text, for going on with this request.</summary>
    public string Write(ExecuteStatement request)
    {
        ArrayBufferWriter<byte> token = new();
        token.GetSpan(HeadBytes)[..HeadBytes].Clear();
        token.Advance(HeadBytes);
        if (Start is not null)
        {
            using Utf8JsonWriter writer = new(token, AttributeJson.WriterOptions);
            AttributeJson.Write(writer, Start);
        }

        byte[] bytes = token.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(DigestBytes), (ushort)Read);
        Digest(request, bytes.AsSpan(DigestBytes)).CopyTo(bytes, 0);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads the request's token; where it has none, the beginning. False for a token of something else.</summary>
    public static bool TryRead(ExecuteStatement request, out NextToken token)
    {
        token = default;
        if (request.NextToken is null)
        {
            return true;
        }

        if (request.NextToken.Length > MaxLength || !Base64Url.IsValid(request.NextToken, out int length) || length < HeadBytes)
        {
            return false;
        }

        byte[] bytes = Base64Url.DecodeFromChars(request.NextToken);
        if (!Digest(request, bytes.AsSpan(DigestBytes)).AsSpan().SequenceEqual(bytes.AsSpan(0, DigestBytes)))
        {
            return false;
        }

        try
        {
            AttributeMap? start = length == HeadBytes ? null : AttributeJson.Read(bytes.AsSpan(HeadBytes));
            token = new NextToken(BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(DigestBytes)), start);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            // The digest matches and the rest is invalid: a client computed the digest itself.
            return false;
        }
    }

    private static byte[] Digest(ExecuteStatement request, ReadOnlySpan<byte> rest)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        StatementDigest.Append(hash, request);
        hash.AppendData(rest);
        return hash.GetHashAndReset()[..DigestBytes];
    }
}
