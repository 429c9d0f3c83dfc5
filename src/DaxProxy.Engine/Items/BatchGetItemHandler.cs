using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Items;

/// <summary>BatchGetItem: what does not fit into 16 MB is handed back as unprocessed.</summary>
internal sealed class BatchGetItemHandler(TableReads reads)
{
    private const long MaxAnswerBytes = 16 * 1024 * 1024;

    public Reply Execute(BatchGetItem request) => reads.Run(request, static (ref scope, request) => CheckAndRead(ref scope, request));

    private static Reply CheckAndRead(ref ReadScope scope, BatchGetItem request)
    {
        foreach (BatchGetItem.KeysAndAttributes wanted in request.Tables)
        {
            if (Check(ref scope, wanted) is { } error)
            {
                return new ErrorReply(error);
            }
        }

        return Read(ref scope, request);
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

    private static Reply Read(ref ReadScope scope, BatchGetItem request)
    {
        List<KeyValuePair<string, IReadOnlyList<Item>>> responses = [];
        List<BatchGetItem.KeysAndAttributes> unprocessed = [];
        List<ConsumedCapacity> capacities = [];
        long answerBytes = 0;
        foreach (BatchGetItem.KeysAndAttributes wanted in request.Tables)
        {
            if (scope.Find(wanted.TableName) is not { } table)
            {
                return new ErrorReply(TableFaults.NotFound);
            }

            TablePart part = scope.Read(
                wanted.ConsistentRead ? ReplicaKind.Leader : ReplicaKind.OfTable,
                (table, wanted, left: MaxAnswerBytes - answerBytes),
                static (session, state) => ReadTable(session, state.table, state.wanted, state.left));
            answerBytes += part.Bytes;
            responses.Add(new(wanted.TableName, part.Items));
            capacities.Add(new ConsumedCapacity(table.Name, part.Units));
            if (part.KeysRead < wanted.Keys.Count)
            {
                unprocessed.Add(wanted.Only([.. Enumerable.Range(part.KeysRead, wanted.Keys.Count - part.KeysRead)]));
            }
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
    private static TablePart ReadTable(Session session, EngineTable table, BatchGetItem.KeysAndAttributes wanted, long bytesLeft)
    {
        List<Item> items = [];
        double units = 0;
        long bytes = 0;
        int read = 0;
        for (; read < wanted.Keys.Count && bytes < bytesLeft; read++)
        {
            StoredItem? stored = session.FindItem(table.Id, RowKey.Of(table.KeySchema, wanted.Keys[read].Value!));
            units += Capacity.ReadUnits(stored?.Item.SizeBytes ?? 0, wanted.ConsistentRead);
            if (stored is null)
            {
                continue;
            }

            bytes += stored.Item.SizeBytes;
            items.Add(wanted.Projection is null ? stored.Item : Item.FromAttributes(wanted.Projection.Apply(stored.Item.Open())));
        }

        return new TablePart(items, units, bytes, read);
    }

    /// <summary>What was read of one table: the items to show, what it consumed, the bytes of whole items, and how many keys.</summary>
    private readonly record struct TablePart(List<Item> Items, double Units, long Bytes, int KeysRead);
}
