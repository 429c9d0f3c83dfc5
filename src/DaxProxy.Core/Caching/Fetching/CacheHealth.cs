using DaxProxy.Core.Catalog;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Fetching;

/// <summary>
/// Faults of the caches themselves. No request fails because of one. Each is counted and reported. If they come too often, the caches are
/// taken out of service for a while: they are <em>degraded</em>.
/// </summary>
/// <remarks>
/// While degraded, the catalog knows no table and learns none. Reads and writes are then handled like those of tables that cannot be
/// described, and the rules for those keep the caches right: no older entry can be reached, now or later, and each write makes sure of that
/// again at its end. The first caller after the rest notes that it is over. Thread-safe. Callbacks run outside the lock.
/// </remarks>
/// <param name="catalog">The tables known to the caches.</param>
/// <param name="time">The clock.</param>
public sealed class CacheHealth(TableCatalog catalog, TimeProvider time)
{
    /// <summary>
    /// So many faults within <see cref="Window"/> are too many: two a second. With fewer, each request goes on without the cache; one bad
    /// item, for example, causes no more.
    /// </summary>
    public const int MostFaults = 20;

    private readonly Lock gate = new();
    private readonly Queue<long> latest = new(MostFaults);
    private long faults;
    private volatile bool isDegraded;
    private DateTimeOffset since;

    /// <summary>The time in which faults are counted: long enough for a few requests a second to show what is wrong.</summary>
    public static TimeSpan Window { get; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the caches are out of service before they are tried again: much longer than it takes to find out that nothing has changed,
    /// and short beside the time that it takes to fill them.
    /// </summary>
    public static TimeSpan Rest { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Told of each fault; must not throw.</summary>
    public Action<Exception>? OnFault { get; init; }

    /// <summary>Told of the last fault before the caches went out of service; must not throw.</summary>
    public Action<Exception>? OnDegraded { get; init; }

    /// <summary>Told when they are in service again; must not throw.</summary>
    public Action? OnRestored { get; init; }

    /// <summary>How many faults there were; each time the request went on without the cache.</summary>
    public long Faults => Volatile.Read(ref faults);

    /// <summary>Since when the caches are out of service; null when they are not.</summary>
    public DateTimeOffset? DegradedSince
    {
        get
        {
            TryRestore();
            lock (gate)
            {
                return isDegraded ? since : null;
            }
        }
    }

    /// <summary>What to say of a read that passes by.</summary>
    internal CacheStatus Bypass => isDegraded ? CacheStatus.Degraded : catalog.Gate.IsOpen ? CacheStatus.Bypass : CacheStatus.NoLease;

    /// <summary>There was a fault of the caches, for which no request is to fail.</summary>
    public void Report(Exception fault)
    {
        Interlocked.Increment(ref faults);
        OnFault?.Invoke(fault);
        if (TryDegrade())
        {
            OnDegraded?.Invoke(fault);
        }
    }

    /// <summary>Puts the caches back into service if their rest is over. Costs nothing while they are healthy.</summary>
    internal void TryRestore()
    {
        if (isDegraded)
        {
            Restore();
        }
    }

    private void Restore()
    {
        lock (gate)
        {
            if (!isDegraded || time.GetUtcNow() < since + Rest)
            {
                return;
            }

            isDegraded = false;
        }

        OnRestored?.Invoke();
    }

    private bool TryDegrade()
    {
        lock (gate)
        {
            if (isDegraded)
            {
                return false;
            }

            if (latest.Count == MostFaults)
            {
                latest.Dequeue();
            }

            latest.Enqueue(time.GetTimestamp());
            if (latest.Count < MostFaults || time.GetElapsedTime(latest.Peek()) > Window)
            {
                return false;
            }

            latest.Clear();
            since = time.GetUtcNow();
            isDegraded = true;
            catalog.SuspendAll(Rest);
            return true;
        }
    }
}
