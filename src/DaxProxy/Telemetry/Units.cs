using DaxProxy.Core.Operations;

namespace DaxProxy.Telemetry;

/// <summary>The capacity units that a reply says it took. Pure functions.</summary>
internal static class Units
{
    /// <summary>Their sum; null where the reply does not say it, as the client did not ask.</summary>
    public static double? Of(Reply reply) => PartsOf(reply) is { Count: > 0 } parts ? parts.Sum(part => part.TotalUnits) : null;

    /// <summary>Those of each table; empty where the reply does not say them.</summary>
    public static IReadOnlyList<ConsumedCapacity> PartsOf(Reply reply) => reply switch
    {
        GetItemReply item => One(item.ConsumedCapacity),
        PageReply page => One(page.ConsumedCapacity),
        WriteReply write => One(write.ConsumedCapacity),
        ExecuteStatementReply statement => One(statement.ConsumedCapacity),
        BatchGetItemReply batch => batch.ConsumedCapacity ?? [],
        BatchWriteItemReply batch => batch.ConsumedCapacity ?? [],
        BatchExecuteStatementReply batch => batch.ConsumedCapacity ?? [],
        TransactGetItemsReply transaction => transaction.ConsumedCapacity ?? [],
        TransactWriteItemsReply transaction => transaction.ConsumedCapacity ?? [],
        ExecuteTransactionReply transaction => transaction.ConsumedCapacity ?? [],
        _ => [],
    };

    private static IReadOnlyList<ConsumedCapacity> One(ConsumedCapacity? capacity) => capacity is null ? [] : [capacity];
}
