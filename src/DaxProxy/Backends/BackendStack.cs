using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using DaxProxy.Backends.Buckets;
using DaxProxy.Backends.Keys;
using DaxProxy.Backends.Remote;
using DaxProxy.Core;
using DaxProxy.Core.Caching.Following;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Partiql;
using DaxProxy.Engine;
using DaxProxy.Engine.Buckets;
using DaxProxy.Engine.Insights;
using DaxProxy.Engine.Regions;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Storage.Files;
using DaxProxy.Engine.Throughput;
using DaxProxy.Group;
using DaxProxy.Options;
using DaxProxy.Recording;
using DaxProxy.Resilience;
using DaxProxy.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaxProxy.Backends;

/// <summary>The backends that the options ask for, stacked. Owns what it made.</summary>
internal sealed class BackendStack : IDisposable
{
    private readonly PartiqlBackend partiql;
    private readonly TimedBackend timed;
    private IReadOnlyList<IDisposable> owned = [];

    /// <summary>
    /// Stacks what the options ask for around a backend, which stays the caller's, and begins what goes on beside requests.
    /// </summary>
    public BackendStack(IDynamoBackend innermost, ProxyOptions options, TimeProvider time, ILogger? logger = null)
    {
        Outage = new BackendOutage(logger ?? NullLogger.Instance, time);
        timed = new TimedBackend(innermost, time);
        innermost = timed;
        if (IsCached(options))
        {
            Caching = new CacheLayer(innermost, options, RandomSeed.Next(), time, logger);
            if (options.Group.Redis.Length > 0)
            {
                // Of bulk operations that began while it was not a member it was not told.
                CacheLayer caching = Caching;
                Group = new GroupLink(
                    options,
                    new TableSettings(options).ModeOf,
                    caching.Backend,
                    caching.Catalog.Gate,
                    time,
                    logger ?? NullLogger.Instance,
                    () => _ = caching.Bulk?.FindRunningAsync());
            }

            if (options.Tables.Values.Any(rule => rule.FollowStream == true))
            {
                Following = new StreamFollowing(innermost, Caching, Group?.Ledger ?? new LoneLedger(), time, logger);
            }

            if (options.Auditor.SampleRate > 0)
            {
                Auditing = new Auditing(innermost, Caching, options, time, logger);
            }
        }

        IDynamoBackend native = Caching?.Backend ?? innermost;
        Catalog = Caching?.Catalog
            ?? new TableCatalog(innermost, time, static _ => TableCacheSettings.Off, options.Backend.EffectiveTableRefreshInterval);
        Recorder = Caching?.Recorder ?? new TrafficRecorder(Catalog, time);
        partiql = new PartiqlBackend(new RecordingBackend(native, Recorder), Catalog);
    }

    /// <summary>What answers every operation.</summary>
    public IDynamoBackend Outermost => partiql;

    /// <summary>The same, as what knows of which reads statements are made.</summary>
    public PartiqlBackend Statements => partiql;

    /// <summary>How long the innermost backend takes to answer.</summary>
    public LatencyHistogram BackendLatency => timed.Latency;

    /// <summary>The tables known to the caches, or where there are none, to those who have to know keys.</summary>
    public TableCatalog Catalog { get; }

    /// <summary>What records the traffic, statements of PartiQL as the operations that they are made of.</summary>
    public TrafficRecorder Recorder { get; }

    /// <summary>The caches; null when both are off.</summary>
    public CacheLayer? Caching { get; }

    /// <summary>The caches of all regions; empty when they are off.</summary>
    public IReadOnlyList<CacheLayer> CachesOfAll =>
        [.. new[] { Caching }.Concat((Regions?.Others ?? []).Select(region => region.Backends.Caching)).OfType<CacheLayer>()];

    /// <summary>What was counted of the dealings with a remote backend; null when there is none.</summary>
    public ResilienceStatistics? Resilience { get; private init; }

    /// <summary>Whether the backend answers.</summary>
    public BackendOutage Outage { get; private init; }

    /// <summary>The group of proxies that this one is in; null when it is alone.</summary>
    public GroupLink? Group { get; }

    /// <summary>The followers of streams; null when none is to be followed.</summary>
    public StreamFollowing? Following { get; }

    /// <summary>What looks whether the item cache is right; null when nothing does.</summary>
    public Auditing? Auditing { get; }

    /// <summary>What was found damaged in the local engine's store; null when there is none.</summary>
    public StoreDamage? Damage { get; private init; }

