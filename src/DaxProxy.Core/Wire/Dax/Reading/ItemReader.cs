using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Core.Wire.Dax.Reading;

/// <summary>Keys and items of a request.</summary>
/// <remarks>
/// A key is one byte string made by the table's schema (<see cref="ItemKey"/>); the other attributes of an item are a second one, the
/// number of an attribute list and one value for each of its names. Source: the key and item encoders of the public clients.
/// </remarks>
internal static class ItemReader
{
    /// <summary>
    /// Values that take more cannot be an item of 400 KB: the encoding that is longest for its size is a float of nine bytes, which counts
    /// two.
    /// </summary>
    private const int MaxValuesBytes = 5 * ItemSize.MaxItemBytes;

    /// <summary>The key attributes; a fault where the bytes are no key of this schema.</summary>
    public static Decoded<AttributeMap> ReadKey(ReadOnlySpan<byte> key, KeySchema schema)
    {
        try
        {
            return new ItemKey(key.ToArray()).Decode(schema);
        }
        catch (FormatException)
        {
            return new(null, TableFaults.KeyDoesNotMatch.Message);
        }
    }

    /// <summary>An item: the key attributes, then those of the values.</summary>
    public static Decoded<AttributeMap> ReadItem(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> values,
        KeySchema schema,
        IReadOnlyDictionary<int, AttributeNames> lists,
        ValidationLayer layer)
    {
        Decoded<AttributeMap> item = ReadKey(key, schema);
        if (item.Value is not { } attributes)
        {
            return item;
        }

        if (values.Length > MaxValuesBytes)
        {
            return new(null, RequestFaults.ItemTooLarge.Message);
        }

        CborReader reader = new(values);
        if (!TryFindNames(reader.ReadInt32(), lists, out AttributeNames? names))
        {
            return new(null, DaxFaults.UnknownAttributeList.Message);
        }

        foreach (string name in names!)
        {
            if (name.Length == 0)
            {
                return new(null, ValueFaults.EmptyName);
            }

            Decoded<AttributeValue> value = ValueReader.Read(ref reader, layer);
            if (value.Fault is { } fault)
            {
                return new(null, fault);
            }

            if (!attributes.TryAdd(name, value.Value!))
            {
                // A name twice in a list, or a key attribute that is in the key already.
                throw CborReader.Malformed();
            }
        }

        return reader.IsAtEnd ? item : throw CborReader.Malformed();
    }

    /// <summary>The number of the attribute list that values begin with.</summary>
    public static int ReadListId(ReadOnlySpan<byte> values) => new CborReader(values).ReadInt32();

    private static bool TryFindNames(int id, IReadOnlyDictionary<int, AttributeNames> lists, out AttributeNames? names)
    {
        names = id == AttributeNames.EmptyId ? AttributeNames.Empty : null;
        return names is not null || lists.TryGetValue(id, out names);
    }
}
