using System.Diagnostics;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Partiql;

/// <summary>Runs the reads of a SELECT until a page is full.</summary>
internal sealed class SelectRunner(IDynamoBackend inner)
{
    /// <summary>Where a page of several reads ends, in bytes of what was read; one read ends its page itself.</summary>
    private const long MaxPageBytes = 1024 * 1024;

    /// <summary>One page of the rows, or the first error.</summary>
    public async ValueTask<Reply> RunAsync(ReadPlan plan, ExecuteStatement request, CancellationToken cancellationToken)
    {
        if (!TryBegin(plan, request, out NextToken at))
        {
            return new ErrorReply(PartiqlFaults.NextToken);
        }

        Page page = new(request.Limit);
        for (int position = at.Read; position < plan.Reads.Count; position++)
        {
            if (page.IsFull)
            {
                return page.Finish(new NextToken(position, null).Write(request), null);
            }

            PlannedRead read = plan.Reads[position];
            Operation operation = plan.OperationFor(
                read, position == at.Read ? at.Start : null, page.Remaining, request.ConsistentRead, request.ReturnConsumedCapacity);
            Reply reply = await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
            if (reply is ErrorReply refusal)
            {
                // What was read is paid for. Without an early end, a statement of more keys than its table has capacity for would never
                // come to its end.
                return refusal.Error.IsThrottling && position > at.Read
                    ? page.Finish(new NextToken(position, null).Write(request), null)
                    : refusal;
            }

            if (page.Take(plan, read, reply) is { } last)
            {
                return page.Finish(new NextToken(position, last).Write(request), last);
            }
        }

        return page.Finish(null, null);
    }

    /// <summary>Where a request goes on; false if its token is of another one.</summary>
    public static bool TryBegin(ReadPlan plan, ExecuteStatement request, out NextToken at) =>
        NextToken.TryRead(request, out at)
            && at.Read < plan.Reads.Count
            && (at.Start is null || plan.Reads[at.Read].Key is null);

    /// <summary>What has been read so far.</summary>
    private sealed class Page(int? limit)
    {
        private readonly List<Item> rows = [];
        private readonly List<ConsumedCapacity> capacities = [];
        private int readCount;
        private long readBytes;

        public int? Remaining => limit - readCount;

        public bool IsFull => readCount >= limit || readBytes >= MaxPageBytes;

        /// <summary>Takes a reply in; the key after which to go on, where it ended early.</summary>
        public AttributeMap? Take(ReadPlan plan, PlannedRead read, Reply reply)
        {
            switch (reply)
            {
                case GetItemReply item:
                    readCount += item.Item is null ? 0 : 1;
                    AddRows(plan, read, item.Item is null ? [] : [item.Item]);
                    Add(item.ConsumedCapacity);
                    return null;
                case PageReply page:
                    readCount += page.ScannedCount;
                    AddRows(plan, read, page.Items!);
                    Add(page.ConsumedCapacity);
                    return page.LastEvaluatedKey;
                default:
                    throw new UnreachableException($"A {reply.GetType().Name} to a read.");
            }
        }

        public ExecuteStatementReply Finish(string? token, AttributeMap? last) => new()
        {
            Items = rows,
            NextToken = token,
            LastEvaluatedKey = last,
            ConsumedCapacity = capacities.Count == 0 ? null : ConsumedCapacity.Sum(capacities),
        };

        private void AddRows(ReadPlan plan, PlannedRead read, IReadOnlyList<Item> entries)
        {
            foreach (Item entry in entries)
            {
                readBytes += entry.SizeBytes;
                if (plan.RowOf(read, entry) is { } row)
                {
                    rows.Add(row);
                }
            }
        }

        private void Add(ConsumedCapacity? capacity)
        {
            if (capacity is not null)
            {
                capacities.Add(capacity);
            }
        }
    }
}
