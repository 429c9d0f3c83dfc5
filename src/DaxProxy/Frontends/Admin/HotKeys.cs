using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using DaxProxy.Backends;
using DaxProxy.Core.Caching.HotKeys;
using DaxProxy.Core.Items;
using DaxProxy.Options;

namespace DaxProxy.Frontends.Admin;

/// <summary>The body of <c>/api/hot-keys</c>: which keys and which queries are read most.</summary>
internal static class HotKeys
{
    /// <summary>How many of each kind are shown at most.</summary>
    private const int MostShown = 50;

    private const int ShownBytes = 8;

    /// <summary>What makes a hash that is shown say nothing of the one that it is made of, nor of the seed behind that.</summary>
    private static readonly byte[] Secret = RandomNumberGenerator.GetBytes(32);

    /// <summary>Writes it.</summary>
    /// <param name="display">What may be shown at all.</param>
    /// <param name="maySeeKeys">Whether who asks may see keys.</param>
    /// <param name="caches">The caches; null when there are none.</param>
    public static byte[] Write(HotKeyDisplay display, bool maySeeKeys, CacheLayer? caches)
    {
        bool showsKeys = display == HotKeyDisplay.Keys && maySeeKeys;
        ArrayBufferWriter<byte> output = new();
        using Utf8JsonWriter writer = new(output, AttributeJson.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("shows", showsKeys ? "keys" : display == HotKeyDisplay.Off ? "off" : "hashes");
        WriteReads(writer, "items", caches?.Items.HotKeys(MostShown) ?? [], showsKeys);
        WriteReads(writer, "queries", caches?.Pages.HotQueries(MostShown) ?? [], showsKeys);
        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A hash as it is shown in the place of a key.</summary>
    public static string Shown(ulong hash)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, hash);
        return Convert.ToHexStringLower(HMACSHA256.HashData(Secret, bytes).AsSpan(0, ShownBytes));
    }

    private static void WriteReads(Utf8JsonWriter writer, string member, IReadOnlyList<HotRead> reads, bool showsKeys)
    {
        writer.WriteStartArray(member);
        foreach (HotRead read in reads)
        {
            writer.WriteStartObject();
            writer.WriteString("table", read.TableName);
            if (read.IndexName is not null)
            {
                writer.WriteString("index", read.IndexName);
            }

            writer.WriteString("operation", read.Operation);
            if (showsKeys && read.Key is not null)
            {
                writer.WritePropertyName("key");
                AttributeJson.Write(writer, read.Key);
            }

            writer.WriteString("hash", Shown(read.Hash));
            writer.WriteNumber("readsPerSecond", read.ReadsPerSecond);
            writer.WriteNumber("leastReadsPerSecond", read.LeastReadsPerSecond);
            writer.WriteNumber("share", read.Share);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
