using System.Diagnostics;
using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Streams;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Indexes;
using DaxProxy.Engine.Items;
using DaxProxy.Engine.Maintenance;
using DaxProxy.Engine.Queries;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Storage.Checksums;
using DaxProxy.Engine.Storage.Files;
using DaxProxy.Engine.Streams;
using DaxProxy.Engine.Tables;
using DaxProxy.Engine.TimeToLive;
using DaxProxy.Engine.Transactions;
using Microsoft.Data.Sqlite;

namespace DaxProxy.Engine;

/// <summary>The bundled engine: DynamoDB on one SQLite file, or in memory.</summary>
/// <remarks>
/// Thread-safe. Reads run on the caller's thread and never wait for writes (in memory they take turns); writes are acknowledged when they
/// are committed. Reads that begin after an acknowledgement see the write, unless the options ask for lag and the read allows it.
/// </remarks>
public sealed class LocalBackend : IDynamoBackend, IDisposable
{
    private const long AccountMaxUnits = 80_000;
    private const long TableMaxUnits = 40_000;

    /// <summary>Much shorter than what is kept, and much longer than it takes.</summary>
    private static readonly TimeSpan TrimInterval = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How soon work is taken up again that a fault of the disk has ended: filling an index, noting ends, removing dropped rows.
    /// </summary>
    private static readonly TimeSpan CatchUpInterval = TimeSpan.FromSeconds(10);

    private readonly Database database;
    private readonly SessionPool sessions;
    private readonly WriteQueue writes;

    private readonly CreateTableHandler createTable;
    private readonly DescribeTableHandler describeTable;
    private readonly ListTablesHandler listTables;
    private readonly DeleteTableHandler deleteTable;
    private readonly UpdateTableHandler updateTable;
    private readonly TagsHandler tags;
    private readonly GetItemHandler getItem;
    private readonly PutItemHandler putItem;
    private readonly UpdateItemHandler updateItem;
    private readonly DeleteItemHandler deleteItem;
    private readonly BatchGetItemHandler batchGetItem;
    private readonly BatchWriteItemHandler batchWriteItem;
    private readonly QueryHandler query;
    private readonly ScanHandler scan;
    private readonly TransactGetItemsHandler transactGetItems;
    private readonly TransactWriteItemsHandler transactWriteItems;
    private readonly ListStreamsHandler listStreams;
    private readonly DescribeStreamHandler describeStream;
    private readonly GetShardIteratorHandler getShardIterator;
    private readonly GetRecordsHandler getRecords;
    private readonly UpdateTimeToLiveHandler updateTimeToLive;
    private readonly DescribeTimeToLiveHandler describeTimeToLive;
    private readonly ContinuousBackupsHandler continuousBackups;
    private readonly ContributorInsightsHandler contributorInsights;
    private readonly ResourcePolicyHandler resourcePolicies;
    private readonly AbsentFeatureHandler absentFeatures;
    private readonly RecurringStep sweeping;
    private readonly RecurringStep trimming;
    private readonly RecurringStep catchingUp;

