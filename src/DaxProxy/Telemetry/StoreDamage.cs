using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using DaxProxy.Engine.Storage.Seals;

namespace DaxProxy.Telemetry;

/// <summary>Pages of the local engine's store that were read and are not what was written: counted each time, logged once.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class StoreDamage
{
    /// <summary>More damaged pages than this are a damaged disk, and a line for each says no more.</summary>
    private const int MaxLines = 100;

    private readonly ILogger? logger;
    private readonly ConcurrentDictionary<DamagedPage, bool> logged = new();
    private long reads;

    /// <summary>Nothing found yet.</summary>
    /// <param name="logger">Where to log; null for nowhere.</param>
    public StoreDamage(ILogger? logger) => this.logger = logger;

    /// <summary>Reads that failed since the start.</summary>
    public long Reads => Interlocked.Read(ref reads);

    /// <summary>Counts a read that failed, and logs the page if it is a new one.</summary>
    public void Note(DamagedPage page)
    {
        Interlocked.Increment(ref reads);
        if (logger is not null && logged.Count < MaxLines && logged.TryAdd(page, true))
        {
            Log.PageDamaged(logger, page);
        }
    }

    /// <summary>Shows the count as an instrument.</summary>
    public void ShowOn(Meter meter) => meter.CreateObservableCounter(
        "daxproxy.store.damaged_reads",
        () => Reads,
        null,
        "Reads of the local engine's store that failed because a page does not match its checksum.");
}
