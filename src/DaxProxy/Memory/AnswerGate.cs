using DaxProxy.Core.Operations;

namespace DaxProxy.Memory;

/// <summary>
/// Lets reads whose answers can be large in, only so many at once that their answers fit into the memory that answers may take. How large
/// an answer will be is not known before it has been read, so it is taken for the part of the most that answers of its kind have been of
/// late.
/// </summary>
/// <remarks>
/// Thread-safe. The first ones are taken for as large as they can be. One large answer makes the next ones count as much at once; small
/// ones bring that down again within some dozens, though never so far that all that are let in could together take more than <paramref
/// name="worstBytes"/>, whatever they turn out to be. One that turns out larger than it was taken for goes on, and the next ones wait for
/// longer: a read waits only while it holds nothing, so no two can wait for each other.
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

    /// <summary>The memory that answers may take together.</summary>
    public InFlightBudget Budget => budget;

    /// <summary>
    /// A gate with half as much memory as requests may take, besides that: requests that are slow to come do not keep others from reading.
    /// At the worst it lets answers in for half of the process's memory.
    /// </summary>
    /// <param name="requests">The memory that requests may take.</param>
    /// <param name="availableBytes">The memory that the process may use.</param>
    /// <param name="time">The clock.</param>
    public static AnswerGate Beside(InFlightBudget requests, long availableBytes, TimeProvider time) =>
        new(new InFlightBudget(requests.MaxBytes / 2, time), availableBytes / 2);

    /// <summary>Whether an operation is a read whose answer can be so large that it has to be let in.</summary>
    public static bool IsFor(Operation operation) => operation.MaxReplyItemBytes > 0;

    /// <summary>
    /// Lets a read in, with a share of the memory that is to be given back once its answer has been sent; null when there is none in time.
    /// </summary>
    /// <param name="operation">The read.</param>
    /// <param name="gone">The client has left.</param>
    /// <exception cref="OperationCanceledException">It has.</exception>
    public ValueTask<InFlightShare?> TryTakeAsync(Operation operation, CancellationToken gone) =>
        budget.TryTakeAsync(
            (long)(BytesPerItemByte * operation.MaxReplyItemBytes * Math.Max(leastPart, Volatile.Read(ref PartOf(operation)))), gone);

    /// <summary>A read has been answered: its share becomes what the answer needs, nothing if that is small.</summary>
    /// <param name="share">Its share.</param>
    /// <param name="operation">The read.</param>
    /// <param name="reply">The answer.</param>
    public void Settle(InFlightShare share, Operation operation, Reply reply)
    {
        long bytes = reply.ItemBytes;
        ref double part = ref PartOf(operation);
        double known = Volatile.Read(ref part), found = Math.Min(1, (double)bytes / operation.MaxReplyItemBytes);
        Volatile.Write(ref part, found >= known ? found : known - ((known - found) / Decay));
        share.Resize(bytes <= InFlightBudget.SmallBytes ? 0 : Math.Min(BytesPerItemByte * bytes, budget.MaxBytes));
    }

    private ref double PartOf(Operation operation) =>
        ref operation is PageOperation or ExecuteStatement ? ref partOfPages : ref partOfLists;
}