    /// <summary>Opens a store.</summary>
    /// <exception cref="StorageException">The store cannot be opened; the message says why and what to do.</exception>
    public LocalBackend(EngineOptions options, ValidationProfile profile, TimeProvider time)
    {
        ReadLag = new ReadLag(options.ReplicaLag, options.IndexLag);
        database = Database.Open(options, out SqliteConnection connection);
        Session writer = new(database, connection);
        (EngineCatalog catalog, StreamCatalog streams, TimeToLiveCatalog timeToLive) = Load(database, writer, time);
        sessions = new SessionPool(database, writer, Replicas.Open(database, options, time));
        writes = new WriteQueue(sessions);
        TableReads reads = new(catalog, sessions);

        ResourceNames names = new(options.Region);
        StreamSwitch streamSwitch = new(names, time, options.StreamShards);
        ItemWriter items = new(
            catalog,
            new ChangeRecorder(streams, time, options.StreamShardLifetime),
            new Expirations(timeToLive),
            new ItemCollections(options.MaxCollectionBytes));
        ItemLocks locks = new();
        TableClock clock = new(time, options.StatusDelay);
        IndexBackfill backfill = new(catalog, writes);
        createTable = new CreateTableHandler(catalog, writes, names, streams, streamSwitch, clock);
        describeTable = new DescribeTableHandler(catalog);
        listTables = new ListTablesHandler(catalog);
        deleteTable = new DeleteTableHandler(catalog, writes, clock, streams, streamSwitch, timeToLive);
        updateTable = new UpdateTableHandler(
            catalog, writes, createTable, names, clock, backfill, streams, streamSwitch);
        tags = new TagsHandler(catalog, writes, reads);
        getItem = new GetItemHandler(reads);
        putItem = new PutItemHandler(catalog, writes, items, locks);
        updateItem = new UpdateItemHandler(catalog, writes, items, locks, profile);
        deleteItem = new DeleteItemHandler(catalog, writes, items, locks);
        batchGetItem = new BatchGetItemHandler(reads);
        batchWriteItem = new BatchWriteItemHandler(catalog, writes, items);
        query = new QueryHandler(reads, profile);
        scan = new ScanHandler(reads);
        transactGetItems = new TransactGetItemsHandler(reads, locks);
        transactWriteItems = new TransactWriteItemsHandler(catalog, writes, items, locks, time);
        listStreams = new ListStreamsHandler(sessions);
        describeStream = new DescribeStreamHandler(sessions, time, options.StatusDelay);
        getShardIterator = new GetShardIteratorHandler(sessions, time);
        getRecords = new GetRecordsHandler(sessions, names, time);
        updateTimeToLive = new UpdateTimeToLiveHandler(catalog, writes, timeToLive, clock);
        describeTimeToLive = new DescribeTimeToLiveHandler(catalog, timeToLive, time);
        continuousBackups = new ContinuousBackupsHandler(catalog, writes, reads, time);
        contributorInsights = new ContributorInsightsHandler(catalog, writes, reads, time, options.StatusDelay);
        resourcePolicies = new ResourcePolicyHandler(catalog, writes, reads, time);
        absentFeatures = new AbsentFeatureHandler(catalog, continuousBackups);

        // What a former process may have left unfinished.
        _ = CatchUpAsync(CancellationToken.None);
        Sweeper = new ExpiredItemSweeper(catalog, reads, writes, items, timeToLive, time);
        Trimmer = new StreamTrimmer(writes, time);
        sweeping = new RecurringStep(time, options.TimeToLiveInterval, Sweeper.SweepAsync);
        trimming = new RecurringStep(time, TrimInterval, Trimmer.TrimAsync);
        catchingUp = new RecurringStep(time, CatchUpInterval, CatchUpAsync);

        async Task CatchUpAsync(CancellationToken cancellationToken)
        {
            await backfill.RunAsync(cancellationToken).ConfigureAwait(false);
            await updateTimeToLive.CompleteAllAsync(cancellationToken).ConfigureAwait(false);
            await DroppedRows.RemoveAllAsync(writes, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Told of changes that no client's write made, for caches of what was read: after their commit, on the writer's thread, before any
    /// write that was committed with them or later is answered. Must neither throw nor wait; no write is answered meanwhile.
    /// </summary>
    public Action<IReadOnlyList<BackgroundChange>>? BackgroundChanges
    {
        get => writes.BackgroundChanges;
        set => writes.BackgroundChanges = value;
    }

    /// <summary>
    /// Told of each page of the store that was read and is not what was written; what needed it has failed. Called on the thread that read,
    /// more than once where more than one request needs the page; must not throw.
    /// </summary>
    public Action<DamagedPage>? PageDamaged
    {
        get => database.PageDamaged;
        set => database.PageDamaged = value;
    }

    /// <inheritdoc/>
    public ReadLag ReadLag { get; }

    /// <inheritdoc/>
    public Func<KeyLayout, AttributeMap, ulong>? ScanOrder => static (layout, item) => KeyEncoding.HashPrefix(item[layout.Hash[0].Name]);

    internal ExpiredItemSweeper Sweeper { get; }

    internal StreamTrimmer Trimmer { get; }

    /// <inheritdoc/>
    public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken) => operation switch
    {
        GetItem request => new(getItem.Execute(request)),
        Query request => new(query.Execute(request)),
        PutItem request => putItem.ExecuteAsync(request),
        UpdateItem request => updateItem.ExecuteAsync(request),
        DeleteItem request => deleteItem.ExecuteAsync(request),
        BatchGetItem request => new(batchGetItem.Execute(request)),
        BatchWriteItem request => new(batchWriteItem.ExecuteAsync(request)),
        Scan request => new(scan.Execute(request)),
        TransactGetItems request => new(transactGetItems.Execute(request)),
        TransactWriteItems request => new(transactWriteItems.ExecuteAsync(request)),
        CreateTable request => new(createTable.ExecuteAsync(request)),
        DescribeTable request => new(describeTable.Execute(request)),
        ListTables request => new(listTables.Execute(request)),
        DeleteTable request => new(deleteTable.ExecuteAsync(request)),
        UpdateTable request => new(updateTable.ExecuteAsync(request)),
        TagResource request => new(tags.ExecuteAsync(request)),
        UntagResource request => new(tags.ExecuteAsync(request)),
        ListTagsOfResource request => new(tags.Execute(request)),
        DescribeEndpoints request => new(new DescribeEndpointsReply(request.Address)),
        DescribeLimits => new(new DescribeLimitsReply(AccountMaxUnits, TableMaxUnits)),
        GetRecords request => new(getRecords.Execute(request)),
        GetShardIterator request => new(getShardIterator.Execute(request)),
        DescribeStream request => new(describeStream.Execute(request)),
        ListStreams request => new(listStreams.Execute(request)),
        UpdateTimeToLive request => new(updateTimeToLive.ExecuteAsync(request)),
        DescribeTimeToLive request => new(describeTimeToLive.Execute(request)),
        UpdateContinuousBackups request => new(continuousBackups.ExecuteAsync(request)),
        DescribeContinuousBackups request => new(continuousBackups.Execute(request)),
        UpdateContributorInsights request => new(contributorInsights.ExecuteAsync(request)),
        DescribeContributorInsights request => new(contributorInsights.Execute(request)),
        ListContributorInsights request => new(contributorInsights.Execute(request)),
        PutResourcePolicy request => new(resourcePolicies.ExecuteAsync(request)),
        DeleteResourcePolicy request => new(resourcePolicies.ExecuteAsync(request)),
        GetResourcePolicy request => new(resourcePolicies.Execute(request)),
        OpaqueOperation request => new(absentFeatures.Execute(request)),
        _ => throw new UnreachableException($"The engine does not answer {operation.Name}; PartiQL is answered in front of it."),
    };

    /// <summary>Commits what is queued and closes the store.</summary>
    public void Dispose()
    {
        sweeping.Dispose();
        trimming.Dispose();
        catchingUp.Dispose();
        writes.Dispose();
        sessions.Dispose();
        database.Dispose();
    }

    /// <summary>Reads what the store says about its tables. Whatever goes wrong with rows of ours is damage.</summary>
    private static (EngineCatalog Catalog, StreamCatalog Streams, TimeToLiveCatalog TimeToLive) Load(
        Database database, Session writer, TimeProvider time)
    {
        try
        {
            return (EngineCatalog.Load(writer, time), StreamCatalog.Load(writer), TimeToLiveCatalog.Load(writer));
        }
        catch (Exception exception)
        {
            writer.Dispose();
            database.Dispose();
            throw database.Damaged(exception);
        }
    }
}
