using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Streams;

namespace DaxProxy.Memory;

/// <summary>
/// Limits how many operations with large answers run at once, so that their answers fit into the memory that answers may take. The size of
/// an answer is unknown until it is read. It is estimated: the most that it can be, times the part of the most that recent answers of its
/// kind were.
/// </summary>
/// <remarks>
/// Thread-safe. The first answers are estimated at their largest size. One large answer raises the estimate at once; small ones lower it
/// again within some dozens. It never falls so low that all admitted reads could together take more than <paramref name="worstBytes"/>,
/// even if each became as large as it can. A read that turns out larger than estimated goes on, and the next ones wait longer: a read waits
/// only while it holds nothing, so no two can wait for each other.
/// </remarks>
/// <param name="budget">The memory that answers may take together.</param>
/// <param name="worstBytes">What they may take together where each becomes as large as it can be.</param>
internal sealed class AnswerGate(InFlightBudget budget, long worstBytes)
{
    /// <summary>
    /// What an answer takes of memory for each byte of its items: the items as they are read, their text, and the answer that is made of
    /// them.
    /// </summary>
    public const int BytesPerItemByte = 3;

    /// <summary>How fast large answers are forgotten: the part of the difference that each smaller one takes away.</summary>
    private const int Decay = 8;

    private readonly double leastPart = Math.Min(1, (double)budget.MaxBytes / worstBytes);
    private double partOfPages = 1;
    private double partOfLists = 1;
    private double partOfRefusals = 1;
    private double partOfWrites = 1;

    /// <summary>The memory that answers may take together.</summary>
    public InFlightBudget Budget => budget;

    /// <summary>
    /// A gate with half as much memory as requests may take, besides that: requests that are slow to come do not keep others from reading.
    /// At the worst, answers take half of the process's memory.
    /// </summary>
    /// <param name="requests">The memory that requests may take.</param>
    /// <param name="availableBytes">The memory that the process may use.</param>
    /// <param name="time">The clock.</param>
    public static AnswerGate Beside(InFlightBudget requests, long availableBytes, TimeProvider time) =>
        new(new InFlightBudget(requests.MaxBytes / 2, time), availableBytes / 2);

    /// <summary>Whether the answer to an operation can be so large that it needs a share.</summary>
    public static bool IsFor(Operation operation) => operation.MaxReplyItemBytes > 0;

    /// <summary>
    /// A share of the memory for an operation, to be given back once its answer has been sent; null when there is none in time.
    /// </summary>
    /// <param name="operation">The operation.</param>
    /// <param name="gone">The client has left.</param>
    /// <exception cref="OperationCanceledException">It has.</exception>
    public ValueTask<InFlightShare?> TryTakeAsync(Operation operation, CancellationToken gone) =>
        budget.TryTakeAsync(
            (long)(BytesPerItemByte * operation.MaxReplyItemBytes * Math.Max(leastPart, Volatile.Read(ref PartOf(operation)))), gone);

    /// <summary>There is an answer: the share becomes what that needs, nothing if it is small.</summary>
    /// <param name="share">The operation's share.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="reply">The answer.</param>
    public void Settle(InFlightShare share, Operation operation, Reply reply)
    {
        long bytes = reply.ItemBytes;
        ref double part = ref PartOf(operation);
        double known = Volatile.Read(ref part), found = Math.Min(1, (double)bytes / operation.MaxReplyItemBytes);
        Volatile.Write(ref part, found >= known ? found : known - ((known - found) / Decay));
        share.Resize(bytes <= InFlightBudget.SmallBytes ? 0 : Math.Min(BytesPerItemByte * bytes, budget.MaxBytes));
    }

    private ref double PartOf(Operation operation)
    {
        switch (operation)
        {
            case PageOperation or ExecuteStatement or GetRecords:
                return ref partOfPages;
            case TransactWriteItems:
                return ref partOfRefusals;
            case WriteOperation:
                return ref partOfWrites;
            default:
                return ref partOfLists;
        }
    }
}
