using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;
using NUnit.Framework;

namespace DaxProxy.Tests.Wire.Dax;

/// <summary>Reads recorded answers as a client does, so that they can be written again.</summary>
internal sealed class AnswerReader(Operation operation, IReadOnlyDictionary<int, AttributeNames> lists)
{
    public Reply Read(byte[] bytes)
    {
        CborReader reader = new(bytes);
        int codes = reader.ReadArray();
        if (codes > 0)
        {
            return ReadError(ref reader, codes);
        }

        return operation switch
        {
            BatchGetItem batch => ReadBatchGet(ref reader, batch),
            BatchWriteItem => ReadBatchWrite(ref reader),
            TransactGetItems gets => ReadTransactGet(ref reader, gets),
            TransactWriteItems => ReadTransactWrite(ref reader),
            _ => ReadMap(ref reader),
        };
    }

    private static KeySchema Schema(string table) => DaxVectors.Tables[table].KeySchema;

    private static AttributeValue Value(ref CborReader reader) => ValueReader.Read(ref reader, ValidationLayer.Older).Value!;

    private static ConsumedCapacity Capacity(ReadOnlySpan<byte> bytes)
    {
        CborReader reader = new(bytes);
        string table = reader.ReadText();
        double total = Double(ref reader);
        bool hasShares = !reader.TryReadNull();
        double own = hasShares ? Double(ref reader) : total;
        Dictionary<string, double>? global = Indexes(ref reader);
        Dictionary<string, double>? local = Indexes(ref reader);
        return new ConsumedCapacity(table, own, local, global) { ShowShares = hasShares };
    }

    private static Dictionary<string, double>? Indexes(ref CborReader reader)
    {
        if (reader.TryReadNull())
        {
            return null;
        }

        Dictionary<string, double> units = [];
        int count = reader.ReadMap();
        while (reader.HasNext(ref count))
        {
            string name = reader.ReadText();
            units[name] = Double(ref reader);
        }

        return units;
    }

    private static double Double(ref CborReader reader)
    {
        CborHead head = reader.PeekHead();
        reader.Skip();
        return BitConverter.UInt64BitsToDouble(head.Argument);
    }

    private static List<ConsumedCapacity>? Capacities(ref CborReader reader)
    {
        List<ConsumedCapacity> all = [];
        int count = reader.ReadArray();
        while (reader.HasNext(ref count))
        {
            all.Add(Capacity(reader.ReadBytes()));
        }

        return all.Count == 0 ? null : all;
    }

    private static List<ConsumedCapacity>? Extended(ref CborReader reader)
    {
        List<ConsumedCapacity> all = [];
        int count = reader.ReadArray();
        while (reader.HasNext(ref count))
        {
            string table = "";
            double units = 0;
            string? split = null;
            bool hasShares = false;
            int members = reader.ReadMap();
            while (reader.HasNext(ref members))
            {
                switch (reader.ReadInt32())
                {
                    case 1: units = Double(ref reader); break;
                    case 2: split = "ReadCapacityUnits"; reader.Skip(); break;
                    case 3: split = "WriteCapacityUnits"; reader.Skip(); break;
                    case 4: table = reader.ReadText(); break;
                    default: hasShares = true; reader.Skip(); break;
                }
            }

            all.Add(new ConsumedCapacity(table, units) { SplitMember = split, ShowShares = hasShares });
        }

        return all.Count == 0 ? null : all;
    }

    private AttributeMap Item(ReadOnlySpan<byte> values, AttributeMap key)
    {
        CborReader reader = new(values);
        int id = reader.ReadInt32();
        AttributeMap item = new(key);
        foreach (string name in id == AttributeNames.EmptyId ? AttributeNames.Empty : lists[id])
        {
            item.Add(name, Value(ref reader));
        }

        return reader.IsAtEnd ? item : throw CborReader.Malformed();
    }

    /// <summary>Puts the parts of a projection together by their paths, as clients do.</summary>
    private static Item Parts(ref CborReader reader, ProjectionExpression projection)
    {
        List<KeyValuePair<DocumentPath, AttributeValue>> parts = [];
        int count = reader.ReadMap();
        while (reader.HasNext(ref count))
        {
            DocumentPath path = projection.Paths[reader.ReadInt32()];
            parts.Add(new(path, Value(ref reader)));
        }

        return Core.Items.Item.FromAttributes(PartsTogether.Of(parts));
    }

    private Item OneItem(ref CborReader reader, AttributeMap key, ProjectionExpression? projection) =>
        projection is null ? Core.Items.Item.FromAttributes(Item(reader.ReadBytes(), key)) : Parts(ref reader, projection);

