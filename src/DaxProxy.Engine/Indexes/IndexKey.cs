using System.Buffers;
using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Indexes;

/// <summary>
/// The <c>key</c> column of index entries: the partition attributes, each self-delimiting, then the sort attributes in an encoding that sorts.
/// A single sort attribute runs to the end as it is; several are terminated, so that they sort one after another.
/// </summary>
/// <remarks>
/// A terminated part writes a zero byte as <c>00 FF</c> and ends with <c>00 01</c>: no part is a prefix of another, and shorter sorts first.
/// </remarks>
internal static class IndexKey
{
    /// <summary>The key of an item that has every attribute of the index's key.</summary>
    public static byte[] Of(IndexInfo index, AttributeMap item)
    {
        ArrayBufferWriter<byte> key = new(256);
        foreach (KeyAttribute hash in index.Hash)
        {
            WriteHash(item[hash.Name], key);
        }

        foreach (KeyAttribute range in index.Range)
        {
            WriteRange(index, item[range.Name], key);
        }

        return key.WrittenSpan.ToArray();
    }

    /// <summary>Appends one attribute of the partition key.</summary>
    public static void WriteHash(AttributeValue value, ArrayBufferWriter<byte> key) =>
        key.Advance(KeyEncoding.WriteSelfDelimiting(value, key.GetSpan(KeyEncoding.MaxKeyBytes)));

    /// <summary>Appends one attribute of the sort key.</summary>
    public static void WriteRange(IndexInfo index, AttributeValue value, ArrayBufferWriter<byte> key)
    {
        if (index.Range.Count == 1)
        {
            key.Advance(KeyEncoding.WriteOrdered(value, key.GetSpan(KeyEncoding.MaxKeyBytes)));
            return;
        }

        Span<byte> part = stackalloc byte[KeyEncoding.MaxKeyBytes];
        foreach (byte b in part[..KeyEncoding.WriteOrdered(value, part)])
        {
            ReadOnlySpan<byte> escaped = b == 0 ? [0x00, 0xFF] : [b];
            key.Write(escaped);
        }

        ReadOnlySpan<byte> terminator = [0x00, 0x01];
        key.Write(terminator);
    }
}
