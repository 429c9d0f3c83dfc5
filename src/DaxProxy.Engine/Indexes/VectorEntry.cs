using System.Buffers;
using System.Text;
using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Indexes;

/// <summary>What one item contributes to one vector index.</summary>
/// <param name="Row">Where the entry lies: its partition, which is the empty key in an index without partition key.</param>
/// <param name="Vector">The vector.</param>
/// <param name="Filters">The attributes of the search schema that the item has, as JSON; empty where there are none.</param>
/// <param name="Content">What the index holds beside the vector.</param>
/// <param name="SizeBytes">Bytes of the entry as the service counts them.</param>
internal sealed record VectorEntry(RowKey Row, float[] Vector, ReadOnlyMemory<byte> Filters, StoredItem Content, int SizeBytes)
{
    /// <summary>
    /// The entry of an item; null when the item lacks a vector or the partition key, and so is not in the index. A wrong type or length can
    /// only be an item older than the index; such items stay out of it.
    /// </summary>
    public static VectorEntry? Of(EngineTable table, EngineVectorIndex index, AttributeMap item)
    {
        string name = index.Definition.VectorAttribute;
        if (VectorValues.Read(item.GetValueOrDefault(name), index.Dimensions) is not { } vector
            || PartitionOf(index, item) is not { } row)
        {
            return null;
        }

        AttributeMap filters = [];
        foreach (KeyAttribute element in index.Schema)
        {
            if (item.TryGetValue(element.Name, out AttributeValue? value))
            {
                if (value.Type != element.Type)
                {
                    return null;
                }

                filters.Add(element.Name, value);
            }
        }

        AttributeMap projected = [];
        foreach ((string attribute, AttributeValue value) in item)
        {
            if (index.Holds(table.KeySchema, attribute))
            {
                projected.Add(attribute, value);
            }
        }

        Item content = Item.FromAttributes(projected);
        return new VectorEntry(
            row,
            vector,
            filters.Count == 0 ? default : Item.FromAttributes(filters).Json,
            new StoredItem(content, content.SizeBytes),
            content.SizeBytes + VectorBytes(index));
    }

    /// <summary>Bytes of each vector of an index, as the service counts what is written: four for each dimension, and the name.</summary>
    public static int VectorBytes(EngineVectorIndex index) =>
        (sizeof(float) * index.Dimensions) + Encoding.UTF8.GetByteCount(index.Definition.VectorAttribute);

    /// <summary>Writes the entry.</summary>
    /// <param name="rows">The rows to change.</param>
    /// <param name="index">The index.</param>
    /// <param name="item">Where the item lies.</param>
    public void Put(ItemRows rows, EngineVectorIndex index, RowKey item)
    {
        rows.PutEntry(index.Id, Row, item, Content);
        rows.PutVector(index.Id, Row, item, Filters.Span, VectorValues.ToBytes(Vector));
    }

    /// <summary>The partition of a value of the partition key.</summary>
    public static RowKey Partition(AttributeValue hash)
    {
        ArrayBufferWriter<byte> key = new(256);
        KeyLayout.WriteHash(hash, key);
        return new RowKey(RowKey.HashColumn(hash), key.WrittenSpan.ToArray());
    }

    /// <summary>The only partition of an index without partition key.</summary>
    public static RowKey Whole => new(0, []);

    /// <summary>Whether another entry of the same item says the same.</summary>
    public bool SaysTheSameAs(VectorEntry other) => Row.Key.AsSpan().SequenceEqual(other.Row.Key)
        && Vector.AsSpan().SequenceEqual(other.Vector)
        && Content.Holds(other.Content.Item);

    private static RowKey? PartitionOf(EngineVectorIndex index, AttributeMap item)
    {
        if (index.Hash is null)
        {
            return Whole;
        }

        return KeyRules.Fits(item, index.Hash, isHash: true) ? Partition(item[index.Hash.Name]) : null;
    }
}
