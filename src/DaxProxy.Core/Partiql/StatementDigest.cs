using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Partiql;

/// <summary>Digests of statements with their parameters, by which one request is told from another.</summary>
internal static class StatementDigest
{
    /// <summary>Of a whole transaction.</summary>
    public static byte[] Of(IEnumerable<ExecuteStatement> statements)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ExecuteStatement statement in statements)
        {
            Append(hash, statement);
        }

        return hash.GetHashAndReset();
    }

    /// <summary>Adds the text and the parameters, each with its length before it.</summary>
    public static void Append(IncrementalHash hash, ExecuteStatement statement)
    {
        AppendPart(hash, Encoding.UTF8.GetBytes(statement.Statement));
        ArrayBufferWriter<byte> parameters = new();
        using (Utf8JsonWriter writer = new(parameters, AttributeJson.WriterOptions))
        {
            writer.WriteStartArray();
            foreach (Decoded<AttributeValue> parameter in statement.Parameters)
            {
                AttributeJson.Write(writer, parameter.Value!);
            }

            writer.WriteEndArray();
        }

        AppendPart(hash, parameters.WrittenSpan);
    }

    private static void AppendPart(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
