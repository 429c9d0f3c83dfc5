using DaxProxy.Core;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Streams;

namespace DaxProxy.Tests.Caching.Checker.Following;

/// <summary>
/// The way of one process to the table. Writes take place and are answered, and reads are answered, when the scheduler says so; a read
/// shows what it found when it was sent.
/// </summary>
internal sealed class StreamedBackend(StreamedTable table) : IDynamoBackend
{
    public ReadLag ReadLag => new(StreamedTable.Lag, StreamedTable.Lag);

    /// <summary>Draws what calls do from now on.</summary>
    public Dice Dice { get; set; } = new(0, 0);

    public List<Call> Held { get; } = [];

    public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken)
    {
        switch (operation)
        {
            case DescribeTable:
                return new(new TableReply(table.Describe()));
            case DescribeStream or GetShardIterator or GetRecords:
                return new(table.Answer(operation, Dice));
        }

        Call call = new(table, operation, Dice.Next(3)) { Reply = operation is WriteOperation ? null : Read(operation) };
        Held.Add(call);
        return new(call.Answer);
    }

    private Reply Read(Operation operation)
    {
        bool isConsistent = operation is GetItem { ConsistentRead: true } or PageOperation { ConsistentRead: true };
        int oldest = table.NumberAt(table.Now - StreamedTable.Lag),
            number = isConsistent ? table.Last : oldest + Dice.Next(table.Last - oldest + 1);
        if (operation is GetItem get)
        {
            return new GetItemReply(
                table.StateOf(number).TryGetValue(get.Key.Value!["k"].String, out AttributeMap? item) ? Item.FromAttributes(item) : null,
                null);
        }

        List<Item> items = Shown(number, FollowingWorld.GroupIn((Query)operation));
        return new PageReply { Items = items, Count = items.Count, ScannedCount = items.Count };
    }

    /// <summary>The items of a partition of the index in a state.</summary>
    public List<Item> Shown(int number, string group) =>
        [.. table.StateOf(number).Values.Where(item => item.TryGetValue("g", out AttributeValue? own) && own.String == group)
            .Select(Item.FromAttributes)];

    /// <summary>A call in the hand of the scheduler.</summary>
    internal sealed class Call(StreamedTable table, Operation operation, int knowledge)
    {
        private readonly TaskCompletionSource<Reply> answer = new();

        public Operation Operation => operation;

        public Reply? Reply { get; set; }

        /// <summary>The state that a write made; -1 before.</summary>
        public int Number { get; private set; } = -1;

        public Task<Reply> Answer => answer.Task;

        /// <summary>A write takes place.</summary>
        public void Perform(Dice dice)
        {
            string key = operation switch
            {
                PutItem put => put.Item.Value!["k"].String,
                UpdateItem update => update.Key.Value!["k"].String,
                _ => ((DeleteItem)operation).Key.Value!["k"].String,
            };
            AttributeMap? old = table.Find(key), updated = null;
            switch (operation)
            {
                case PutItem put:
                    updated = put.Item.Value;
                    break;
                case UpdateItem update:
                    update.Update!.TryApply(old, update.Key.Value!, out updated);
                    break;
            }

            Number = table.Write(key, updated, dice);
            WriteImages images = new(old is null ? null : Item.FromAttributes(old), updated is null ? null : Item.FromAttributes(updated));

            // As the engine tells; as DynamoDB does of an update or a batch; nothing.
            Reply = new WriteReply
            {
                Images = knowledge switch
                {
                    0 => images,
                    1 => images with { Old = null, IsOldKnown = false },
                    _ => operation is UpdateItem ? images with { Old = null, IsOldKnown = false } : images,
                },
            };
        }

        public void Release() => answer.SetResult(Reply!);
    }
}
