using System.Buffers.Binary;
using DaxProxy.Core.Caching.Core;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Engine.AttributeLists;

/// <summary>A list of attribute names in memory, under its number. Immutable.</summary>
/// <param name="id">The number.</param>
/// <param name="names">The names.</param>
/// <param name="textBytes">Bytes of all names in UTF-8: no fewer than their characters.</param>
internal sealed class KnownList(int id, AttributeNames names, int textBytes)
    : CacheEntry(KeyOf(id), BytesOf(names, textBytes), DateTimeOffset.MaxValue)
{
    /// <summary>The field, the list, and the head of its array.</summary>
    private const int ListBytes = 64;

    /// <summary>The place of a name in the array, the head of its string and its padding.</summary>
    private const int NameBytes = 36;

    /// <summary>The names.</summary>
    public AttributeNames Names => names;

    /// <summary>The bytes that a list is found by.</summary>
    public static byte[] KeyOf(int id)
    {
        byte[] key = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(key, id);
        return key;
    }

    /// <inheritdoc/>
    protected override void OnLeft(RemovalReason why)
    {
        // It is on the disk.
    }

    private static int BytesOf(AttributeNames names, int textBytes) => ListBytes + (names.Count * NameBytes) + (2 * textBytes);
}
