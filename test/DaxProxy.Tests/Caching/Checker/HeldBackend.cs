using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>
/// A backend over the model, every call of which is in the hand of the check: it takes effect, in as many steps as it has atomic parts, and
/// is answered when the check says so. Only tables are described at once.
/// </summary>
internal sealed class HeldBackend : IDynamoBackend
{
    /// <summary>The calls that have not been answered, in the order in which they came.</summary>
    public List<HeldCall> Held { get; } = [];

    /// <inheritdoc/>
    public ReadLag ReadLag { get; init; }

    /// <inheritdoc/>
    public Func<KeyLayout, AttributeMap, ulong>? ScanOrder { get; init; }

    /// <summary>What calls that come now are given besides their operation.</summary>
    public Func<Operation, CallPlan> PlanOf { get; set; } = static _ => new CallPlan();

    /// <summary>Number of the step being done.</summary>
    public int Step { get; set; }

    /// <summary>What it holds.</summary>
    public History History { get; set; } = new();

    public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken)
    {
        if (operation is DescribeTable describe)
        {
            return new(Describe(describe.TableName));
        }

        HeldCall call = new(this, operation, PlanOf(operation));
        Held.Add(call);
        return new(call.Answer);
    }

    /// <summary>An item becomes another one, or none; the number of the effect.</summary>
    public int Write(string table, ItemKey key, AttributeMap? item) =>
        History.Write(table, key, item is null ? null : new Row(item) { IsUnfilled = StaysUnfilled(History[table], key, item) });

    /// <summary>
    /// A write makes the entry of an item, unless the entry keeps its place: then only the filling of the index makes it. The caches take
    /// an item that keeps its place for one that was there, as it is in every index that DynamoDB lets anyone read.
    /// </summary>
    private static bool StaysUnfilled(TableState table, ItemKey key, AttributeMap item) =>
        table.Find(key) is { IsUnfilled: true } old
        && table.Info!.Indexes.TryGetValue(Design.Late.Name, out IndexInfo? late)
        && late.Layout.Has(old.Attributes) && late.Layout.Has(item)
        && late.Layout.KeyOf(old.Attributes).AsSpan().SequenceEqual(late.Layout.KeyOf(item));

    public Reply Describe(string table) => History[table].Description is { } description
        ? new TableReply(description)
        : new ErrorReply(TableFaults.TableNotFound(table));

    public Reply Get(GetItem get, TableState state) => state is not { Info: not null } table
        ? new ErrorReply(TableFaults.NotFound)
        : new GetItemReply(
            DirectReads.Get(table, get.Key.Value!, get.Projection),
            new ConsumedCapacity(get.TableName, 0.5).Shown(get.ReturnConsumedCapacity));

    public Reply BatchGet(BatchGetItem batch, int unread, Func<string, bool, TableState> stateOf)
    {
        if (batch.Tables.Any(table => History[table.TableName].Info is null))
        {
            return new ErrorReply(TableFaults.NotFound);
        }

        List<KeyValuePair<string, IReadOnlyList<Item>>> responses = [];
        List<BatchGetItem.KeysAndAttributes> left = [];
        foreach (BatchGetItem.KeysAndAttributes wanted in batch.Tables)
        {
            int read = Math.Max(0, wanted.Keys.Count - unread);
            unread -= wanted.Keys.Count - read;
            TableState state = stateOf(wanted.TableName, wanted.ConsistentRead);
            responses.Add(new(wanted.TableName, [.. wanted.Keys.Take(read)
                .Select(key => DirectReads.Get(state, key.Value!, wanted.Projection)).OfType<Item>()]));
            if (read < wanted.Keys.Count)
            {
                left.Add(wanted.Only([.. Enumerable.Range(read, wanted.Keys.Count - read)]));
            }
        }

        return new BatchGetItemReply { Responses = responses, UnprocessedKeys = left };
    }
}
