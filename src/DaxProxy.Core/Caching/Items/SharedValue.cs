using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Caching.Items;

/// <summary>An item, or that there is none, as bytes that processes keep for each other.</summary>
/// <remarks>
/// <code>
/// value  = flags(1) table(1 + n) [ size(4) length(4) checksum(4) json ]     ; numbers little-endian
/// flags  = 1 there is an item | 2 its json is compressed | 4 its life has no end
/// table  = identity of the table, so that none of another table of the same name is taken for its own
/// size   = what DynamoDB counts for the item; length and checksum (CRC-32) are those of the json before compression
/// json   = of the item; Brotli where that is shorter
/// </code>
/// What is read is not trusted: bytes that do not hold together are no value.
/// </remarks>
internal static class SharedValue
{
    /// <summary>Items of more JSON are not shared.</summary>
    public const int MaxJsonBytes = 1 << 20;

    /// <summary>JSON of more bytes is compressed.</summary>
    public const int CompressAbove = 1024;

    private const byte HasItem = 1, IsCompressed = 2, HasNoEnd = 4;
    private const int NumberBytes = 3 * sizeof(int);

    /// <summary>Compresses fast, to about a third; the best would take a hundred times as long.</summary>
    private const int Quality = 1, Window = 18;

    /// <summary>The bytes; null for what is too large to be shared.</summary>
    public static byte[]? Write(string tableId, Item? item, bool hasNoEnd)
    {
        byte[] table = Encoding.UTF8.GetBytes(tableId);
        if (table.Length > byte.MaxValue || item?.Json.Length > MaxJsonBytes)
        {
            return null;
        }

        ReadOnlySpan<byte> json = item is null ? default : item.Json.Span;
        byte[] value = new byte[2 + table.Length + (item is null ? 0 : NumberBytes) + json.Length];
        value[0] = (byte)((item is null ? 0 : HasItem) | (hasNoEnd ? HasNoEnd : 0));
        value[1] = (byte)table.Length;
        table.CopyTo(value, 2);
        if (item is null)
        {
            return value;
        }

        Span<byte> numbers = value.AsSpan(2 + table.Length, NumberBytes);
        BinaryPrimitives.WriteInt32LittleEndian(numbers, item.SizeBytes);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[4..], json.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(numbers[8..], Crc32.HashToUInt32(json));
        Span<byte> room = value.AsSpan(2 + table.Length + NumberBytes);
        if (json.Length > CompressAbove && BrotliEncoder.TryCompress(json, room, out int written, Quality, Window) && written < json.Length)
        {
            value[0] |= IsCompressed;
            return value[..^(json.Length - written)];
        }

        json.CopyTo(room);
        return value;
    }

    /// <summary>What the bytes say of a table of this identity; false if they say nothing of it.</summary>
    /// <param name="value">The bytes.</param>
    /// <param name="tableId">Identity of the table.</param>
    /// <param name="item">The item; null where there is none.</param>
    /// <param name="hasNoEnd">Whether its life has no end.</param>
    public static bool TryRead(ReadOnlySpan<byte> value, string tableId, out Item? item, out bool hasNoEnd)
    {
        item = null;
        hasNoEnd = false;
        if (value.Length < 2 || value.Length < 2 + value[1] || !value.Slice(2, value[1]).SequenceEqual(Encoding.UTF8.GetBytes(tableId)))
        {
            return false;
        }

        byte flags = value[0];
        hasNoEnd = (flags & HasNoEnd) != 0;
        value = value[(2 + value[1])..];
        return (flags & HasItem) == 0 ? value.IsEmpty : TryReadItem(value, (flags & IsCompressed) != 0, out item);
    }

    private static bool TryReadItem(ReadOnlySpan<byte> value, bool isCompressed, [NotNullWhen(true)] out Item? item)
    {
        item = null;
        if (value.Length < NumberBytes)
        {
            return false;
        }

        int size = BinaryPrimitives.ReadInt32LittleEndian(value), length = BinaryPrimitives.ReadInt32LittleEndian(value[4..]);
        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(value[8..]);
        ReadOnlySpan<byte> json = value[NumberBytes..];
        if (length is < 0 or > MaxJsonBytes || size < 0)
        {
            return false;
        }

        if (isCompressed)
        {
            byte[] whole = new byte[length];
            if (!BrotliDecoder.TryDecompress(json, whole, out int written) || written != length)
            {
                return false;
            }

            json = whole;
        }

        if (json.Length != length || Crc32.HashToUInt32(json) != checksum)
        {
            return false;
        }

        item = Item.FromJson(json, size);
        return true;
    }
}
