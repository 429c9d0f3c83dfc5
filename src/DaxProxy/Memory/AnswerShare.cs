using DaxProxy.Core.Operations;

namespace DaxProxy.Memory;

/// <summary>
/// What one answer takes of the memory of an <see cref="AnswerGate"/>: an estimate before it is read, what it is once it has been rendered, nothing once it has been sent. Can be used again then.
/// </summary>
/// <remarks>For one request at a time.</remarks>
/// <param name="gate">The gate.</param>
public sealed class AnswerShare(AnswerGate gate) : IDisposable
{
    private long mostBytes;
    private long bytes;

    /// <summary>Whether it holds anything.</summary>
    public bool IsTaken => bytes > 0;

    /// <summary>Takes what the answer to an operation may need; true also where that is nothing. False where it has to wait: see <see cref="WaitAsync"/>.</summary>
    /// <param name="operation">What is to be read.</param>
    public bool TryTake(Operation operation)
    {
        mostBytes = AnswerGate.MostBytesOf(operation);
        long estimate = gate.EstimateOf(mostBytes);
        if (estimate > 0 && !gate.Budget.TryTake(estimate))
        {
            return false;
        }

        bytes = estimate;
        return true;
    }

    /// <summary>Waits in line for what <see cref="TryTake"/> did not get; false when there was none in time.</summary>
    /// <param name="gone">The client has left.</param>
    /// <exception cref="OperationCanceledException">It has.</exception>
    public async ValueTask<bool> WaitAsync(CancellationToken gone)
    {
        long estimate = gate.EstimateOf(mostBytes);
        bool isTaken = await gate.Budget.TryWaitAsync(estimate, gone).ConfigureAwait(false);
        bytes = isTaken ? estimate : 0;
        return isTaken;
    }

    /// <summary>The answer has been rendered: gives back what is not needed for it, all of it if it is small.</summary>
    /// <param name="answerBytes">Its length.</param>
    public void Settle(long answerBytes)
    {
        if (bytes == 0)
        {
            return;
        }

        gate.Learn(mostBytes, answerBytes);
        long needed = answerBytes <= InFlightBudget.SmallBytes ? 0 : AnswerGate.BytesPerSentByte * answerBytes;
        long rest = bytes - needed;
        bytes = needed;
        if (rest > 0)
        {
            gate.Budget.Return(rest);
        }
        else
        {
            gate.Budget.Overdraw(-rest);
        }
    }

    /// <summary>The answer has been sent, or there is none: gives back what is left.</summary>
    public void Dispose()
    {
        long rest = bytes;
        bytes = 0;
        if (rest > 0)
        {
            gate.Budget.Return(rest);
        }
    }
}
