using DaxProxy.Conformance.Caching;
using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Conformance.Dax;

/// <summary>
/// A backend that refuses the first read of the key <c>throttled</c>, leaves the last part of every batch undone, and moves the clock past
/// the life of every authorization when the key <c>later</c> is read.
/// </summary>
internal sealed class UnwillingBackend(IDynamoBackend inner, MovableTime time) : IDynamoBackend
{
    private int refusals;

    /// <inheritdoc/>
    public ReadLag ReadLag => inner.ReadLag;

    /// <summary>How many reads were refused.</summary>
    public int Refusals => refusals;

    /// <inheritdoc/>
    public async ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken)
    {
        switch (operation)
        {
            case GetItem get when Asks(get, "throttled") && Interlocked.Increment(ref refusals) == 1:
                return new ErrorReply(DynamoError.Modelled("ProvisionedThroughputExceededException", "Too much"));
            case GetItem get when Asks(get, "later"):
                time.Advance(TimeSpan.FromMinutes(6));
                return await inner.ExecuteAsync(operation, cancellationToken);
            case BatchGetItem { Tables: [{ Keys.Count: > 1 } table] } batch:
                BatchGetItem first = new()
                {
                    Tables = [table.Only([.. Enumerable.Range(0, table.Keys.Count - 1)])],
                    ReturnConsumedCapacity = batch.ReturnConsumedCapacity,
                };
                BatchGetItemReply found = (BatchGetItemReply)await inner.ExecuteAsync(first, cancellationToken);
                return new BatchGetItemReply
                {
                    Responses = found.Responses,
                    UnprocessedKeys = [table.Only([table.Keys.Count - 1])],
                    ConsumedCapacity = found.ConsumedCapacity,
                };
            case BatchWriteItem { Writes.Count: > 1 } batch:
                await inner.ExecuteAsync(new BatchWriteItem { Writes = [.. batch.Writes.SkipLast(1)] }, cancellationToken);
                return new BatchWriteItemReply { UnprocessedItems = [batch.Writes[^1]] };
            default:
                return await inner.ExecuteAsync(operation, cancellationToken);
        }
    }

    private static bool Asks(GetItem get, string key) =>
        get.Key.Value!.TryGetValue("pk", out AttributeValue? value) && value.Equals(AttributeValue.FromString(key));
}
