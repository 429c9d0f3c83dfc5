using System.Collections.Concurrent;
using DaxProxy.Core.Catalog;

namespace DaxProxy.Core.Caching.Following;

/// <summary>The followers of all tables whose streams are to be followed, each from when its table is first learnt. Thread-safe.</summary>
public sealed class StreamFollowers : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, StreamFollower> followers = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<Task> running = [];
    private readonly CancellationTokenSource stop = new();

    /// <summary>No table is followed yet.</summary>
    /// <param name="backend">Where the streams are: the backend behind the caches.</param>
    /// <param name="caches">What is told of changes.</param>
    /// <param name="catalog">The tables; tells which are to be followed.</param>
    /// <param name="ledger">What members of a group share about it.</param>
    /// <param name="time">The clock.</param>
    public StreamFollowers(IDynamoBackend backend, CachedBackend caches, TableCatalog catalog, IStreamLedger ledger, TimeProvider time)
    {
        Backend = backend;
        Caches = caches;
        Catalog = catalog;
        Ledger = ledger;
        Time = time;
        catalog.OnFollowed = Follow;
    }

    /// <summary>Told once that a table is not answered from the caches, as they may be too far behind. Must not throw.</summary>
    public Action<StreamFollowerStatus>? OnBehind { get; init; }

    /// <summary>Told the name of that table once it is again. Must not throw.</summary>
    public Action<string>? OnCaughtUp { get; init; }

    /// <summary>
    /// Told the name of a table whose stream could not be followed without a gap, and why: what was cached of it is void.
    /// </summary>
    public Action<string, string>? OnGap { get; init; }

    /// <summary>How they stand, by the names of the tables.</summary>
    public IEnumerable<StreamFollowerStatus> Statuses =>
        followers.Values.Select(follower => follower.Status).OrderBy(status => status.TableName, StringComparer.Ordinal);

    internal IDynamoBackend Backend { get; }

    internal CachedBackend Caches { get; }

    internal TableCatalog Catalog { get; }

    internal IStreamLedger Ledger { get; }

    internal TimeProvider Time { get; }

    internal CancellationToken Stop => stop.Token;

    /// <summary>Stops following; nothing is answered from the caches of those tables once they may be too far behind.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
        stop.Dispose();
    }

    private void Follow(CatalogTable table)
    {
        StreamFollower follower = new(table, this);
        if (!stop.IsCancellationRequested && followers.TryAdd(table.Info.TableName, follower))
        {
            running.Add(Task.Run(() => follower.RunAsync(stop.Token)));
        }
    }
}
