using DaxProxy.Core.Operations;

namespace DaxProxy.Memory;

/// <summary>
/// Lets reads in whose answers can be large, only so many at once that their answers fit into the memory that answers may take. What an answer will be is not known before it has
/// been read, so it is taken for as large as the last ones of its kind, and for no less than a quarter of the most that it can be.
/// </summary>
/// <remarks>
/// Thread-safe. The first ones are taken for as large as they can be. One large answer makes the next ones count as much at once; small ones bring that down again within some dozens.
/// </remarks>
/// <param name="budget">The memory that answers may take together.</param>
public sealed class AnswerGate(InFlightBudget budget)
{
    /// <summary>What is taken of memory for each byte of an answer while it is read and rendered: the items, and the text in buffers that grow.</summary>
    public const int BytesPerReadByte = 3;

    /// <summary>What is held for each byte of an answer while it is sent: the text, and what the collector has not yet taken of the items.</summary>
    public const int BytesPerSentByte = 2;

    /// <summary>The part of the most that an answer can be which is counted at least.</summary>
    private const int LeastPart = 4;

    /// <summary>How fast large answers are forgotten: the part of the difference that each small one takes away.</summary>
    private const int Decay = 8;

    private const long MaxItemBytes = 400 << 10, MaxPageBytes = 1 << 20, MaxTransactionBytes = 4 << 20, MaxBatchBytes = 16 << 20;

    private long pageBytes = MaxPageBytes;
    private long listBytes = MaxBatchBytes;

    /// <summary>The memory that answers may take together.</summary>
    public InFlightBudget Budget => budget;

    /// <summary>A gate with half as much memory as requests may take, besides that: requests that are slow to come do not keep others from reading.</summary>
    /// <param name="requests">The memory that requests may take.</param>
    /// <param name="time">The clock.</param>
    public static AnswerGate Beside(InFlightBudget requests, TimeProvider time) => new(new InFlightBudget(requests.MaxBytes / 2, time));

    /// <summary>The most bytes that the answer to an operation can have; 0 for one that is not worth asking.</summary>
    public static long MostBytesOf(Operation operation) => operation switch
    {
        PageOperation page => Math.Min(MaxPageBytes, (page.Limit ?? int.MaxValue) * MaxItemBytes),
        BatchGetItem batch => Math.Min(MaxBatchBytes, batch.Tables.Sum(static table => table.Keys.Count) * MaxItemBytes),
        TransactGetItems transaction => Math.Min(MaxTransactionBytes, transaction.Gets.Count * MaxItemBytes),
        ExecuteStatement statement => IsSelect(statement.Statement) ? MaxPageBytes : 0,
        BatchExecuteStatement batch => Math.Min(MaxBatchBytes, batch.Statements.Count(static one => IsSelect(one.Statement)) * MaxItemBytes),
        ExecuteTransaction transaction => Math.Min(MaxTransactionBytes, transaction.Statements.Count(static one => IsSelect(one.Statement)) * MaxItemBytes),
        _ => 0,
    };

    /// <summary>What to take for an answer of at most so many bytes.</summary>
    internal long EstimateOf(long mostBytes) =>
        Math.Min(BytesPerReadByte * Math.Clamp(Volatile.Read(ref Learned(mostBytes)), mostBytes / LeastPart, mostBytes), budget.MaxBytes);

    /// <summary>Learns what an answer of at most so many bytes was.</summary>
    internal void Learn(long mostBytes, long answerBytes)
    {
        ref long learned = ref Learned(mostBytes);
        long known = Volatile.Read(ref learned);
        Volatile.Write(ref learned, answerBytes >= known ? answerBytes : known - ((known - answerBytes) / Decay));
    }

    private ref long Learned(long mostBytes) => ref mostBytes <= MaxPageBytes ? ref pageBytes : ref listBytes;

    private static bool IsSelect(string statement) => statement.AsSpan().TrimStart().StartsWith("select", StringComparison.OrdinalIgnoreCase);
}
