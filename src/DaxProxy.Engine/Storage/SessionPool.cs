using System.Collections.Concurrent;

namespace DaxProxy.Engine.Storage;

/// <summary>
/// Sessions for readers. Over a file each reader has a connection of its own and never waits for the writer; in memory there is one
/// connection for all, and readers and the writer take turns.
/// </summary>
internal sealed class SessionPool : IDisposable
{
    private const int MaxIdle = 64;

    private readonly Database database;
    private readonly Session writer;
    private readonly Replicas? replicas;
    private readonly Lock turn = new();
    private readonly ConcurrentBag<Session> idle = [];
    private volatile bool isClosed;

    /// <summary>Sessions of a store.</summary>
    /// <param name="database">The store.</param>
    /// <param name="writer">Its first connection.</param>
    /// <param name="replicas">Who answers reads that may be behind; null when none may.</param>
    public SessionPool(Database database, Session writer, Replicas? replicas)
    {
        this.database = database;
        this.writer = writer;
        this.replicas = replicas;
    }

    /// <summary>Runs a read of one of the replicas on this thread.</summary>
    public TResult Read<TState, TResult>(ReplicaKind kind, TState state, Func<Session, TState, TResult> read) =>
        replicas?.Pick(kind) is { } replica ? replica.Read(state, read) : Read(state, read);

    /// <summary>The item of a row as one of the replicas has it; null for none.</summary>
    public StoredItem? FindItem(ReplicaKind kind, long tableId, RowKey row) =>
        Read(kind, (tableId, row), static (session, at) => session.FindItem(at.tableId, at.row));

    /// <summary>Runs a read of the present on this thread.</summary>
    public TResult Read<TState, TResult>(TState state, Func<Session, TState, TResult> read)
    {
        if (database.IsInMemory)
        {
            lock (turn)
            {
                try
                {
                    return read(writer, state);
                }
                catch
                {
                    writer.Recover();
                    throw;
                }
            }
        }

        Session session = idle.TryTake(out Session? taken) ? taken : new Session(database, database.Connect());
        TResult result;
        try
        {
            result = read(session, state);
        }
        catch
        {
            // It may be in the middle of something; the next reader gets a new one.
            session.Dispose();
            throw;
        }

        Return(session);
        return result;
    }

    /// <summary>Runs a group of writes on this thread, which is the writer's.</summary>
    public void Write(Action<Session> write)
    {
        if (database.IsInMemory)
        {
            lock (turn)
            {
                write(writer);
            }
        }
        else
        {
            replicas?.BeforeWrite(writer);
            write(writer);
        }
    }

    /// <summary>On the writer's thread: reads of all replicas that begin from now on see what is committed by now.</summary>
    public void CatchUp() => replicas?.CatchUp();

    /// <summary>On the writer's thread: reads of indexes that begin from now on see what is committed by now.</summary>
    public void CatchUpIndexes() => replicas?.CatchUpIndexes();

    public void Dispose()
    {
        isClosed = true;
        while (idle.TryTake(out Session? session))
        {
            session.Dispose();
        }

        replicas?.Dispose();
        writer.Dispose();
    }

    private void Return(Session session)
    {
        if (isClosed || idle.Count >= MaxIdle)
        {
            session.Dispose();
        }
        else
        {
            idle.Add(session);
        }
    }
}
