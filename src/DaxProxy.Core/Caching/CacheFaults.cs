namespace DaxProxy.Core.Caching;

/// <summary>Faults of the cache itself, which no request may suffer from: they are told to a log and counted.</summary>
/// <param name="log">Told of each fault; must not throw.</param>
internal sealed class CacheFaults(Action<Exception>? log)
{
    private long count;

    /// <summary>How many there were.</summary>
    public long Count => Volatile.Read(ref count);

    /// <summary>There was one.</summary>
    public void Report(Exception fault)
    {
        Interlocked.Increment(ref count);
        log?.Invoke(fault);
    }
}