    private Reply ReadMap(ref CborReader reader)
    {
        (string table, AttributeMap key, ProjectionExpression? projection) = operation switch
        {
            GetItem get => (get.TableName, get.Key.Value!, get.Projection),
            PutItem put => (put.TableName, KeyOf(put), null),
            WriteOperation write => (write.TableName, TransactWriteItems.AttributesOf(write), null),
            _ => (((PageOperation)operation).TableName, new AttributeMap(), ((PageOperation)operation).Projection),
        };
        Item? item = null;
        Item? attributes = null;
        ConsumedCapacity? capacity = null;
        ItemCollectionMetrics? metrics = null;
        List<Item>? items = null;
        int matches = 0;
        int scanned = 0;
        AttributeMap? last = null;
        int count = reader.ReadMap();
        while (reader.HasNext(ref count))
        {
            switch (reader.ReadInt32())
            {
                case 0: item = OneItem(ref reader, key, projection); break;
                case 1: capacity = Capacity(reader.ReadBytes()); break;
                case 2: attributes = Attributes(reader.ReadBytes(), key); break;
                case 3: metrics = Metrics(reader.ReadBytes(), Schema(table)); break;
                case 7: items = Matches(ref reader, table, projection); break;
                case 8: matches = reader.ReadInt32(); break;
                case 9: last = LastKey(reader.ReadBytes(), (PageOperation)operation); break;
                case 10: scanned = reader.ReadInt32(); break;
                default: throw CborReader.Malformed();
            }
        }

        return operation switch
        {
            GetItem => new GetItemReply(item, capacity),
            WriteOperation => new WriteReply { Attributes = attributes, ConsumedCapacity = capacity, ItemCollectionMetrics = metrics },
            _ => new PageReply
            {
                Items = items,
                Count = matches,
                ScannedCount = scanned,
                LastEvaluatedKey = last,
                ConsumedCapacity = capacity,
            },
        };
    }

    private static AttributeMap KeyOf(PutItem put)
    {
        AttributeMap key = [];
        foreach (string name in Schema(put.TableName).Names)
        {
            key.Add(name, put.Item.Value![name]);
        }

        return key;
    }

    private Item Attributes(ReadOnlySpan<byte> bytes, AttributeMap key)
    {
        if (operation is not WriteOperation { ReturnValues: ReturnValues.UPDATED_NEW or ReturnValues.UPDATED_OLD })
        {
            return Core.Items.Item.FromAttributes(Item(bytes, key));
        }

        CborReader reader = new(bytes);
        AttributeNames names = lists[reader.ReadInt32()];
        AttributeMap attributes = [];
        int count = reader.ReadMap();
        while (reader.HasNext(ref count))
        {
            string name = names[reader.ReadInt32()];
            attributes.Add(name, Value(ref reader));
        }

        return Core.Items.Item.FromAttributes(attributes);
    }

    private static ItemCollectionMetrics Metrics(ReadOnlySpan<byte> bytes, KeySchema schema)
    {
        CborReader reader = new(bytes);
        AttributeMap key = new() { [schema.HashName] = Value(ref reader) };
        return new ItemCollectionMetrics(key, (int)Double(ref reader), (int)Double(ref reader));
    }

    private List<Item> Matches(ref CborReader reader, string table, ProjectionExpression? projection)
    {
        List<Item> items = [];
        int count = reader.ReadArray();
        while (reader.HasNext(ref count))
        {
            if (projection is not null)
            {
                items.Add(Parts(ref reader, projection));
                continue;
            }

            Assert.That(reader.ReadArray(), Is.EqualTo(2));
            AttributeMap key = ItemReader.ReadKey(reader.ReadBytes(), Schema(table)).Value!;
            items.Add(Core.Items.Item.FromAttributes(Item(reader.ReadBytes(), key)));
        }

        return items;
    }

    private static AttributeMap LastKey(ReadOnlySpan<byte> bytes, PageOperation page)
    {
        if (page.IndexName is null)
        {
            return ItemReader.ReadKey(bytes, Schema(page.TableName)).Value!;
        }

        CborReader reader = new(bytes);
        return Value(ref reader).Map;
    }