    /// <summary>What the services beside DynamoDB work with; null where the stack was not made by the options alone.</summary>
    public ServiceData? Services { get; private init; }

    /// <summary>The regions, of which this stack is the default one; null where there is but one.</summary>
    public RegionSet? Regions { get; private set; }

    /// <summary>What the local engine refused so far because of throughput; null where it refuses nothing for that.</summary>
    public Func<IReadOnlyList<RefusedRequests>>? RefusedRequests { get; private init; }

    /// <summary>What Contributor Insights of the local engine has counted; null where another backend answers.</summary>
    public ContributorReports? Contributors { get; private init; }

    /// <summary>Makes the innermost backend and stacks the others around it.</summary>
    /// <param name="options">Checked options.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where to log; null for nowhere.</param>
    /// <param name="credentials">What to sign requests to a remote backend, or to S3, with; null for what the machine has.</param>
    /// <exception cref="StorageException">The local engine's data cannot be used.</exception>
    /// <exception cref="AmazonClientException">There are no credentials for the remote backend, or for S3.</exception>
    public static BackendStack Create(
        ProxyOptions options, TimeProvider time, ILogger? logger = null, AWSCredentials? credentials = null) => options.Backend.Kind switch
        {
            BackendKind.DynamoDb => CreateRemote(
                options,
                time,
                logger ?? NullLogger.Instance,
                credentials ?? new DefaultAWSCredentialsIdentityResolver().ResolveIdentity(null)),
            _ when options.Backend.RegionNames.Count > 0 => CreateRegions(options, time, logger, credentials),
            _ => CreateLocal(Alone(options), time, logger, credentials, null),
        };

