using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>What a call does to the model, part by part, and its answer.</summary>
internal sealed class Effects(HeldBackend backend, Operation operation, CallPlan plan)
{
    private readonly DateTimeOffset sentAt = backend.History.Time;
    private readonly List<WriteImages?> images = [];
    private Reply? reply;

    /// <summary>Numbers of the effects so far.</summary>
    public List<int> Numbers { get; } = [];

    /// <summary>How many atomic parts there are. A read has one, too.</summary>
    public int Parts => operation is BatchWriteItem batch ? batch.Writes.Count : 1;

    /// <summary>The answer once so many parts are done.</summary>
    public Reply Reply(int done)
    {
        if (reply is not null || operation is not BatchWriteItem batch)
        {
            return reply!;
        }

        images.AddRange(Enumerable.Repeat<WriteImages?>(null, batch.Writes.Count - done));
        return new BatchWriteItemReply
        {
            UnprocessedItems = [.. batch.Writes.Skip(done)],
            Images = plan.Images == ImageKnowledge.None ? null : images,
        };
    }

    /// <summary>Does one part.</summary>
    public void Perform(int part)
    {
        switch (operation)
        {
            case GetItem get:
                reply = backend.Get(get, StateFor(get.TableName, get.ConsistentRead));
                break;
            case BatchGetItem batch:
                reply = backend.BatchGet(batch, plan.Undone, StateFor);
                break;
            case PageOperation page:
                reply = DirectReads.Page(StateFor(page.TableName, page.ConsistentRead, IsGlobal(page)), page);
                break;
            case WriteOperation write:
                Write(write);
                break;
            case BatchWriteItem batch:
                WritePart(batch.Writes[part]);
                break;
            case TransactWriteItems transaction:
                Transact(transaction);
                break;
            case CreateTable create:
                Change(
                    create.TableName, table => table.Info is null ? TableState.Of(Design.Of(create.TableName).Describe(NextId())) : null);
                break;
            case DeleteTable delete:
                Change(delete.TableName, table => table.Info is null ? null : TableState.None);
                break;
            case UpdateTable update:
                Change(update.TableName, table => table.Info is null ? null : Changed(table, update));
                break;
            default:
                throw new InvalidOperationException(operation.Name);
        }
    }

    private TableState StateFor(string table, bool isConsistent) => StateFor(table, isConsistent, isGlobal: false);

    /// <summary>The present, or what a replica or index may still show that is behind.</summary>
    private TableState StateFor(string table, bool isConsistent, bool isGlobal)
    {
        TimeSpan lag = isGlobal ? backend.ReadLag.Index : backend.ReadLag.Replica;
        return isConsistent || lag == TimeSpan.Zero ? backend.History[table] : backend.History.Lagging(table, sentAt - lag, plan.Behind);
    }

    private bool IsGlobal(PageOperation page) =>
        page.IndexName is { } name && backend.History[page.TableName].Info?.Indexes.GetValueOrDefault(name) is { IsGlobal: true };

    private string NextId() => $"id-{backend.History.Now}";

    private void Write(WriteOperation write)
    {
        if (Try(write, out AttributeMap? updated, out AttributeMap? old) is { } error)
        {
            reply = new ErrorReply(error);
            return;
        }

        reply = new WriteReply { Images = Apply(write.TableName, TransactWriteItems.AttributesOf(write), old, updated) };
    }

    private void WritePart(BatchWriteItem.WriteRequest write)
    {
        if (backend.History[write.TableName].Info is null)
        {
            reply = new ErrorReply(TableFaults.NotFound);
            return;
        }

        AttributeMap place = (write.Item ?? write.Key)!.Value.Value!;
        AttributeMap? old = backend.History[write.TableName].Find(place)?.Attributes;
        images.Add(Apply(write.TableName, place, old, write.Item?.Value));
    }

    private void Transact(TransactWriteItems transaction)
    {
        List<(WriteOperation Action, AttributeMap? Old, AttributeMap? New)> planned = [];
        foreach (WriteOperation action in transaction.Actions.OfType<WriteOperation>())
        {
            if (Try(action, out AttributeMap? updated, out AttributeMap? old) is { } error)
            {
                reply = new ErrorReply(error.Name == "ConditionalCheckFailedException"
                    ? TransactionFaults.Cancelled([.. transaction.Actions.Select(_ => CancellationReason.Of(error))])
                    : error);
                return;
            }

            planned.Add((action, old, updated));
        }

        foreach ((WriteOperation action, AttributeMap? old, AttributeMap? updated) in planned)
        {
            images.Add(action is ConditionCheck ? null : Apply(action.TableName, TransactWriteItems.AttributesOf(action), old, updated));
        }

        reply = new TransactWriteItemsReply { Images = plan.Images == ImageKnowledge.None ? null : images };
    }

    /// <summary>What a write would make of its item.</summary>
    private DynamoError? Try(WriteOperation write, out AttributeMap? updated, out AttributeMap? old)
    {
        (updated, old) = (null, null);
        TableState table = backend.History[write.TableName];
        if (table.Info is null)
        {
            return TableFaults.NotFound;
        }

        AttributeMap key = TransactWriteItems.AttributesOf(write);
        old = table.Find(key)?.Attributes;
        if (write.Condition?.Matches(old) == false)
        {
            return TableFaults.ConditionFailed;
        }

        switch (write)
        {
            case PutItem put:
                updated = put.Item.Value;
                return null;
            case UpdateItem { Update: { } update }:
                return update.TryApply(old, key, out updated);
            case UpdateItem:
                updated = old ?? key;
                return null;
            default:
                return null;
        }
    }

    private WriteImages? Apply(string table, AttributeMap place, AttributeMap? old, AttributeMap? updated)
    {
        ItemKey key = backend.History[table].KeyOf(place);
        Item? before = backend.History[table].Find(key)?.Item;
        if (old is not null || updated is not null)
        {
            Numbers.Add(backend.Write(table, key, updated));
        }

        Item? after = backend.History[table].Find(key)?.Item;
        return plan.Images switch
        {
            ImageKnowledge.Both => new WriteImages(before, after),
            ImageKnowledge.NewOnly => new WriteImages(null, after) { IsOldKnown = false },
            _ => null,
        };
    }

    private void Change(string table, Func<TableState, TableState?> change)
    {
        if (change(backend.History[table]) is not { } changed)
        {
            reply = new ErrorReply(TableFaults.TableNotFound(table));
            return;
        }

        TableDescription description = (changed.Description ?? backend.History[table].Description)!;
        reply = new TableReply(description);
        Numbers.Add(backend.History.Change(table, changed));
    }

    private static TableState Changed(TableState table, UpdateTable update)
    {
        Design design = Design.Of(update.TableName);
        bool isAdded = update.GlobalSecondaryIndexUpdates!.Single().Create is not null;
        string id = table.Description!.TableId;
        return !isAdded ? table.With(design.Describe(id))
            : table.Info!.Indexes.ContainsKey(Design.Late.Name) ? table
            : table.WithNewIndex((design with { Indexes = [.. design.Indexes, Design.Late] }).Describe(id));
    }
}
