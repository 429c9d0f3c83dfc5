using DaxProxy.Core.Caching.Explaining;
using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Caching.Queries;
using DaxProxy.Core.Caching.Writes;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Streams;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching;

/// <summary>A backend that remembers what the one inside it answered to reads of items, and what writes made of them.</summary>
/// <remarks>
/// Thread-safe. Answers as the inner backend does, with two differences. Where another writer bypasses this backend, a read that is not
/// consistent may be as old as the entry's time to live, but never older than a write that this backend has acknowledged. A read that was
/// answered from the cache consumes no capacity. A fault of the cache fails no request. Reads carry <see cref="Reply.Cache"/>.
/// </remarks>
public sealed class CachedBackend : IDynamoBackend
{
    private readonly IDynamoBackend inner;
    private readonly TableCatalog catalog;
    private readonly GetItemFlow reads;
    private readonly BatchGetItemFlow batchReads;
    private readonly QueryFlow? queries;
    private readonly WriteContext changes;
    private readonly WriteFlow writes;
    private readonly BulkWrites? bulk;

    /// <summary>A cache around a backend.</summary>
    /// <param name="inner">Who answers what is not known.</param>
    /// <param name="catalog">The tables, learnt from the same backend.</param>
    /// <param name="cache">Where items are kept.</param>
    /// <param name="pages">Where pages of queries are kept; null when they are not.</param>
    /// <param name="doubtWindow">How long a write of unknown outcome may still arrive at the backend; the caches have the same.</param>
    /// <param name="health">Told of each fault of the caches themselves.</param>
    /// <param name="bulk">Knows of operations that go on writing; null where the backend has none.</param>
    public CachedBackend(
        IDynamoBackend inner,
        TableCatalog catalog,
        ItemCache cache,
        QueryCache? pages,
        TimeSpan doubtWindow,
        CacheHealth health,
        BulkWrites? bulk = null)
    {
        this.bulk = bulk;
        this.inner = inner;
        this.catalog = catalog;
        Health = health;
        ShieldedItems items = new(cache, health);
        KeyFinder finder = new(catalog, items, health);
        reads = new GetItemFlow(inner, cache, items, finder, health);
        batchReads = new BatchGetItemFlow(inner, catalog, cache, items, finder, health);
        queries = pages is null ? null : new QueryFlow(inner, pages, finder, health);
        PageInvalidation? invalidation = pages is null ? null : new PageInvalidation(pages.Fences);
        changes = new WriteContext(inner, catalog, cache, invalidation, finder, health, doubtWindow);
        writes = new WriteFlow(changes);
    }

    /// <summary>How the caches themselves do.</summary>
    public CacheHealth Health { get; }

    /// <inheritdoc/>
    public ReadLag ReadLag => inner.ReadLag;

    /// <inheritdoc/>
    public Func<KeyLayout, AttributeMap, ulong>? ScanOrder => inner.ScanOrder;

