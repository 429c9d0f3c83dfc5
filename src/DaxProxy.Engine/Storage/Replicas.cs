namespace DaxProxy.Engine.Storage;

/// <summary>
/// The simulated replicas of a store: for tables and for global indexes some that lag, beside the leader that does not. Each read that may
/// be behind is given one of them, as the seed decides.
/// </summary>
/// <remarks>Thread-safe. Locks: only the writer holds the turn of more than one replica.</remarks>
internal sealed class Replicas : IDisposable
{
    /// <summary>The service keeps three copies of everything, and one of them leads.</summary>
    private const int LaggingCopies = 2;

    /// <summary>
    /// How much may be written before the log is emptied. This is SQLite's own limit. SQLite keeps it only while no reader holds an old
    /// state.
    /// </summary>
    private const long MaxPagesInLog = 1000;

    private readonly Replica[] ofTables;
    private readonly Replica[] ofIndexes;
    private readonly ulong pickSeed;
    private long picks;

    private Replicas(Database database, EngineOptions options, TimeProvider time)
    {
        ulong seed = (ulong)options.LagSeed;
        pickSeed = Seeded.Number(seed, 0);
        ofTables = Open(options.ReplicaLag, 1);
        ofIndexes = Open(options.IndexLag, 1 + LaggingCopies);

        Replica[] Open(TimeSpan lag, int first) => lag == TimeSpan.Zero
            ? []
            : [.. Enumerable.Range(first, LaggingCopies).Select(number =>
                new Replica(new Session(database, database.Connect()), new LagSchedule(Seeded.Number(seed, number), lag, time)))];
    }

    private IEnumerable<Replica> All => ofTables.Concat(ofIndexes);

    /// <summary>The replicas that the options ask for; null when they ask for none.</summary>
    public static Replicas? Open(Database database, EngineOptions options, TimeProvider time) =>
        options.HasLag ? new Replicas(database, options, time) : null;

    /// <summary>Who answers the next read of a kind of replica; null for the leader.</summary>
    public Replica? Pick(ReplicaKind kind)
    {
        Replica[] replicas = kind switch
        {
            ReplicaKind.OfTable => ofTables,
            ReplicaKind.OfGlobalIndex => ofIndexes,
            _ => [],
        };
        if (replicas.Length == 0)
        {
            return null;
        }

        ulong pick = Seeded.Number(pickSeed, Interlocked.Increment(ref picks)) % (ulong)(replicas.Length + 1);
        return pick == 0 ? null : replicas[pick - 1];
    }

    /// <summary>
    /// Called on the writer's thread before a group begins. A replica that is to miss the group must hold on to the present state.
    /// </summary>
    public void BeforeWrite(Session writer)
    {
        if (writer.PagesWritten() >= MaxPagesInLog)
        {
            Checkpoint(writer, [.. All]);
        }

        foreach (Replica replica in All)
        {
            replica.Follow();
        }
    }

    /// <summary>From now on all reads see everything that is committed by now. On the writer's thread.</summary>
    public void CatchUp() => LetGo(All);

    /// <summary>From now on index reads see everything that is committed by now. On the writer's thread.</summary>
    public void CatchUpIndexes() => LetGo(ofIndexes);

    public void Dispose()
    {
        foreach (Replica replica in All)
        {
            replica.Dispose();
        }
    }

    private static void LetGo(IEnumerable<Replica> replicas)
    {
        foreach (Replica replica in replicas)
        {
            replica.LetGo();
        }
    }

    /// <summary>
    /// Empties the log. Meanwhile no replica may hold a state in it. A replica that takes a state afterwards holds the file's, which does
    /// not keep the next write from starting the log from its beginning.
    /// </summary>
    private static void Checkpoint(Session writer, ReadOnlySpan<Replica> replicas)
    {
        if (replicas.IsEmpty)
        {
            writer.Checkpoint();
            return;
        }

        lock (replicas[0].Turn)
        {
            replicas[0].LetGo();
            Checkpoint(writer, replicas[1..]);
        }
    }
}
