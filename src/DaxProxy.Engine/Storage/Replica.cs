namespace DaxProxy.Engine.Storage;

/// <summary>
/// A simulated replica: a reader whose transaction stays open from one moment of its schedule to the next, and so shows the store as it was
/// at the former.
/// </summary>
/// <remarks>
/// Thread-safe: one reads at a time. The transaction need not begin at the moment itself, only before the first write that follows it:
/// hence <see cref="Follow"/>, which the writer calls before each group.
/// </remarks>
internal sealed class Replica(Session session, LagSchedule schedule) : IDisposable
{
    private const long None = long.MinValue;

    private long heldMoment = None;

    /// <summary>Locked while a thread reads or changes the state that is held.</summary>
    public Lock Turn { get; } = new();

    /// <summary>Runs a read on this thread.</summary>
    public TResult Read<TState, TResult>(TState state, Func<Session, TState, TResult> read)
    {
        lock (Turn)
        {
            Follow();
            try
            {
                return read(session, state);
            }
            catch
            {
                // The session may be in the middle of something. The next read starts over.
                LetGo();
                throw;
            }
        }
    }

    /// <summary>Lets go of a state that is too old and holds on to the present one in its place.</summary>
    public void Follow()
    {
        // Mostly there is nothing to do, and then the writer need not wait for who is reading.
        long moment = schedule.LastMoment();
        if (Volatile.Read(ref heldMoment) == moment)
        {
            return;
        }

        lock (Turn)
        {
            LetGo();
            session.BeginSnapshot();
            Volatile.Write(ref heldMoment, moment);
        }
    }

    /// <summary>Holds nothing, until the next read or write.</summary>
    public void LetGo()
    {
        lock (Turn)
        {
            Volatile.Write(ref heldMoment, None);
            session.Recover();
        }
    }

    public void Dispose()
    {
        lock (Turn)
        {
            session.Dispose();
        }
    }
}
