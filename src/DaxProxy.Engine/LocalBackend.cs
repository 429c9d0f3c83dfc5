using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Streams;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Backups;
using DaxProxy.Engine.Buckets;
using DaxProxy.Engine.Bulk;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Exports;
using DaxProxy.Engine.Imports;
using DaxProxy.Engine.Indexes;
using DaxProxy.Engine.Insights;
using DaxProxy.Engine.Items;
using DaxProxy.Engine.Maintenance;
using DaxProxy.Engine.Queries;
using DaxProxy.Engine.Regions;
using DaxProxy.Engine.Replication;
using DaxProxy.Engine.Services;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Storage.Seals;
using DaxProxy.Engine.Storage.Files;
using DaxProxy.Engine.Streams;
using DaxProxy.Engine.Tables;
using DaxProxy.Engine.Throughput;
using DaxProxy.Engine.TimeToLive;
using DaxProxy.Engine.Transactions;
using DaxProxy.Engine.Transfers;
using DaxProxy.Engine.Vectors;
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

    /// <summary>How soon it is noticed that another process asks for a copy of the store.</summary>
    private static readonly TimeSpan CopyRequestInterval = TimeSpan.FromSeconds(1);

    private readonly Database database;
    private readonly SessionPool sessions;
    private readonly WriteQueue writes;
    private readonly TransferBoard board;
    private readonly bool isEncrypted;

    private readonly ThroughputGuard? throughput;
    private readonly Handlers handlers = new();
    private readonly RecurringStep sweeping;
    private readonly RecurringStep trimming;
    private readonly RecurringStep catchingUp;
    private readonly RecurringStep? copying;

    /// <summary>Opens a store.</summary>
    /// <param name="options">How the data is kept.</param>
    /// <param name="profile">Whose texts to use.</param>
    /// <param name="time">The clock.</param>
    /// <param name="openMetrics">
    /// Gives where it is counted what requests consume of tables and indexes, once it is known that the store is ours; null for nowhere.
    /// </param>
    /// <exception cref="StorageException">The store cannot be opened; the message says why and what to do.</exception>
    public LocalBackend(EngineOptions options, ValidationProfile profile, TimeProvider time, Func<MetricStore>? openMetrics = null)
    {
        ReadLag = new ReadLag(options.ReplicaLag, options.IndexLag);
        database = Database.Open(options, time, out SqliteConnection connection);
        isEncrypted = database.Seal.IsEncrypted;
        Session writer = new(database, connection);
        (EngineCatalog catalog, StreamCatalog streams, TimeToLiveCatalog timeToLive, ItemHistory history, ContributorBoard contributors) =
            Load(database, writer, time);
        Contributors = new ContributorReports(contributors);
        ReplicationLog? replication = options.HasOtherRegions ? OpenReplication(options.Region, database, writer, time) : null;
        MetricStore? metrics = OpenMetrics(openMetrics, database, writer);
        sessions = new SessionPool(database, writer, Replicas.Open(database, options, time));
        writes = new WriteQueue(sessions, history);
        TimeProvider throughputTime = options.ThroughputTime ?? time;
        throughput = options.EnforcesThroughput is null && metrics is null
            ? null
            : new ThroughputGuard(
                catalog,
                options.EnforcesThroughput,
                metrics is null ? null : new ConsumptionMeter(metrics),
                time,
                throughputTime);
        Consumption consumption = new(throughput, contributors);
        TableReads reads = new(catalog, sessions);

        ResourceNames names = new(options.Region);
        StreamSwitch streamSwitch = new(names, time, options.StreamShards);
        ItemWriter items = new(
            catalog,
            new ChangeRecorder(streams, time, options.StreamShardLifetime),
            new Expirations(timeToLive),
            new ItemCollections(options.MaxCollectionBytes),
            replication);
        ItemLocks locks = new();
        TableClock clock = new(time, options.StatusDelay);
        IndexBackfill backfill = new(catalog, writes);
        BackupRows backups = new(names, time);
        TableCopies copies = new(catalog, writes, history, items);
        HistoryTrimmer = new HistoryTrimmer(writes, backups, time);
        CreateTableHandler createTable = new(catalog, writes, names, streams, streamSwitch, clock);
        RegionStore = replication is null
            ? null
            : new RegionStore(
                catalog, writes, sessions, items, replication, createTable, names, streamSwitch, streams, timeToLive);
        handlers.Add<CreateTable>(CreateTable.Definition, createTable.ExecuteAsync);
        handlers.Add<DescribeTable>(DescribeTable.Definition, new DescribeTableHandler(catalog, throughputTime).Execute);
        handlers.Add<ListTables>(ListTables.Definition, new ListTablesHandler(catalog).Execute);
        handlers.Add<DeleteTable>(
            DeleteTable.Definition,
            new DeleteTableHandler(catalog, writes, clock, streams, streamSwitch, timeToLive, history, backups, replication).ExecuteAsync);
        handlers.Add<UpdateTable>(
            UpdateTable.Definition,
            new UpdateTableHandler(
                catalog, writes, createTable, names, clock, backfill, streams, streamSwitch, throughput, throughputTime).ExecuteAsync);

        handlers.Add<GetItem>(GetItem.Definition, new GetItemHandler(reads, consumption).Execute);
        handlers.Add<PutItem>(PutItem.Definition, new PutItemHandler(catalog, writes, items, locks, consumption).ExecuteAsync);
        handlers.Add<UpdateItem>(
            UpdateItem.Definition, new UpdateItemHandler(catalog, writes, items, locks, consumption, profile).ExecuteAsync);
        handlers.Add<DeleteItem>(DeleteItem.Definition, new DeleteItemHandler(catalog, writes, items, locks, consumption).ExecuteAsync);
        handlers.Add<BatchGetItem>(BatchGetItem.Definition, new BatchGetItemHandler(reads, consumption).Execute);
        handlers.Add<BatchWriteItem>(
            BatchWriteItem.Definition, new BatchWriteItemHandler(catalog, writes, items, consumption).ExecuteAsync);
        handlers.Add<Query>(Query.Definition, new QueryHandler(reads, consumption, profile).Execute);
        handlers.Add<Scan>(Scan.Definition, new ScanHandler(reads, consumption).Execute);
        handlers.Add<SearchVectors>(SearchVectors.Definition, new SearchVectorsHandler(reads).Execute);
        handlers.Add<TransactGetItems>(TransactGetItems.Definition, new TransactGetItemsHandler(reads, locks, consumption).Execute);
        handlers.Add<TransactWriteItems>(
            TransactWriteItems.Definition, new TransactWriteItemsHandler(catalog, writes, items, locks, consumption, time).ExecuteAsync);

        handlers.Add<ListStreams>(ListStreams.Definition, new ListStreamsHandler(sessions).Execute);
        handlers.Add<DescribeStream>(
            DescribeStream.Definition, new DescribeStreamHandler(sessions, time, options.StatusDelay).Execute);
        handlers.Add<GetShardIterator>(GetShardIterator.Definition, new GetShardIteratorHandler(sessions, time).Execute);
        handlers.Add<GetRecords>(GetRecords.Definition, new GetRecordsHandler(sessions, names, time).Execute);

        TagsHandler tags = new(catalog, writes, reads);
        handlers.Add<TagResource>(TagResource.Definition, tags.ExecuteAsync);
        handlers.Add<UntagResource>(UntagResource.Definition, tags.ExecuteAsync);
        handlers.Add<ListTagsOfResource>(ListTagsOfResource.Definition, tags.Execute);

        UpdateTimeToLiveHandler updateTimeToLive = new(catalog, writes, timeToLive, clock);
        handlers.Add<UpdateTimeToLive>(UpdateTimeToLive.Definition, updateTimeToLive.ExecuteAsync);
        handlers.Add<DescribeTimeToLive>(
            DescribeTimeToLive.Definition, new DescribeTimeToLiveHandler(catalog, timeToLive, time).Execute);

        ContinuousBackupsHandler continuousBackups = new(catalog, writes, reads, history, HistoryTrimmer, time);
        handlers.Add<UpdateContinuousBackups>(UpdateContinuousBackups.Definition, continuousBackups.ExecuteAsync);
        handlers.Add<DescribeContinuousBackups>(DescribeContinuousBackups.Definition, continuousBackups.Execute);

        handlers.Add<CreateBackup>(
            CreateBackup.Definition, new CreateBackupHandler(catalog, writes, history, backups, copies).ExecuteAsync);
        BackupsHandler backupsHandler = new(sessions, writes, backups);
        handlers.Add<DescribeBackup>(DescribeBackup.Definition, backupsHandler.Execute);
        handlers.Add<ListBackups>(ListBackups.Definition, backupsHandler.Execute);
        handlers.Add<DeleteBackup>(DeleteBackup.Definition, backupsHandler.ExecuteAsync);
        RestoreTableHandler restore = new(catalog, writes, createTable, history, backups, copies, time);
        handlers.Add<RestoreTableFromBackup>(RestoreTableFromBackup.Definition, restore.ExecuteAsync);
        handlers.Add<RestoreTableToPointInTime>(RestoreTableToPointInTime.Definition, restore.ExecuteAsync);

        ContributorInsightsHandler insights = new(catalog, writes, reads, contributors, time, options.StatusDelay);
        handlers.Add<UpdateContributorInsights>(UpdateContributorInsights.Definition, insights.ExecuteAsync);
        handlers.Add<DescribeContributorInsights>(DescribeContributorInsights.Definition, insights.Execute);
        handlers.Add<ListContributorInsights>(ListContributorInsights.Definition, insights.Execute);

        ResourcePolicyHandler policies = new(catalog, writes, reads, time);
        handlers.Add<PutResourcePolicy>(PutResourcePolicy.Definition, policies.ExecuteAsync);
        handlers.Add<DeleteResourcePolicy>(DeleteResourcePolicy.Definition, policies.ExecuteAsync);
        handlers.Add<GetResourcePolicy>(GetResourcePolicy.Definition, policies.Execute);

        handlers.Add<DescribeEndpoints>(DescribeEndpoints.Definition, request => new DescribeEndpointsReply(request.Address));
        handlers.Add<DescribeLimits>(DescribeLimits.Definition, _ => new DescribeLimitsReply(AccountMaxUnits, TableMaxUnits));

        board = new TransferBoard(writes, sessions, time);
        IBucketStore? buckets = options.Buckets;
        ItemLoader? loader = buckets is null ? null : new ItemLoader(buckets, writes, time);
        BulkOperationsHandler bulk = new(catalog, items, loader, buckets, board, time);
        handlers.Add<StartBulkPutItems>(StartBulkPutItems.Definition, bulk.ExecuteAsync);
        handlers.Add<CancelBulkOperation>(CancelBulkOperation.Definition, bulk.ExecuteAsync);
        handlers.Add<DescribeBulkOperation>(DescribeBulkOperation.Definition, bulk.Execute);
        handlers.Add<ListBulkOperations>(ListBulkOperations.Definition, bulk.Execute);
        handlers.Add<ImportTable>(
            ImportTable.Definition, new ImportTableHandler(catalog, writes, createTable, items, loader, buckets, board, time).ExecuteAsync);
        handlers.Add<ExportTableToPointInTime>(
            ExportTableToPointInTime.Definition,
            new ExportTableHandler(
                catalog, history, new ExportSources(sessions, writes, history), buckets, board, time).ExecuteAsync);
        TransfersHandler transfers = new(board);
        handlers.Add<DescribeTransfer>(DescribeTransfer.OfExport, transfers.Execute);
        handlers.Add<DescribeTransfer>(DescribeTransfer.OfImport, transfers.Execute);
        handlers.Add<ListTransfers>(ListTransfers.OfExports, transfers.Execute);
        handlers.Add<ListTransfers>(ListTransfers.OfImports, transfers.Execute);

        AbsentFeatureHandler absentFeatures = new(catalog);
        foreach (Verb verb in AbsentFeatureHandler.Verbs)
        {
            handlers.Add<OpaqueOperation>(verb, absentFeatures.Execute);
        }

        // What a former process may have left unfinished.
        _ = CatchUpAsync(CancellationToken.None);
        Sweeper = new ExpiredItemSweeper(catalog, reads, writes, items, timeToLive, time);
        Trimmer = new StreamTrimmer(writes, time);
        sweeping = new RecurringStep(time, options.TimeToLiveInterval, Sweeper.SweepAsync);
        trimming = new RecurringStep(time, TrimInterval, TrimAsync);
        catchingUp = new RecurringStep(time, CatchUpInterval, CatchUpAsync);
        copying = options.DataFolder is { } folder
            ? new RecurringStep(time, CopyRequestInterval, new CopyRequests(folder, database.Seal).ServeAsync)
            : null;

        async Task CatchUpAsync(CancellationToken cancellationToken)
        {
            await backfill.RunAsync(cancellationToken).ConfigureAwait(false);
            await updateTimeToLive.CompleteAllAsync(cancellationToken).ConfigureAwait(false);
            await copies.RunAllAsync(cancellationToken).ConfigureAwait(false);
            await DroppedRows.RemoveAllAsync(writes, cancellationToken).ConfigureAwait(false);
        }

        async Task TrimAsync(CancellationToken cancellationToken)
        {
            await Trimmer.TrimAsync(cancellationToken).ConfigureAwait(false);
            await HistoryTrimmer.TrimAsync(cancellationToken).ConfigureAwait(false);
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

    /// <summary>What was refused so far because of the throughput of tables, of each since it was made.</summary>
    public IReadOnlyList<RefusedRequests> RefusedRequests => throughput?.Refused ?? [];

    /// <summary>The store as global tables see it; null where there is but one region.</summary>
    public RegionStore? RegionStore { get; }

    /// <summary>What Contributor Insights has counted, where it is switched on.</summary>
    public ContributorReports Contributors { get; }

    internal ExpiredItemSweeper Sweeper { get; }

    internal StreamTrimmer Trimmer { get; }

    internal HistoryTrimmer HistoryTrimmer { get; }

    /// <inheritdoc/>
    public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken) =>
        isEncrypted && operation.Verb.IsControlPlane ? ExecuteWithKeyAsync(operation) : handlers.ExecuteAsync(operation);

    /// <summary>Commits what is queued and closes the store.</summary>
    public void Dispose()
    {
        sweeping.Dispose();
        trimming.Dispose();
        catchingUp.Dispose();
        copying?.Dispose();
        board.Dispose();
        writes.Dispose();
        sessions.Dispose();
        database.Dispose();
    }

    /// <summary>
    /// Answers with the key of AWS KMS that the store is encrypted with, where a table has none of its own: it is not the service's own key
    /// then, which is what the absence of one means.
    /// </summary>
    private async ValueTask<Reply> ExecuteWithKeyAsync(Operation operation) =>
        await handlers.ExecuteAsync(operation).ConfigureAwait(false) is var reply
            && reply is TableReply { Table: { Encryption: null } table }
            && database.KeyId is { } id && id.StartsWith("arn:", StringComparison.Ordinal)
            ? new TableReply(table with { Encryption = new EncryptionSetting(id) })
            : reply;

    private static ReplicationLog OpenReplication(string region, Database database, Session writer, TimeProvider time)
    {
        try
        {
            return ReplicationLog.Load(writer, region, time);
        }
        catch
        {
            writer.Dispose();
            database.Dispose();
            throw;
        }
    }

    private static MetricStore? OpenMetrics(Func<MetricStore>? open, Database database, Session writer)
    {
        try
        {
            return open?.Invoke();
        }
        catch
        {
            writer.Dispose();
            database.Dispose();
            throw;
        }
    }

    /// <summary>Reads what the store says about its tables. Whatever goes wrong with rows of ours is damage.</summary>
    private static (
        EngineCatalog Catalog, StreamCatalog Streams, TimeToLiveCatalog TimeToLive, ItemHistory History, ContributorBoard Board) Load(
        Database database, Session writer, TimeProvider time)
    {
        try
        {
            RecoverySetting.BeginAll(writer, time.GetUtcNow());
            TransferBoard.FailInterrupted(writer, time.GetUtcNow());
            Holds.EndAbandoned(writer);
            EngineCatalog catalog = EngineCatalog.Load(writer, time);
            return (
                catalog, StreamCatalog.Load(writer), TimeToLiveCatalog.Load(writer), ItemHistory.Load(writer, time),
                ContributorBoard.Load(writer, catalog, time));
        }
        catch (Exception exception)
        {
            writer.Dispose();
            database.Dispose();
            throw database.Damaged(exception);
        }
    }
}
