using DaxProxy.Core;
using DaxProxy.Core.Operations;

namespace DaxProxy.Tests.Caching;

/// <summary>A backend that counts reads and, while there is a gate, keeps their answers back until it opens. Thread-safe.</summary>
internal sealed class HoldingBackend(IDynamoBackend inner) : IDynamoBackend
{
    private int reads;

    /// <summary>What answers wait for that are read from now on; null for nothing.</summary>
    public TaskCompletionSource? Gate { get; set; }

    /// <summary>How many reads were answered or are kept back: each has read already.</summary>
    public int Reads => Volatile.Read(ref reads);

    public ReadLag ReadLag => inner.ReadLag;

    public async ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken)
    {
        Reply reply = await inner.ExecuteAsync(operation, cancellationToken);
        if (operation is GetItem or PageOperation)
        {
            TaskCompletionSource? gate = Gate;
            Interlocked.Increment(ref reads);
            if (gate is not null)
            {
                await gate.Task;
            }
        }

        return reply;
    }
}