    /// <summary>Shows what its parts count as instruments.</summary>
    public void ShowOn(Metrics metrics)
    {
        timed.ShowOn(metrics.Meter);
        Outage.ShowOn(metrics.Meter);
        Resilience?.ShowOn(metrics.Meter);
        Group?.ShowOn(metrics.Meter);
        Following?.ShowOn(metrics);
        Auditing?.ShowOn(metrics);
        Damage?.ShowOn(metrics.Meter);
        if (RefusedRequests is { } refused)
        {
            metrics.ShowThrottled(refused);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // What one part throws must not keep the others: a store that is not closed, a group that is not left.
        List<Exception> faults = [];
        IEnumerable<IDisposable?> parts = [partiql, Auditing, Following, Group, Caching?.Bulk, .. owned, Outage];
        foreach (IDisposable? part in parts)
        {
            try
            {
                part?.Dispose();
            }
            catch (Exception fault)
            {
                faults.Add(fault);
            }
        }

        if (faults.Count > 0)
        {
            throw new AggregateException(faults);
        }
    }

    private static bool IsCached(ProxyOptions options) => options.ItemCache.Enabled || options.QueryCache.Enabled;

    private static BackendStack CreateRemote(ProxyOptions options, TimeProvider time, ILogger logger, AWSCredentials credentials)
    {
        BackendOutage outage = new(logger, time);
        ServiceData services = new(null, time, time, logger);
        RemoteBackend remote = new(options.Backend, credentials, IsCached(options), outage, logger, time);
        ResilientBackend resilient = new(
            Traced(remote, options, RemoteEndpoint.Of(options.Backend.EffectiveRegion, options.Backend.Endpoint).DynamoDb),
            options.Resilience,
            options.Backend.RequestTimeout,
            (int)(RandomSeed.Next() & int.MaxValue),
            logger,
            time);
        return new BackendStack(resilient, options, time, logger)
        {
            Resilience = resilient.Statistics,
            Outage = outage,
            Services = services,
            owned = [resilient, remote, services],
        };
    }

    private static IDynamoBackend Traced(IDynamoBackend backend, ProxyOptions options, Uri? server) =>
        options.Telemetry.Otlp.Length == 0 ? backend : new TracedBackend(backend, server);

    private static IBucketStore? BucketsOf(BackendOptions backend, AWSCredentials? credentials) =>
        backend.Buckets.Length == 0 ? null
        : RemoteEndpoint.TryParse(backend.Buckets) is { } endpoint ? new S3Buckets(
            endpoint,
            backend.EffectiveRegion,
            credentials ?? new DefaultAWSCredentialsIdentityResolver().ResolveIdentity(null))
        : new FolderBuckets(backend.Buckets);

    /// <summary>Options of one region, which has never been one of several.</summary>
    private static ProxyOptions Alone(ProxyOptions options) => RegionOptions.Left(options.Backend).FirstOrDefault() is { } left
        ? throw new StorageException(LeftText(options.Backend, left))
        : options;

    private static string LeftText(BackendOptions backend, string region) =>
        $"The data folder {backend.DataFolder} has data of region {region}, which "
        + (region == backend.EffectiveRegion ? "is the default one: " : "is not configured: ")
        + $"set Backend:Regions and Backend:Region as before, or remove the folder {Path.Combine(RegionOptions.Folder, region)} in it.";

    /// <summary>A stack for each region, all held by that of the default one.</summary>
    private static BackendStack CreateRegions(ProxyOptions options, TimeProvider time, ILogger? logger, AWSCredentials? credentials)
    {
        options = Alone(options);
        GlobalTables tables = new(time);
        tables.Weather.Faults = new ReplicationFaults
        {
            Delay = options.Simulation.ReplicationDelay,
            Jitter = options.Simulation.ReplicationJitter,
            PartitionShare = options.Simulation.ReplicationPartitions,
            Seed = options.Simulation.Seed,
        };
        string home = options.Backend.EffectiveRegion;
        List<RegionSet.Region> regions = [];
        try
        {
            foreach (string name in options.Backend.RegionNames.OrderBy(name => name != home))
            {
                ProxyOptions own = RegionOptions.Of(options, name);
                regions.Add(new RegionSet.Region(own, CreateLocal(own, time, logger, credentials, tables)));
            }
        }
        catch
        {
            tables.Dispose();
            regions.ForEach(region => region.Backends.Dispose());
            throw;
        }

        tables.Start(regions.ToDictionary(region => region.Name, region => region.Backends.Outermost, StringComparer.Ordinal));
        BackendStack first = regions[0].Backends;
        first.Regions = new RegionSet(tables, regions[1..]);

        // Writes are carried no more before any store is closed.
        first.owned = [tables, .. regions[1..].Select(region => region.Backends), .. first.owned];
        return first;
    }

    private static BackendStack CreateLocal(
        ProxyOptions options, TimeProvider time, ILogger? logger, AWSCredentials? credentials, GlobalTables? tables)
    {
        IBucketStore? buckets = BucketsOf(options.Backend, credentials);
        TimeProvider simulated = FasterTime.Of(time, options.Backend.ClockFactor ?? 1);
        EngineOptions engine = new()
        {
            DataFolder = options.Backend.InMemory ? null : options.Backend.DataFolder,
            SynchronizeEveryCommit = options.Backend.Synchronous == Durability.Full,
            Checksums = options.Backend.Checksums,
            EncryptionKey = StoreKeys.Of(options.Backend),
            Region = options.Backend.EffectiveRegion,
            StatusDelay = options.Backend.StatusDelay,
            Buckets = buckets,
            ReplicaLag = options.Backend.ReplicaLag,
            IndexLag = options.Backend.IndexLag,
            LagSeed = options.Backend.LagSeed,
            TimeToLiveInterval = options.Backend.TimeToLiveInterval,
            StreamShards = options.Backend.StreamShards,
            StreamShardLifetime = options.Backend.StreamShardLifetime,
            EnforcesThroughput = new TableSettings(options).EnforcesThroughput,
            ThroughputTime = simulated,
            HasOtherRegions = tables is not null,
        };
        ServiceData? services = null;
        LocalBackend local = new(
            engine,
            options.Backend.ValidationProfile,
            time,
            () => (services = new ServiceData(engine.DataFolder, time, simulated, logger)).Metrics);
        StoreDamage damage = new(logger);
        local.PageDamaged = damage.Note;
        IDynamoBackend engineOfRegion = tables is null ? local : tables.Add(local.RegionStore!, local);
        BackendStack stack = new(Traced(new MeasuredBackend(engineOfRegion, services!.Metrics, time), options, null), options, time, logger)
        {
            Services = services,
            owned = buckets is IDisposable connected ? [local, services, connected] : [local, services],
            Damage = damage,
            RefusedRequests = engine.EnforcesThroughput is null ? null : () => local.RefusedRequests,
            Contributors = local.Contributors,
        };
        if (stack.Caching?.Backend is { } cached)
        {
            local.BackgroundChanges = cached.Note;
        }

        return stack;
    }
}
