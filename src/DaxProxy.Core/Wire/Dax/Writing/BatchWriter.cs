using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Wire.Dax.Writing;

/// <summary>Answers to batches and transactions.</summary>
/// <remarks>
/// <code>
/// gets         = [ { table: [ key, values … ] | [ parts … ] }, { table: [ key … ] } ] [ capacity … ]            ; two data items, not one
/// writes       = { table: [ key, values | null … ] } [ capacity … ] { table: [ collection … ] }                 ; three
/// transactGet  = [ [ values | parts | null … ], [ extended … ] ]
/// transactPut  = [ [], [ extended … ], { table: [ collection … ] } ]
/// </code>
/// Clients count the data items to see where an answer ends. Source: the response decoders of the public clients.
/// </remarks>
internal static class BatchWriter
{
    public static void Write(
        AnswerWriter writer, IReadOnlyDictionary<string, TableInfo> tables, BatchGetItem operation, BatchGetItemReply reply)
    {
        writer.Cbor.BeginArray(2);
        writer.Cbor.BeginMap(reply.Responses.Count);
        foreach ((string table, IReadOnlyList<Item> items) in reply.Responses)
        {
            writer.Cbor.Text(table);
            WriteItems(writer, tables[table].KeySchema, operation.Tables.First(wanted => wanted.TableName == table).Projection, items);
        }

        writer.Cbor.BeginMap(reply.UnprocessedKeys.Count);
        foreach (BatchGetItem.KeysAndAttributes table in reply.UnprocessedKeys)
        {
            writer.Cbor.Text(table.TableName);
            writer.Cbor.BeginArray(table.Keys.Count);
            foreach (Decoded<AttributeMap> key in table.Keys)
            {
                writer.Key(key.Value!, tables[table.TableName].KeySchema);
            }
        }

        CapacityWriter.WriteAll(writer.Cbor, reply.ConsumedCapacity);
    }

    public static void Write(AnswerWriter writer, IReadOnlyDictionary<string, TableInfo> tables, BatchWriteItemReply reply)
    {
        List<IGrouping<string, BatchWriteItem.WriteRequest>> unprocessed = [.. reply.UnprocessedItems.GroupBy(write => write.TableName)];
        writer.Cbor.BeginMap(unprocessed.Count);
        foreach (IGrouping<string, BatchWriteItem.WriteRequest> table in unprocessed)
        {
            KeySchema schema = tables[table.Key].KeySchema;
            writer.Cbor.Text(table.Key);
            writer.Cbor.BeginArray(2 * table.Count());
            foreach (BatchWriteItem.WriteRequest write in table)
            {
                AttributeMap attributes = (write.Item ?? write.Key)!.Value.Value!;
                writer.Key(attributes, schema);
                if (write.Item is null)
                {
                    writer.Cbor.Null();
                }
                else
                {
                    writer.Values(attributes, schema);
                }
            }
        }

        CapacityWriter.WriteAll(writer.Cbor, reply.ConsumedCapacity);
        CapacityWriter.WriteAll(writer.Cbor, reply.ItemCollectionMetrics);
    }

    public static void Write(
        AnswerWriter writer, IReadOnlyDictionary<string, TableInfo> tables, TransactGetItems operation, TransactGetItemsReply reply)
    {
        writer.Cbor.BeginArray(2);
        writer.Cbor.BeginArray(reply.Responses.Count);
        for (int i = 0; i < reply.Responses.Count; i++)
        {
            GetItem get = operation.Gets[i];
            if (reply.Responses[i] is { } item)
            {
                writer.Item(item, tables[get.TableName].KeySchema, get.Projection);
            }
            else
            {
                writer.Cbor.Null();
            }
        }

        CapacityWriter.WriteExtended(writer.Cbor, reply.ConsumedCapacity);
    }

    public static void Write(AnswerWriter writer, TransactWriteItemsReply reply)
    {
        writer.Cbor.BeginArray(3);
        writer.Cbor.BeginArray(0);
        CapacityWriter.WriteExtended(writer.Cbor, reply.ConsumedCapacity);
        CapacityWriter.WriteAll(writer.Cbor, reply.ItemCollectionMetrics);
    }

    private static void WriteItems(AnswerWriter writer, KeySchema schema, ProjectionExpression? projection, IReadOnlyList<Item> items)
    {
        writer.Cbor.BeginArray(projection is null ? 2 * items.Count : items.Count);
        foreach (Item item in items)
        {
            AttributeMap attributes = item.Open();
            if (projection is not null)
            {
                writer.Parts(attributes, projection);
                continue;
            }

            writer.Key(attributes, schema);
            writer.Values(attributes, schema);
        }
    }
}
