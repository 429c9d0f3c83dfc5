using DaxProxy.Core.Operations;

namespace DaxProxy.Simulation;

/// <summary>A batch, parted into what is carried out and what is handed back. Immutable.</summary>
internal sealed class SplitBatch
{
    private readonly Func<Reply, Reply> join;

    private SplitBatch(bool isWhole, Operation? rest, Func<Reply, Reply> join)
    {
        (IsWhole, Rest, this.join) = (isWhole, rest, join);
    }

    /// <summary>Whether nothing is handed back.</summary>
    public bool IsWhole { get; }

    /// <summary>What is carried out; null for nothing.</summary>
    public Operation? Rest { get; }

    /// <summary>The answer to the batch, given that to <see cref="Rest"/>.</summary>
    public Reply Join(Reply reply) => join(reply);

    /// <summary>Parts reads.</summary>
    /// <param name="batch">All of them.</param>
    /// <param name="isDone">Whether one is carried out, by its position in the request.</param>
    public static SplitBatch Of(BatchGetItem batch, Predicate<int> isDone)
    {
        List<BatchGetItem.KeysAndAttributes> rest = [], left = [];
        int before = 0;
        foreach (BatchGetItem.KeysAndAttributes table in batch.Tables)
        {
            ILookup<bool, int> positions = Enumerable.Range(0, table.Keys.Count).ToLookup(at => isDone(before + at));
            before += table.Keys.Count;
            Add(rest, table, positions[true]);
            Add(left, table, positions[false]);
        }

        BatchGetItem? part = rest.Count == 0
            ? null
            : new() { Tables = rest, ReturnConsumedCapacity = batch.ReturnConsumedCapacity, Explanation = batch.Explanation };
        return new SplitBatch(left.Count == 0, part, reply => reply is BatchGetItemReply answer ? Join(batch, left, answer) : reply);
    }

    /// <summary>Parts writes.</summary>
    /// <param name="batch">All of them.</param>
    /// <param name="isDone">Whether one is carried out, by its position in the request.</param>
    public static SplitBatch Of(BatchWriteItem batch, Predicate<int> isDone)
    {
        ILookup<bool, BatchWriteItem.WriteRequest> writes =
            batch.Writes.Index().ToLookup(write => isDone(write.Index), write => write.Item);
        BatchWriteItem? part = !writes[true].Any() ? null : new()
        {
            Writes = [.. writes[true]],
            ReturnConsumedCapacity = batch.ReturnConsumedCapacity,
            ReturnItemCollectionMetrics = batch.ReturnItemCollectionMetrics,
        };

        // Table by table, as the wires write them.
        List<string> tables = [.. batch.TableNames];
        return new SplitBatch(!writes[false].Any(), part, reply => reply is not BatchWriteItemReply answer ? reply : new BatchWriteItemReply
        {
            UnprocessedItems = [.. answer.UnprocessedItems.Concat(writes[false]).OrderBy(write => tables.IndexOf(write.TableName))],
            ItemCollectionMetrics = answer.ItemCollectionMetrics,
            ConsumedCapacity = answer.ConsumedCapacity,
        });
    }

    private static void Add(
        List<BatchGetItem.KeysAndAttributes> tables, BatchGetItem.KeysAndAttributes table, IEnumerable<int> positions)
    {
        if (positions.Any())
        {
            tables.Add(table.Only([.. positions]));
        }
    }

    private static BatchGetItemReply Join(
        BatchGetItem batch, List<BatchGetItem.KeysAndAttributes> left, BatchGetItemReply answer)
    {
        IEnumerable<string> unread = batch.Tables.Select(table => table.TableName).Except(answer.Responses.Select(table => table.Key));
        return new()
        {
            // Each table that was asked for is there.
            Responses = [.. answer.Responses, .. unread.Select(table => KeyValuePair.Create(table, (IReadOnlyList<Core.Items.Item>)[]))],
            UnprocessedKeys = [.. left.Concat(answer.UnprocessedKeys).GroupBy(table => table.TableName).Select(Merged)],
            ConsumedCapacity = answer.ConsumedCapacity,
            Cache = answer.Cache,
        };
    }

    /// <summary>The keys of one table, once.</summary>
    private static BatchGetItem.KeysAndAttributes Merged(IEnumerable<BatchGetItem.KeysAndAttributes> parts) => parts.Aggregate(
        (one, other) => one.ForKeys(
            [.. one.Keys, .. other.Keys],
            one.Spellings is null || other.Spellings is null ? null : [.. one.Spellings, .. other.Spellings]));
}
