using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Conformance.Policies;

/// <summary>An engine whose reads of items can be held back, or fail.</summary>
internal sealed class HeldBackend(IDynamoBackend inner) : IDynamoBackend
{
    private TaskCompletionSource? hold;
    private volatile int waiting;

    /// <summary>Whether it says that it has no capacity for reads.</summary>
    public bool IsFailing { get; set; }

    /// <summary>Requests of each verb that came this far.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<Operation> Seen { get; } = [];

    /// <summary>Reads that wait.</summary>
    public int Waiting => waiting;

    public ReadLag ReadLag => inner.ReadLag;

    public Func<KeyLayout, AttributeMap, ulong>? ScanOrder => inner.ScanOrder;

    /// <summary>From now on reads wait.</summary>
    public void Hold() => hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>They go on.</summary>
    public void Release()
    {
        hold?.SetResult();
        hold = null;
    }

    public async ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken)
    {
        Seen.Enqueue(operation);
        if (operation is GetItem)
        {
            if (IsFailing)
            {
                return new ErrorReply(TransportFaults.RateExceeded);
            }

            if (hold is { } held)
            {
                Interlocked.Increment(ref waiting);
                await held.Task.WaitAsync(cancellationToken);
                Interlocked.Decrement(ref waiting);
            }
        }

        return await inner.ExecuteAsync(operation, cancellationToken);
    }
}
