using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Engine.Items;

/// <summary>BatchGetItem: what does not fit into 16 MB, or exceeds the throughput of its table, is handed back as unprocessed.</summary>
internal sealed class BatchGetItemHandler(TableReads reads, ThroughputGuard? throughput)
{
    private const long MaxAnswerBytes = 16 * 1024 * 1024;

    public Reply Execute(BatchGetItem request) =>
        reads.Run((request, throughput), static (ref scope, asked) => CheckAndRead(ref scope, asked.request, asked.throughput));

    private static Reply CheckAndRead(ref ReadScope scope, BatchGetItem request, ThroughputGuard? throughput)
    {
        foreach (BatchGetItem.KeysAndAttributes wanted in request.Tables)
        {
            if (Check(ref scope, wanted) is { } error)
            {
                return new ErrorReply(error);
            }
        }

        return Read(ref scope, request, throughput);
    }

    private static DynamoError? Check(ref ReadScope scope, BatchGetItem.KeysAndAttributes wanted)
    {
        if (scope.Find(wanted.TableName) is not { } table)
        {
            return TableFaults.NotFound;
        }

        foreach (Decoded<AttributeMap> key in wanted.Keys)
        {
            if (KeyRules.CheckKey(table.KeySchema, key.Value!) is { } error)
            {
                return error;
            }
        }

        return KeyRules.CheckPaths(table.Info, wanted.Projection?.Paths);
    }

    private static Reply Read(ref ReadScope scope, BatchGetItem request, ThroughputGuard? throughput)
    {
        List<KeyValuePair<string, IReadOnlyList<Item>>> responses = [];
        List<BatchGetItem.KeysAndAttributes> unprocessed = [];
        List<ConsumedCapacity> capacities = [];
        long answerBytes = 0;
        DynamoError? refusal = null;
        bool isAnyRead = false;
        foreach (BatchGetItem.KeysAndAttributes wanted in request.Tables)
        {
            if (scope.Find(wanted.TableName) is not { } table)
            {
                return new ErrorReply(TableFaults.NotFound);
            }

            TablePart part = scope.Read(
                wanted.ConsistentRead ? ReplicaKind.Leader : ReplicaKind.OfTable,
                (table, wanted, left: MaxAnswerBytes - answerBytes, throughput),
                static (session, state) => ReadTable(session, state.table, state.wanted, state.left, state.throughput));
            answerBytes += part.Bytes;
            responses.Add(new(wanted.TableName, part.Items));
            capacities.Add(new ConsumedCapacity(table.Name, part.Units));
            refusal ??= part.Refusal;
            isAnyRead |= part.Left.Count < wanted.Keys.Count;
            if (part.Left.Count > 0)
            {
                unprocessed.Add(wanted.Only(part.Left));
            }
        }

        if (refusal is not null && !isAnyRead)
        {
            return new ErrorReply(refusal);
        }

        return new BatchGetItemReply
        {
            Responses = responses,
            UnprocessedKeys = unprocessed,
            ConsumedCapacity = request.ReturnConsumedCapacity == ReturnConsumedCapacity.NONE
                ? null
                : [.. capacities.Select(capacity => capacity.Shown(request.ReturnConsumedCapacity)!)],
        };
    }

    /// <summary>Reads keys of one table until all are read or the answer is full.</summary>
    private static TablePart ReadTable(
        Session session, EngineTable table, BatchGetItem.KeysAndAttributes wanted, long bytesLeft, ThroughputGuard? throughput)
    {
        List<Item> items = [];
        double units = 0;
        long bytes = 0;
        List<int> left = [];
        DynamoError? refusal = null;
        int read = 0;
        for (; read < wanted.Keys.Count && bytes < bytesLeft; read++)
        {
            RowKey row = RowKey.Of(table.KeySchema, wanted.Keys[read].Value!);
            StoredItem? stored = session.FindItem(table.Id, row);
            double ofItem = Capacity.ReadUnits(stored?.Item.SizeBytes ?? 0, wanted.ConsistentRead);
            if (throughput?.Charge(Share.OfRead(table, row.Hash, ofItem)) is { } exceeded)
            {
                refusal ??= exceeded;
                left.Add(read);
                continue;
            }

            units += ofItem;
            if (stored is null)
            {
                continue;
            }

            bytes += stored.Item.SizeBytes;
            items.Add(wanted.Projection is null ? stored.Item : Item.FromAttributes(wanted.Projection.Apply(stored.Item.Open())));
        }

        left.AddRange(Enumerable.Range(read, wanted.Keys.Count - read));
        return new TablePart(items, units, bytes, left, refusal);
    }

    /// <summary>
    /// What was read of one table: the items to show, what it consumed, the bytes of whole items, the keys that are left by their
    /// positions, and why, where that is the table's throughput.
    /// </summary>
    private readonly record struct TablePart(List<Item> Items, double Units, long Bytes, List<int> Left, DynamoError? Refusal);
}
