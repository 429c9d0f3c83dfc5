using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Tests.Caching;

/// <summary>A backend that counts reads and, while there is a gate, keeps their answers back until it opens. Thread-safe.</summary>
internal sealed class HoldingBackend(IDynamoBackend inner) : IDynamoBackend
{
    private int reads;

    /// <summary>What answers wait for that are read from now on; null for nothing.</summary>
    public TaskCompletionSource? Gate { get; set; }

    /// <summary>What reads are answered instead, as the backend fails; null for what they read.</summary>
    public ErrorReply? Failure { get; set; }

    /// <summary>Whether the answers to writes are lost, which happen all the same.</summary>
    public bool LosesWrites { get; set; }

    /// <summary>How many reads were answered or are kept back: each has read already.</summary>
    public int Reads => Volatile.Read(ref reads);

    public ReadLag ReadLag => inner.ReadLag;

    public async ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken)
    {
        Reply reply = await inner.ExecuteAsync(operation, cancellationToken);
        if (operation is GetItem or BatchGetItem or PageOperation)
        {
            TaskCompletionSource? gate = Gate;
            Interlocked.Increment(ref reads);
            if (gate is not null)
            {
                await gate.Task;
            }

            return Failure ?? reply;
        }

        return LosesWrites && operation is WriteOperation ? new ErrorReply(TransportFaults.InternalServerError) : reply;
    }
}
