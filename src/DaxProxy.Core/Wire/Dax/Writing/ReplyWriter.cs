using System.Buffers;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Core.Wire.Dax.Writing;

/// <summary>Answers to the operations on single items and to Query and Scan: one map each, and nothing in it that is not there.</summary>
/// <remarks>
/// <code>
/// reply   = { 0: item, 1: capacity, 2: attributes, 3: collection, 7: [ match … ], 8: count, 9: last key, 10: scanned }
/// item    = values | { position: value … }                              ; the latter of a projection
/// match   = [ key, values ] | { position: value … }
/// lastKey = key | &lt;&lt; { name: value … } &gt;&gt;                               ; the latter of an index, of indefinite length
/// </code>
/// Source: the response decoders of the public clients.
/// </remarks>
internal static class ReplyWriter
{
    private const int ItemKeyNumber = 0;
    private const int ConsumedCapacityNumber = 1;
    private const int AttributesNumber = 2;
    private const int ItemCollectionMetricsNumber = 3;
    private const int ItemsNumber = 7;
    private const int CountNumber = 8;
    private const int LastEvaluatedKeyNumber = 9;
    private const int ScannedCountNumber = 10;

    public static void Write(AnswerWriter writer, KeySchema schema, ProjectionExpression? projection, GetItemReply reply)
    {
        writer.Cbor.BeginMap(Count(reply.Item, reply.ConsumedCapacity));
        if (reply.Item is not null)
        {
            writer.Cbor.Int(ItemKeyNumber);
            writer.Item(reply.Item, schema, projection);
        }

        WriteCapacity(writer, reply.ConsumedCapacity);
    }

    public static void Write(AnswerWriter writer, KeySchema schema, WriteOperation operation, WriteReply reply)
    {
        writer.Cbor.BeginMap(Count(reply.Attributes, reply.ConsumedCapacity, reply.ItemCollectionMetrics));
        if (reply.Attributes is not null)
        {
            writer.Cbor.Int(AttributesNumber);
            if (operation.ReturnValues is ReturnValues.UPDATED_OLD or ReturnValues.UPDATED_NEW)
            {
                writer.ValuesByPosition(reply.Attributes.Open(), schema);
            }
            else
            {
                writer.Values(reply.Attributes.Open(), schema);
            }
        }

        WriteCapacity(writer, reply.ConsumedCapacity);
        if (reply.ItemCollectionMetrics is not null)
        {
            writer.Cbor.Int(ItemCollectionMetricsNumber);
            CapacityWriter.Write(writer.Cbor, reply.ItemCollectionMetrics);
        }
    }

    public static void Write(AnswerWriter writer, KeySchema schema, PageOperation operation, PageReply reply)
    {
        writer.Cbor.BeginMap(2 + Count(reply.Items, reply.LastEvaluatedKey, reply.ConsumedCapacity));
        if (reply.Items is not null)
        {
            writer.Cbor.Int(ItemsNumber);
            writer.Cbor.BeginArray(reply.Items.Count);
            foreach (Item item in reply.Items)
            {
                WriteMatch(writer, schema, operation.Projection, item.Open());
            }
        }

        writer.Cbor.Int(CountNumber);
        writer.Cbor.Int(reply.Count);
        writer.Cbor.Int(ScannedCountNumber);
        writer.Cbor.Int(reply.ScannedCount);
        if (reply.LastEvaluatedKey is not null)
        {
            writer.Cbor.Int(LastEvaluatedKeyNumber);
            WriteLastKey(writer, schema, operation.IndexName is not null, reply.LastEvaluatedKey);
        }

        WriteCapacity(writer, reply.ConsumedCapacity);
    }

    private static int Count(params ReadOnlySpan<object?> members)
    {
        int count = 0;
        foreach (object? member in members)
        {
            count += member is null ? 0 : 1;
        }

        return count;
    }

    private static void WriteMatch(AnswerWriter writer, KeySchema schema, ProjectionExpression? projection, AttributeMap match)
    {
        if (projection is not null)
        {
            writer.Parts(match, projection);
            return;
        }

        writer.Cbor.BeginArray(2);
        writer.Key(match, schema);
        writer.Values(match, schema);
    }

    private static void WriteLastKey(AnswerWriter writer, KeySchema schema, bool isOfIndex, AttributeMap key)
    {
        if (!isOfIndex)
        {
            writer.Key(key, schema);
            return;
        }

        ArrayBufferWriter<byte> content = new();
        CborWriter inner = new(content);
        inner.BeginIndefiniteMap();
        foreach ((string name, AttributeValue value) in key)
        {
            inner.Text(name);
            ValueWriter.Write(inner, value);
        }

        inner.EndIndefiniteMap();
        writer.Cbor.Bytes(content.WrittenSpan);
    }

    private static void WriteCapacity(AnswerWriter writer, ConsumedCapacity? capacity)
    {
        if (capacity is not null)
        {
            writer.Cbor.Int(ConsumedCapacityNumber);
            CapacityWriter.Write(writer.Cbor, capacity);
        }
    }
}
