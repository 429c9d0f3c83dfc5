using DaxProxy.Core.Operations;

namespace DaxProxy.Resilience;

/// <summary>The bulkheads of all tables: a fixed number of them, made when first used, found by the name of the table.</summary>
/// <remarks>
/// Thread-safe; owns the bulkheads. However many names clients think of, memory is bounded. Two tables on one bulkhead share its limits.
/// Names are spread by the runtime's hash of strings, which differs from process to process. So no client knows which tables share one.
/// </remarks>
internal sealed class TableBulkheads(Func<string, TableBulkhead> make) : IDisposable
{
    /// <summary>How many there are at most.</summary>
    public const int Count = 4096;

    private readonly TableBulkhead?[] bulkheads = new TableBulkhead?[Count];

    /// <summary>How many bulkheads refuse requests.</summary>
    public int CountBroken() => bulkheads.Count(bulkhead => bulkhead is { IsBroken: true });

    /// <summary>The bulkhead that a request takes.</summary>
    public TableBulkhead Of(Operation operation)
    {
        string name = TableOf(operation) ?? "/" + operation.Name;
        ref TableBulkhead? place = ref bulkheads[(uint)name.GetHashCode(StringComparison.Ordinal) % Count];
        if (Volatile.Read(ref place) is { } bulkhead)
        {
            return bulkhead;
        }

        TableBulkhead made = make(name);
        if (Interlocked.CompareExchange(ref place, made, null) is not { } other)
        {
            return made;
        }

        made.Dispose();
        return other;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (TableBulkhead? bulkhead in bulkheads)
        {
            bulkhead?.Dispose();
        }
    }

    /// <summary>
    /// The one table that a request is about; null for requests that name several, or none, and for what is passed on as it is: those share
    /// a bulkhead by their verb, as a backend may answer one verb with nothing but failures and all others well.
    /// </summary>
    private static string? TableOf(Operation operation) => operation.TableNames is [{ } table] ? table : null;
}