    private BatchGetItemReply ReadBatchGet(ref CborReader reader, BatchGetItem batch)
    {
        Assert.That(reader.ReadArray(), Is.EqualTo(2));
        List<KeyValuePair<string, IReadOnlyList<Item>>> responses = [];
        int tables = reader.ReadMap();
        while (reader.HasNext(ref tables))
        {
            string table = reader.ReadText();
            ProjectionExpression? projection = batch.Tables.Single(wanted => wanted.TableName == table).Projection;
            List<Item> items = [];
            int count = reader.ReadArray();
            while (reader.HasNext(ref count))
            {
                AttributeMap key = [];
                if (projection is null)
                {
                    key = ItemReader.ReadKey(reader.ReadBytes(), Schema(table)).Value!;
                    reader.HasNext(ref count);
                }

                items.Add(OneItem(ref reader, key, projection));
            }

            responses.Add(new(table, items));
        }

        List<BatchGetItem.KeysAndAttributes> unprocessed = [];
        tables = reader.ReadMap();
        while (reader.HasNext(ref tables))
        {
            string table = reader.ReadText();
            List<Decoded<AttributeMap>> keys = [];
            int count = reader.ReadArray();
            while (reader.HasNext(ref count))
            {
                keys.Add(ItemReader.ReadKey(reader.ReadBytes(), Schema(table)));
            }

            unprocessed.Add(new() { TableName = table, Keys = keys });
        }

        return new() { Responses = responses, UnprocessedKeys = unprocessed, ConsumedCapacity = Capacities(ref reader) };
    }

    private BatchWriteItemReply ReadBatchWrite(ref CborReader reader)
    {
        List<BatchWriteItem.WriteRequest> unprocessed = [];
        int tables = reader.ReadMap();
        while (reader.HasNext(ref tables))
        {
            string table = reader.ReadText();
            int count = reader.ReadArray();
            while (reader.HasNext(ref count))
            {
                AttributeMap key = ItemReader.ReadKey(reader.ReadBytes(), Schema(table)).Value!;
                reader.HasNext(ref count);
                unprocessed.Add(reader.TryReadBytes(out ReadOnlySpan<byte> values)
                    ? new() { TableName = table, Item = Item(values, key) }
                    : new() { TableName = table, Key = key });
            }
        }

        List<ConsumedCapacity>? capacities = Capacities(ref reader);
        return new() { UnprocessedItems = unprocessed, ConsumedCapacity = capacities, ItemCollectionMetrics = Collections(ref reader) };
    }

    private TransactGetItemsReply ReadTransactGet(ref CborReader reader, TransactGetItems gets)
    {
        Assert.That(reader.ReadArray(), Is.EqualTo(2));
        List<Item?> items = [];
        int count = reader.ReadArray();
        while (reader.HasNext(ref count))
        {
            GetItem get = gets.Gets[items.Count];
            items.Add(reader.TryReadNull() ? null : OneItem(ref reader, get.Key.Value!, get.Projection));
        }

        return new() { Responses = items, ConsumedCapacity = Extended(ref reader) };
    }

    private static TransactWriteItemsReply ReadTransactWrite(ref CborReader reader)
    {
        Assert.That(reader.ReadArray(), Is.EqualTo(3));
        reader.Skip();
        List<ConsumedCapacity>? capacities = Extended(ref reader);
        return new() { ConsumedCapacity = capacities, ItemCollectionMetrics = Collections(ref reader) };
    }

    private static List<KeyValuePair<string, IReadOnlyList<ItemCollectionMetrics>>>? Collections(ref CborReader reader)
    {
        List<KeyValuePair<string, IReadOnlyList<ItemCollectionMetrics>>> all = [];
        int tables = reader.ReadMap();
        while (reader.HasNext(ref tables))
        {
            string table = reader.ReadText();
            List<ItemCollectionMetrics> collections = [];
            int count = reader.ReadArray();
            while (reader.HasNext(ref count))
            {
                collections.Add(Metrics(reader.ReadBytes(), Schema(table)));
            }

            all.Add(new(table, collections));
        }

        return all.Count == 0 ? null : all;
    }

    private ErrorReply ReadError(ref CborReader reader, int codes)
    {
        while (reader.HasNext(ref codes))
        {
            reader.Skip();
        }

        string message = reader.ReadText();
        int info = reader.ReadArray();
        reader.Skip();
        string name = reader.ReadText();
        int status = reader.ReadInt32();
        List<CancellationReason>? reasons = null;
        if (info == 4)
        {
            reasons = [];
            int count = reader.ReadArray();
            while (reader.HasNext(ref count))
            {
                string code = reader.ReadText();
                reader.HasNext(ref count);
                string? text = reader.TryReadNull() ? null : reader.ReadText();
                reader.HasNext(ref count);
                AttributeMap key = KeyOfAction(((TransactWriteItems)operation).Actions[reasons.Count]!);
                Item? item = reader.TryReadBytes(out ReadOnlySpan<byte> values) ? Core.Items.Item.FromAttributes(Item(values, key)) : null;
                reasons.Add(new CancellationReason(code, text) { Item = item });
            }
        }

        return new ErrorReply(DynamoError.Modelled(name, message) with { StatusCode = status, CancellationReasons = reasons });
    }

    private static AttributeMap KeyOfAction(WriteOperation action) =>
        action is PutItem put ? KeyOf(put) : TransactWriteItems.AttributesOf(action);
}
