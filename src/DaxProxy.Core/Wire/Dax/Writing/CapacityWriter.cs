using System.Buffers;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Core.Wire.Dax.Writing;

/// <summary>Consumed capacity and item collections of an answer.</summary>
/// <remarks>
/// <code>
/// capacity   = &lt;&lt; table, total, table units | null, { index: units } | null, { index: units } | null &gt;&gt; ; global, then local
/// extended   = { 4: table, 1: units, 2 or 3: units, 5: { 1: units … }, 6: { index: { 1: units … } }, 7: … }
/// collection = &lt;&lt; partition key, lower, upper &gt;&gt;
/// </code>
/// All numbers are floats: some clients refuse integers. Source: the response decoders of the public clients.
/// </remarks>
internal static class CapacityWriter
{
    /// <summary>The plain form, a byte string.</summary>
    public static void Write(CborWriter writer, ConsumedCapacity capacity)
    {
        ArrayBufferWriter<byte> content = new();
        CborWriter inner = new(content);
        inner.Text(capacity.TableName);
        inner.Double(capacity.TotalUnits);
        if (capacity.ShowShares)
        {
            inner.Double(capacity.TableUnits);
        }
        else
        {
            inner.Null();
        }

        WriteIndexes(inner, capacity.ShowShares ? capacity.GlobalIndexUnits : null);
        WriteIndexes(inner, capacity.ShowShares ? capacity.LocalIndexUnits : null);
        writer.Bytes(content.WrittenSpan);
    }

    /// <summary>The plain forms of a batch, an array.</summary>
    public static void WriteAll(CborWriter writer, IReadOnlyList<ConsumedCapacity>? capacities)
    {
        writer.BeginArray(capacities?.Count ?? 0);
        foreach (ConsumedCapacity capacity in capacities ?? [])
        {
            Write(writer, capacity);
        }
    }

    /// <summary>The extended forms of a transaction, an array.</summary>
    public static void WriteExtended(CborWriter writer, IReadOnlyList<ConsumedCapacity>? capacities)
    {
        writer.BeginArray(capacities?.Count ?? 0);
        foreach (ConsumedCapacity capacity in capacities ?? [])
        {
            int? split = SplitKey(capacity);
            bool hasGlobal = capacity.ShowShares && capacity.GlobalIndexUnits is not null;
            bool hasLocal = capacity.ShowShares && capacity.LocalIndexUnits is not null;
            writer.BeginMap(2 + (split is null ? 0 : 1) + (capacity.ShowShares ? 1 : 0) + (hasGlobal ? 1 : 0) + (hasLocal ? 1 : 0));
            writer.Int(4);
            writer.Text(capacity.TableName);
            WriteUnits(writer, capacity.TotalUnits, split);
            if (capacity.ShowShares)
            {
                writer.Int(5);
                writer.BeginMap(split is null ? 1 : 2);
                WriteUnits(writer, capacity.TableUnits, split);
            }

            WriteExtendedIndexes(writer, 6, hasGlobal ? capacity.GlobalIndexUnits : null, split);
            WriteExtendedIndexes(writer, 7, hasLocal ? capacity.LocalIndexUnits : null, split);
        }
    }

    /// <summary>An item collection, a byte string.</summary>
    public static void Write(CborWriter writer, ItemCollectionMetrics metrics)
    {
        ArrayBufferWriter<byte> content = new();
        CborWriter inner = new(content);
        ValueWriter.Write(inner, metrics.ItemCollectionKey.Values.Single());
        inner.Double(metrics.LowerGigabytes);
        inner.Double(metrics.UpperGigabytes);
        writer.Bytes(content.WrittenSpan);
    }

    /// <summary>The item collections of a batch or transaction, a map of arrays by table.</summary>
    public static void WriteAll(CborWriter writer, IReadOnlyList<KeyValuePair<string, IReadOnlyList<ItemCollectionMetrics>>>? tables)
    {
        writer.BeginMap(tables?.Count ?? 0);
        foreach ((string table, IReadOnlyList<ItemCollectionMetrics> collections) in tables ?? [])
        {
            writer.Text(table);
            writer.BeginArray(collections.Count);
            foreach (ItemCollectionMetrics metrics in collections)
            {
                Write(writer, metrics);
            }
        }
    }

    private static void WriteIndexes(CborWriter writer, IReadOnlyDictionary<string, double>? indexes)
    {
        if (indexes is null)
        {
            writer.Null();
            return;
        }

        writer.BeginMap(indexes.Count);
        foreach ((string name, double units) in indexes)
        {
            writer.Text(name);
            writer.Double(units);
        }
    }

    private static void WriteExtendedIndexes(CborWriter writer, int key, IReadOnlyDictionary<string, double>? indexes, int? split)
    {
        if (indexes is null)
        {
            return;
        }

        writer.Int(key);
        writer.BeginMap(indexes.Count);
        foreach ((string name, double units) in indexes)
        {
            writer.Text(name);
            writer.BeginMap(split is null ? 1 : 2);
            WriteUnits(writer, units, split);
        }
    }

    private static void WriteUnits(CborWriter writer, double units, int? split)
    {
        writer.Int(1);
        writer.Double(units);
        if (split is { } key)
        {
            writer.Int(key);
            writer.Double(units);
        }
    }

    private static int? SplitKey(ConsumedCapacity capacity) => capacity.SplitMember switch
    {
        null => null,
        "ReadCapacityUnits" => 2,
        _ => 3,
    };
}
