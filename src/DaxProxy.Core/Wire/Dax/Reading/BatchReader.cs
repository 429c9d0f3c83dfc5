using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Core.Wire.Dax.Reading;

/// <summary>The two batches: maps of tables to what is wanted of each.</summary>
/// <remarks>
/// <code>
/// gets   = { table: [ consistentRead, projection | null, [ key … ] ] … }
/// writes = { table: [ key, values | null … ] … }            ; null deletes
/// </code>
/// Source: the request encoders of the public clients.
/// </remarks>
internal static class BatchReader
{
    public static Operation ReadBatchGetItem(ref OperationReader request)
    {
        List<BatchGetItem.KeysAndAttributes> tables = [];
        int keys = 0;
        int count = request.Arguments.ReadMap();
        while (request.Arguments.HasNext(ref count))
        {
            tables.Add(ReadTable(ref request, tables, ref keys));
            if (keys > BatchGetItem.MaxKeys || request.Error is not null)
            {
                request.Fail(RequestFaults.TooManyItems(nameof(BatchGetItem)));
                return new BatchGetItem { Tables = [] };
            }
        }

        request.Fail(tables.Count == 0 ? RequestFaults.NoRequestItems(nameof(BatchGetItem)) : null);
        RequestOptions options = RequestOptions.Read(ref request.Arguments);
        return new BatchGetItem { Tables = tables, ReturnConsumedCapacity = options.ReturnConsumedCapacity };
    }

    public static Operation ReadBatchWriteItem(ref OperationReader request)
    {
        List<BatchWriteItem.WriteRequest> writes = [];
        int tables = 0;
        int count = request.Arguments.ReadMap();
        while (request.Arguments.HasNext(ref count))
        {
            tables++;
            string tableName = request.Known(request.Arguments.ReadText());
            int entries = request.Arguments.ReadArray();
            while (request.Arguments.HasNext(ref entries))
            {
                ReadOnlySpan<byte> key = request.Arguments.ReadBytes();
                writes.Add(ReadWrite(ref request, ref entries, tableName, key));
                if (writes.Count > BatchWriteItem.MaxWrites || request.Error is not null)
                {
                    request.Fail(RequestFaults.TooManyItems(nameof(BatchWriteItem)));
                    return new BatchWriteItem { Writes = [] };
                }
            }
        }

        request.Fail(tables == 0 ? RequestFaults.NoRequestItems(nameof(BatchWriteItem)) : null);
        RequestOptions options = RequestOptions.Read(ref request.Arguments);
        return new BatchWriteItem
        {
            Writes = writes,
            ReturnConsumedCapacity = options.ReturnConsumedCapacity,
            ReturnItemCollectionMetrics = options.ReturnItemCollectionMetrics,
        };
    }

    private static BatchGetItem.KeysAndAttributes ReadTable(
        ref OperationReader request, List<BatchGetItem.KeysAndAttributes> tables, ref int keys)
    {
        string tableName = request.Known(request.Arguments.ReadText());
        if (tables.Exists(table => table.TableName == tableName))
        {
            throw CborReader.Malformed();
        }

        int parts = request.Arguments.ReadArray();
        bool isConsistent = Next(ref request, ref parts) && request.Arguments.ReadFlag();
        ReadOnlySpan<byte> projection = default;
        if (Next(ref request, ref parts))
        {
            request.Arguments.TryReadBytes(out projection);
        }

        Next(ref request, ref parts);
        List<Decoded<AttributeMap>> wanted = [];
        int count = request.Arguments.ReadArray();
        while (request.Arguments.HasNext(ref count))
        {
            ReadOnlySpan<byte> key = request.Arguments.ReadBytes();
            if (++keys <= BatchGetItem.MaxKeys)
            {
                wanted.Add(request.ReadKey(tableName, key));
            }
        }

        if (request.Arguments.HasNext(ref parts))
        {
            throw CborReader.Malformed();
        }

        return new()
        {
            TableName = tableName,
            Keys = wanted,
            ConsistentRead = isConsistent,
            Projection = request.ReadProjection(projection),
        };
    }

    private static BatchWriteItem.WriteRequest ReadWrite(
        ref OperationReader request, ref int entries, string tableName, scoped ReadOnlySpan<byte> key)
    {
        Next(ref request, ref entries);
        return request.Arguments.TryReadBytes(out ReadOnlySpan<byte> values)
            ? new() { TableName = tableName, Item = request.ReadItem(tableName, key, values) }
            : new() { TableName = tableName, Key = request.ReadKey(tableName, key) };
    }

    private static bool Next(ref OperationReader request, ref int parts) =>
        request.Arguments.HasNext(ref parts) ? true : throw CborReader.Malformed();
}
