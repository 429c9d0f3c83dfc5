using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Tables;

namespace DaxProxy.Engine.Items;

/// <summary>BatchGetItem: what does not fit into 16 MB is handed back as unprocessed.</summary>
internal sealed class BatchGetItemHandler(Catalog catalog, SessionPool sessions)
{
    private const long MaxAnswerBytes = 16 * 1024 * 1024;

    public Reply Execute(BatchGetItem request)
    {
        foreach (BatchGetItem.KeysAndAttributes wanted in request.Tables)
        {
            if (Check(wanted) is { } error)
            {
                return new ErrorReply(error);
            }
        }

        return sessions.Read((this, request), static (session, state) => state.Item1.Read(session, state.request));
    }

    private DynamoError? Check(BatchGetItem.KeysAndAttributes wanted)
    {
        if (catalog.Find(wanted.TableName) is not { } table)
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

        return wanted.Projection is null ? null : ItemRules.CheckPaths(table, wanted.Projection.Paths);
    }

    private Reply Read(Session session, BatchGetItem request)
    {
        List<KeyValuePair<string, IReadOnlyList<Item>>> responses = [];
        List<BatchGetItem.KeysAndAttributes> unprocessed = [];
        List<ConsumedCapacity> capacities = [];
        long answerBytes = 0;
        foreach (BatchGetItem.KeysAndAttributes wanted in request.Tables)
        {
            if (catalog.Find(wanted.TableName) is not { } table)
            {
                return new ErrorReply(TableFaults.NotFound);
            }

            List<Item> items = [];
            double units = 0;
            int read = 0;
            for (; read < wanted.Keys.Count && answerBytes < MaxAnswerBytes; read++)
            {
                StoredItem? stored = session.FindItem(table.Id, RowKey.Of(table.KeySchema, wanted.Keys[read].Value!));
                units += Capacity.ReadUnits(stored?.Item.SizeBytes ?? 0, wanted.ConsistentRead);
                if (stored is null)
                {
                    continue;
                }

                answerBytes += stored.Item.SizeBytes;
                items.Add(wanted.Projection is null ? stored.Item : Item.FromAttributes(wanted.Projection.Apply(stored.Item.Open())));
            }

            responses.Add(new(wanted.TableName, items));
            capacities.Add(new ConsumedCapacity(table.Name, units));
            if (read < wanted.Keys.Count)
            {
                unprocessed.Add(wanted.ForKeys([.. wanted.Keys.Skip(read)]));
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
}
