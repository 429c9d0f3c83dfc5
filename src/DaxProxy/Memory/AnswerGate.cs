using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Streams;

namespace DaxProxy.Memory;

/// <summary>
/// Lets in operations whose answers can be large, only so many at once that their answers fit into the memory that answers may take. The
/// size of an answer is unknown until it is read. It is estimated: the most that it can be, times the part of the most that recent answers
/// of its kind were.
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

    private const long MaxItemBytes = 400 << 10, MaxPageBytes = 1 << 20, MaxTransactionBytes = 4 << 20, MaxBatchBytes = 16 << 20;

    private readonly double leastPart = Math.Min(1, (double)budget.MaxBytes / worstBytes);
    private double partOfItems = 1;
    private double partOfPages = 1;
    private double partOfLists = 1;
    private double partOfRefusals = 1;

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

    /// <summary>Whether the answer to an operation can be so large that it has to be let in.</summary>
    public static bool IsFor(Operation operation) => MostBytesOf(operation) > 0;

    /// <summary>
    /// Lets an operation in, with a share of the memory that is to be given back once its answer has been sent; null when there is none in time.
    /// </summary>
    /// <param name="operation">The operation.</param>
    /// <param name="gone">The client has left.</param>
    /// <exception cref="OperationCanceledException">It has.</exception>
    public ValueTask<InFlightShare?> TryTakeAsync(Operation operation, CancellationToken gone) =>
        budget.TryTakeAsync(
            (long)(BytesPerItemByte * MostBytesOf(operation) * Math.Max(leastPart, Volatile.Read(ref PartOf(operation)))), gone);

    /// <summary>There is an answer: the share becomes what that needs, nothing if it is small.</summary>
    /// <param name="share">The operation's share.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="reply">The answer.</param>
    public void Settle(InFlightShare share, Operation operation, Reply reply)
    {
        long bytes = reply.ItemBytes;
        ref double part = ref PartOf(operation);
        double known = Volatile.Read(ref part), found = Math.Min(1, (double)bytes / MostBytesOf(operation));
        Volatile.Write(ref part, found >= known ? found : known - ((known - found) / Decay));
        share.Resize(bytes <= InFlightBudget.SmallBytes ? 0 : Math.Min(BytesPerItemByte * bytes, budget.MaxBytes));
    }

    /// <summary>
    /// The most bytes of items that an answer can have; 0 for those that need not be let in. Source: the limits in the service's
    /// documentation.
    /// </summary>
    private static long MostBytesOf(Operation operation) => operation switch
    {
        GetItem => MaxItemBytes,
        WriteOperation write => write.ReturnValues != ReturnValues.NONE || write.ReturnItemOnConditionFailure ? MaxItemBytes : 0,
        PageOperation page => Math.Min(MaxPageBytes, (page.Limit ?? int.MaxValue) * MaxItemBytes),
        BatchGetItem batch => Math.Min(MaxBatchBytes, batch.Tables.Sum(static table => table.Keys.Count) * MaxItemBytes),
        TransactGetItems transaction => Math.Min(MaxTransactionBytes, transaction.Gets.Count * MaxItemBytes),
        ExecuteStatement statement => ReturnsItems(statement) ? MaxPageBytes : 0,
        BatchExecuteStatement batch => Math.Min(MaxBatchBytes, Returning(batch.Statements) * MaxItemBytes),
        ExecuteTransaction transaction => Returning(transaction.Statements) * MaxItemBytes,
        TransactWriteItems write => write.Actions.Count(static action => action is { ReturnItemOnConditionFailure: true }) * MaxItemBytes,
        SearchVectors search => search.TopK * MaxItemBytes,
        GetRecords => MaxPageBytes,
        _ => 0,
    };

    private static int Returning(IReadOnlyList<ExecuteStatement> statements) => statements.Count(ReturnsItems);

    /// <summary>
    /// Whether a statement may answer with items. It is not parsed here, so one that begins with a comment is taken for one that does.
    /// </summary>
    private static bool ReturnsItems(ExecuteStatement statement)
    {
        ReadOnlySpan<char> text = statement.Statement.AsSpan().TrimStart();
        bool isInsert = text.StartsWith("insert", StringComparison.OrdinalIgnoreCase);
        bool isChange = text.StartsWith("update", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("delete", StringComparison.OrdinalIgnoreCase);
        return statement.ReturnItemOnConditionFailure
            || !(isInsert || (isChange && !text.Contains("returning", StringComparison.OrdinalIgnoreCase)));
    }

    private ref double PartOf(Operation operation)
    {
        switch (operation)
        {
            case PageOperation or ExecuteStatement or GetRecords:
                return ref partOfPages;
            case GetItem or WriteOperation:
                return ref partOfItems;
            case TransactWriteItems:
                return ref partOfRefusals;
            default:
                return ref partOfLists;
        }
    }
}
