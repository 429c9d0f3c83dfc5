using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Catalog;

/// <summary>One run of a read: the tables that it finds, and the rows that it reads of them.</summary>
internal ref struct ReadScope(EngineCatalog catalog, SessionPool sessions)
{
    private readonly object edition = catalog.Edition;
    private EngineTable? first;
    private List<EngineTable>? others;

    /// <summary>Whether all tables that were found are still what the catalog shows.</summary>
    public readonly bool IsCurrent =>
        ReferenceEquals(edition, catalog.Edition)
        || ((first is null || catalog.Shows(first)) && (others is null || others.TrueForAll(catalog.Shows)));

    /// <inheritdoc cref="EngineCatalog.Find"/>
    public EngineTable? Find(string name) => Note(catalog.Find(name));

    /// <inheritdoc cref="EngineCatalog.FindAny"/>
    public EngineTable? FindAny(string name, out string status) => Note(catalog.FindAny(name, out status));

    /// <inheritdoc cref="SessionPool.FindItem"/>
    public readonly StoredItem? FindItem(ReplicaKind kind, long tableId, RowKey row) => sessions.FindItem(kind, tableId, row);

    /// <summary>Reads rows of one of the replicas.</summary>
    public readonly TResult Read<TState, TResult>(ReplicaKind kind, TState state, Func<Session, TState, TResult> read) =>
        sessions.Read(kind, state, read);

    /// <summary>Reads rows as they are now.</summary>
    public readonly TResult Read<TState, TResult>(TState state, Func<Session, TState, TResult> read) => sessions.Read(state, read);

    private EngineTable? Note(EngineTable? table)
    {
        if (first is null)
        {
            first = table;
        }
        else if (table is not null && table != first)
        {
            (others ??= []).Add(table);
        }

        return table;
    }
}
