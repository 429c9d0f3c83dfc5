using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Backends.Remote;

/// <summary>
/// What the backend is asked to return of a write, and what its answer tells of the item before and after. A caller that wants nothing back
/// leaves room to ask for the whole item, which consumes no capacity; it is taken out of the answer again.
/// </summary>
/// <remarks>Pure functions. Source of what comes back when, and of its price: <c>ReturnValues</c> in DynamoDB's API reference.</remarks>
internal static class ImageRequests
{
    /// <summary>What to ask for.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="mayRewrite">Whether more may be asked for than the caller did.</param>
    public static ReturnValues AskedOf(Operation operation, bool mayRewrite) => operation switch
    {
        PutItem { ReturnValues: ReturnValues.NONE } or DeleteItem { ReturnValues: ReturnValues.NONE } when mayRewrite =>
            ReturnValues.ALL_OLD,
        UpdateItem { ReturnValues: ReturnValues.NONE } when mayRewrite => ReturnValues.ALL_NEW,
        WriteOperation write => write.ReturnValues,
        _ => ReturnValues.NONE,
    };

    /// <summary>The answer as the caller is to see it, with the images that it tells.</summary>
    public static Reply Complete(Operation operation, ReturnValues asked, Reply reply) => (operation, reply) switch
    {
        (WriteOperation write, WriteReply written) => new WriteReply
        {
            Attributes = write.ReturnValues == ReturnValues.NONE ? null : written.Attributes,
            ConsumedCapacity = written.ConsumedCapacity,
            ItemCollectionMetrics = written.ItemCollectionMetrics,
            Images = ImagesOf(write, asked, written.Attributes),
        },
        (BatchWriteItem batch, BatchWriteItemReply written) => new BatchWriteItemReply
        {
            UnprocessedItems = written.UnprocessedItems,
            ItemCollectionMetrics = written.ItemCollectionMetrics,
            ConsumedCapacity = written.ConsumedCapacity,
            Images = ImagesOf(batch, written.UnprocessedItems),
        },

        // With a token it may be a repetition that did nothing now.
        (TransactWriteItems { ClientRequestToken: null } transaction, TransactWriteItemsReply written) => new TransactWriteItemsReply
        {
            ItemCollectionMetrics = written.ItemCollectionMetrics,
            ConsumedCapacity = written.ConsumedCapacity,
            Images = [.. transaction.Actions.Select(action => ImagesOf(action!, ReturnValues.NONE, null))],
        },
        _ => reply,
    };

    private static WriteImages? ImagesOf(WriteOperation write, ReturnValues asked, Item? returned) => (write, asked) switch
    {
        // An item that is as it was, or absent as it was, may have become so by a write past the proxy: cached pages may still show what
        // was before that.
        (PutItem put, ReturnValues.ALL_OLD) when returned is null || !IsSame(returned.Open(), put.Item.Value!) =>
            new WriteImages(returned, Item.FromAttributes(put.Item.Value!)),
        (DeleteItem, ReturnValues.ALL_OLD) when returned is not null => new WriteImages(returned, null),
        (PutItem put, _) => new WriteImages(null, Item.FromAttributes(put.Item.Value!)) { IsOldKnown = false },
        (DeleteItem, _) => new WriteImages(null, null) { IsOldKnown = false },
        (UpdateItem, ReturnValues.ALL_NEW) when returned is not null => new WriteImages(null, returned) { IsOldKnown = false },
        _ => null,
    };

    /// <summary>Null as a whole where what was left undone cannot be told from what was done.</summary>
    private static List<WriteImages?>? ImagesOf(BatchWriteItem batch, IReadOnlyList<BatchWriteItem.WriteRequest> undone)
    {
        List<WriteImages?> images = [.. batch.Writes.Select(ImageOf)];
        foreach (BatchWriteItem.WriteRequest left in undone)
        {
            int at = batch.Writes.ToList().FindIndex(write => IsSame(write, left));
            if (at < 0)
            {
                return null;
            }

            images[at] = null;
        }

        return images;
    }

    private static WriteImages ImageOf(BatchWriteItem.WriteRequest write) =>
        new(null, write.Item is { Value: { } item } ? Item.FromAttributes(item) : null) { IsOldKnown = false };

    private static bool IsSame(BatchWriteItem.WriteRequest one, BatchWriteItem.WriteRequest other) =>
        one.TableName == other.TableName
        && (one.Item is null) == (other.Item is null)
        && IsSame((one.Item ?? one.Key)!.Value.Value!, (other.Item ?? other.Key)!.Value.Value!);

    private static bool IsSame(AttributeMap one, AttributeMap other) => AttributeValue.FromMap(one).Equals(AttributeValue.FromMap(other));
}
