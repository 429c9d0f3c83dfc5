using DaxProxy.Engine.Buckets;
using DaxProxy.Engine.Storage.Encryption;

namespace DaxProxy.Engine.Storage;

/// <summary>How the embedded engine keeps its data.</summary>
public sealed record EngineOptions
{
    /// <summary>
    /// Folder of the store, created when it is missing; null keeps everything in memory, for as long as the process lives.
    /// </summary>
    public string? DataFolder { get; init; }

    /// <summary>
    /// Whether each group of commits is synchronised to the disk (true, the default: acknowledged writes survive a loss of power) or only
    /// handed to the operating system (false: they survive the end of the process, not of the machine).
    /// </summary>
    public bool SynchronizeEveryCommit { get; init; } = true;

    /// <summary>
    /// Whether pages on the disk have checksums, so that a damaged one is never taken for data (true, the default). A store without is
    /// given them when it is opened; one that has them keeps them.
    /// </summary>
    public bool Checksums { get; init; } = true;

    /// <summary>
    /// The key that the store is encrypted with; null (the default) for none. A store that there is already must be encrypted with it, or
    /// not be encrypted: else it is not opened.
    /// </summary>
    public IStoreKey? EncryptionKey { get; init; }

    /// <summary>
    /// How long tables stay CREATING, UPDATING and DELETING, as they do at AWS; zero (the default) to be ready at once.
    /// </summary>
    public TimeSpan StatusDelay { get; init; }

    /// <summary>
    /// How far eventually consistent reads of tables and local indexes may be behind, to find callers that rely on their being fresh; zero
    /// (the default) for never. Not for a store in memory, which has no older states to show.
    /// </summary>
    public TimeSpan ReplicaLag { get; init; }

    /// <summary>The same for reads of global indexes.</summary>
    public TimeSpan IndexLag { get; init; }

    /// <summary>
    /// What decides which reads are behind, and how far: the same reads and writes at the same times give the same answers.
    /// </summary>
    public int LagSeed { get; init; } = 1;

    /// <summary>How often expired items are looked for and deleted.</summary>
    public TimeSpan TimeToLiveInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Shards that are open at once in a new stream: 1 to 64. Each takes a part of the hashes of partition keys, so that the changes of one
    /// item stay in order.
    /// </summary>
    public int StreamShards { get; init; } = 4;

    /// <summary>How long a shard takes records before a child goes on in its place. The service takes about four hours.</summary>
    public TimeSpan StreamShardLifetime { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Where exports, imports and bulk operations read and write; null for nowhere. Stays the caller's.</summary>
    public IBucketStore? Buckets { get; init; }

    /// <summary>
    /// Most bytes of the items with one partition key, with their entries in local indexes, in tables that have such: 10 GB, as the
    /// service's documentation says. Smaller for tests.
    /// </summary>
    internal long MaxCollectionBytes { get; init; } = 10L << 30;

    /// <summary>
    /// Whether requests that exceed the throughput of a table, or of an index, are refused as at AWS; null (the default) for those of no
    /// table. Always the same answer for a table.
    /// </summary>
    public Func<string, bool>? EnforcesThroughput { get; init; }

    /// <summary>
    /// The clock of throughput: what flows into buckets, the days and hours in which capacity may be lowered. Null (the default) for the
    /// clock of everything else.
    /// </summary>
    public TimeProvider? ThroughputTime { get; init; }

    /// <summary>Region that resource names show.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>
    /// Whether the store is that of one of several regions, so that its tables can have replicas in the others. Default false: then it
    /// holds nothing for their sake.
    /// </summary>
    public bool HasOtherRegions { get; init; }

    internal bool HasLag => ReplicaLag > TimeSpan.Zero || IndexLag > TimeSpan.Zero;
}