    /// <inheritdoc/>
    public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken)
    {
        Health.TryRestore();
        return changes.Peers is { } peers && operation.ChangedTables is not [] and var tables && !peers.MayWrite(tables)
            ? new(new ErrorReply(TransportFaults.InternalServerError) { Effect = KnownEffect.None })
            : RouteAsync(operation, cancellationToken);
    }

    /// <summary>How a request would be answered now; null for one that the caches never answer, as a write.</summary>
    public Forecast? Foresee(Operation operation) => operation switch
    {
        GetItem get => reads.Foresee(get),
        BatchGetItem batch => batchReads.Foresee(batch),
        PageOperation page => queries?.Foresee(page),
        _ => null,
    };

    /// <summary>
    /// Forgets everything cached of a table, or one of its items. What is being fetched of it now will not be kept. False if the table is
    /// not known or the key does not fit it. A writer that changed an item past this backend may call it, once the change can be read.
    /// </summary>
    public bool Evict(string tableName, AttributeMap? key = null)
    {
        if (key is null)
        {
            changes.EndUnfenced(isUnknown: false);
            writes.TellInPassing([new PeerEffect.OfTable(tableName, IsInDoubt: false)]);
            return catalog.Renew(tableName);
        }

        if (!catalog.TryGet(tableName, out _))
        {
            // Others may know it.
            writes.TellInPassing([new PeerEffect.OfTable(tableName, IsInDoubt: false)]);
            return false;
        }

        return writes.TryNote(tableName, key, null) && EvictUnfenced(tableName);
    }

    /// <summary>
    /// Forgets what is cached of one partition of a table, items and pages, or the pages of one partition of an index. False if table or
    /// index are not known or the key does not fit.
    /// </summary>
    /// <param name="tableName">Name of the table.</param>
    /// <param name="indexName">Name of the index; null for the table itself.</param>
    /// <param name="partition">The attributes of its partition key.</param>
    public bool EvictPartition(string tableName, string? indexName, AttributeMap partition) =>
        writes.TryEvictPartition(tableName, indexName, partition) && EvictUnfenced(tableName);

    /// <summary>Forgets the pages of one index. False if it is not known.</summary>
    public bool EvictIndex(string tableName, string indexName) =>
        writes.TryEvictIndex(tableName, indexName) && EvictUnfenced(tableName);

    /// <summary>
    /// Changes that no client's write made. To be called once they can be read and before any later write is acknowledged. Neither throws
    /// nor waits: a failure makes the table void.
    /// </summary>
    public void Note(IReadOnlyList<BackgroundChange> changes)
    {
        foreach (BackgroundChange change in changes)
        {
            writes.Note(change);
        }
    }

    /// <summary>Forgets everything cached of all tables.</summary>
    public void EvictAll()
    {
        changes.EndUnfenced(isUnknown: false);
        catalog.RenewAll();
        writes.TellInPassing([new PeerEffect.OfEverything(IsInDoubt: false)]);
    }

    /// <summary>
    /// Joins the writes that come through here with those of other processes: each is told to the peers before it is acknowledged. To be
    /// called before the first request.
    /// </summary>
    /// <param name="peers">The others.</param>
    /// <param name="shared">What they keep for each other; null for nothing.</param>
    public void Join(IPeers peers, ISharedItems? shared)
    {
        changes.Peers = peers;
        changes.Shared = shared;
        changes.Finder.CatchUpAsync = peers.CatchUpAsync;
        reads.Shared = shared;
        batchReads.Shared = shared;
    }

    /// <summary>Whether something goes on changing tables that are out of the caches meanwhile.</summary>
    public bool IsHolding => catalog.IsHolding;

    /// <summary>
    /// What peers' writes mean to the caches here: what it says must not be answered any more is not, once this returns. To be called in
    /// the order in which each peer tells.
    /// </summary>
    /// <returns>
    /// Whether this process has a write under way of one of these items, or of an item that is not known: it may have come before theirs.
    /// </returns>
    public bool Hear(IReadOnlyList<PeerEffect> effects)
    {
        bool overlaps = false;
        foreach (PeerEffect effect in effects)
        {
            if (effect is PeerEffect.OfBulkOperation begun)
            {
                bulk?.Hear(begun.Operation);
            }
            else
            {
                overlaps |= writes.Hear(effect);
            }
        }

        return overlaps;
    }

    /// <summary>What a change means to caches that a table's stream tells: it may have been made past all of them.</summary>
    /// <param name="table">The table.</param>
    /// <param name="record">The change, of whichever view.</param>
    internal PeerEffect.OfItem EffectOf(TableInfo table, ChangeRecord record)
    {
        AttributeMap key = record.Keys.Open();
        bool knowsOld = record.EventName == "INSERT" || record.OldImage is not null;
        bool knowsNew = record.EventName == "REMOVE" || record.NewImage is not null;

        // The record before this one has told where the item came to be. So the old image says where it was, even if other writes are under
        // way.
        WriteImages? images = knowsNew ? new WriteImages(record.OldImage, record.NewImage) { IsOldKnown = knowsOld } : null;
        return new PeerEffect.OfItem(
            table.TableName,
            table.Shape,
            ItemKey.Of(table.KeySchema, key).Bytes.ToArray(),
            changes.Pages?.RaisesOf(table, key, null, images) ?? [],
            IsInDoubt: false)
        {
            Change = knowsOld && knowsNew ? ChangeDigest.Of(table.KeySchema, record.OldImage, record.NewImage) : null,
        };
    }

    /// <summary>
    /// Has the fences raised, here and at all peers, of what was written past them. To be called in the order of a stream's shard.
    /// </summary>
    /// <returns>Whether they are; false where it is not known of a peer.</returns>
    internal ValueTask<bool> SpreadAsync(IReadOnlyList<PeerEffect> effects)
    {
        Hear(effects);
        return changes.Peers is { } peers ? peers.ConfirmAsync(effects) : new(true);
    }

    /// <summary>
    /// Empties the caches, as peers may have written what is not told any more. Reads that may be behind are not trusted for as long as
    /// after a write.
    /// </summary>
    /// <param name="doubt">How long a write of unknown outcome may still arrive; no table is known for so long.</param>
    public void Restart(TimeSpan doubt)
    {
        changes.EndUnfenced(isUnknown: doubt > TimeSpan.Zero);
        changes.Cache.Fences.RaiseAll();
        catalog.SuspendAll(doubt);
    }

    private ValueTask<Reply> RouteAsync(Operation operation, CancellationToken cancellationToken) => operation switch
    {
        GetItem get => reads.ExecuteAsync(get, cancellationToken),
        BatchGetItem batch => batchReads.ExecuteAsync(batch, cancellationToken),
        PageOperation page => queries?.ExecuteAsync(page, cancellationToken) ?? inner.ExecuteAsync(page, cancellationToken),
        PutItem or UpdateItem or DeleteItem => writes.ExecuteAsync((WriteOperation)operation, cancellationToken),
        BatchWriteItem batch => writes.ExecuteAsync(batch, cancellationToken),
        TransactWriteItems transaction => writes.ExecuteAsync(transaction, cancellationToken),
        DescribeTable describe => DescribeAsync(describe, cancellationToken),

        ForwardedOperation { Verb.Effect: VerbEffect.ItemsAfterwards } start when bulk is not null =>
            bulk.StartAsync(start, changes.Peers, cancellationToken),
        ForwardedOperation { ChangedTables: null or [_, ..], IsUndoneByRefusal: true } change =>
            writes.ExecuteIfAcceptedAsync(change, change.ChangedTables, cancellationToken),

        // All others by what their verb says of itself. What may have changed anything voids the cache.
        { ChangedTables: [_, ..] tables } => writes.ExecuteAsync(operation, tables, cancellationToken),
        { ChangedTables: [] } => PassAsync(operation, cancellationToken),
        _ => writes.ExecuteUnknownAsync(operation, cancellationToken),
    };

    /// <summary>Pages that outlive writes do not look at fences: of their table everything is forgotten.</summary>
    private bool EvictUnfenced(string tableName) =>
        !catalog.TryGet(tableName, out CatalogTable? table) || !table.Settings.DaxCompatible || catalog.Renew(tableName);

    /// <summary>Forwarded; what the answer tells of a bulk operation is noted before its client has it.</summary>
    private async ValueTask<Reply> PassAsync(Operation operation, CancellationToken cancellationToken)
    {
        Reply reply = await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
        if (reply is ForwardedReply { BulkOperation: { } told })
        {
            bulk?.Note(told);
        }

        return reply;
    }

    /// <summary>Forwarded; if the answer contradicts what we know of the table, we know nothing.</summary>
    private async ValueTask<Reply> DescribeAsync(DescribeTable operation, CancellationToken cancellationToken)
    {
        Reply reply = await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
        if (!TableNames.IsArn(operation.TableName) && catalog.TryGet(operation.TableName, out CatalogTable? table)
            && reply is TableReply described
            && (described.Table.TableId != table.Info.TableId || described.Table.TableStatus is not ("ACTIVE" or "UPDATING")))
        {
            catalog.Forget(operation.TableName);
        }

        return reply;
    }
}
