using DaxProxy.Core.Errors;

namespace DaxProxy.Options;

/// <summary>Section <c>Backend</c>: what answers an operation that no cache answers.</summary>
public sealed record BackendOptions
{
    /// <summary>Kind of backend: <c>local</c>, the bundled engine. Default local.</summary>
    public BackendKind Kind { get; init; } = BackendKind.Local;

    /// <summary>Folder of the local engine's data, created when missing. Default ./data.</summary>
    public string DataFolder { get; init; } = "./data";

    /// <summary>Whether the local engine keeps nothing on disk. Default false.</summary>
    public bool InMemory { get; init; }

    /// <summary>
    /// When the local engine calls a write durable: <c>full</c> once it is on the disk, <c>normal</c> once the operating system has it.
    /// Default full.
    /// </summary>
    public Durability Synchronous { get; init; } = Durability.Full;

    /// <summary>How long tables of the local engine stay CREATING, UPDATING and DELETING: 0 to 1 hour. Default 0.</summary>
    [Limits("00:00:00", "01:00:00")]
    public TimeSpan StatusDelay { get; init; }

    /// <summary>
    /// How far eventually consistent reads of tables and local indexes of the local engine may be behind: 0 to 1 minute. Default 0.
    /// </summary>
    [Limits("00:00:00", "00:01:00")]
    public TimeSpan ReplicaLag { get; init; }

    /// <summary>How far reads of global indexes of the local engine may be behind: 0 to 1 minute. Default 0.</summary>
    [Limits("00:00:00", "00:01:00")]
    public TimeSpan IndexLag { get; init; }

    /// <summary>What decides which reads are behind, and how far: any integer. Default 1.</summary>
    public int LagSeed { get; init; } = 1;

    /// <summary>How often the local engine deletes items whose time to live has ended: 0.1 seconds to 1 day. Default 1 second.</summary>
    [Limits("0.1", "1.00:00:00")]
    public TimeSpan TimeToLiveInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Open shards of a new stream of the local engine: 1 to 64. Default 4.</summary>
    [Limits("1", "64")]
    public int StreamShards { get; init; } = 4;

    /// <summary>How long a shard of the local engine is open before a child goes on in its place: 1 second to 1 day. Default 4 hours.</summary>
    [Limits("00:00:01", "1.00:00:00")]
    public TimeSpan StreamShardLifetime { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Region in ARNs and in the health text: lower-case letters, digits and hyphens. Default us-east-1.</summary>
    [Pattern("^[a-z0-9-]{1,32}$", "lower-case letters, digits and hyphens, at most 32")]
    public string Region { get; init; } = "us-east-1";

    /// <summary>Whose wording of validation errors to use: <c>2026-10</c> or <c>classic</c>. Default 2026-10.</summary>
    public ValidationProfile ValidationProfile { get; init; } = ValidationProfile.October2026;
}
