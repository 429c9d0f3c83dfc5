using System.Globalization;
using DaxProxy.Core.Errors;

namespace DaxProxy.Options;

/// <summary>Section <c>Backend</c>: what answers an operation that no cache answers.</summary>
internal sealed record BackendOptions
{
    /// <summary>The value of <see cref="Endpoint"/> that means the region's own.</summary>
    public const string Aws = "aws";

    /// <summary>The value of <see cref="Region"/> that means the machine's.</summary>
    public const string AutoRegion = "auto";

    /// <summary>The region where nothing names one and none has to be right.</summary>
    public const string DefaultRegion = "us-east-1";

    /// <summary>Kind of backend: <c>local</c>, the bundled engine, or <c>dynamodb</c>, a remote endpoint. Default local.</summary>
    public BackendKind Kind { get; init; } = BackendKind.Local;

    /// <summary>
    /// Folder of the local engine's data and of the attribute lists of DAX clients, created when missing. Default ./data.
    /// </summary>
    [Characters("at least one character")]
    public string DataFolder { get; init; } = "./data";

    /// <summary>Whether the local engine keeps nothing on disk. Default false.</summary>
    public bool InMemory { get; init; }

    /// <summary>
    /// When the local engine calls a write durable: <c>full</c> once it is on the disk, <c>normal</c> once the operating system has it.
    /// Default full.
    /// </summary>
    public Durability Synchronous { get; init; } = Durability.Full;

    /// <summary>
    /// Whether pages of the local engine's store have checksums, so that a damaged one is never taken for data. A store without is given
    /// them at the start; one that has them keeps them. Default true.
    /// </summary>
    public bool Checksums { get; init; } = true;

    /// <summary>
    /// File with the key that the local engine's store is encrypted with: 32 random bytes in base64, for its owner only. Empty, the
    /// default, for none.
    /// </summary>
    public string EncryptionKeyFile { get; init; } = "";

    /// <summary>
    /// Key of AWS KMS that the local engine's store is encrypted with: its id, ARN or alias. Empty, the default, for none.
    /// </summary>
    public string KmsKeyId { get; init; } = "";

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

    /// <summary>
    /// How long a shard of the local engine is open before a child goes on in its place: 1 second to 1 day. Default 4 hours.
    /// </summary>
    [Limits("00:00:01", "1.00:00:00")]
    public TimeSpan StreamShardLifetime { get; init; } = TimeSpan.FromHours(4);

    /// <summary>
    /// Whether the local engine refuses what exceeds the throughput of a table or index: <c>off</c> or <c>enforce</c>. Default off.
    /// </summary>
    public ThroughputMode Throughput { get; init; }

    /// <summary>
    /// How fast the clock of the local engine's throughput, of auto scaling and of metrics goes: <c>x1</c> to <c>x3600</c>, as many
    /// times as fast as the real one. Default x1.
    /// </summary>
    public string Clock { get; init; } = "x1";

    /// <summary>
    /// Where the local engine imports, exports and puts in bulk. The address of an endpoint of S3, such as
    /// <c>https://s3.eu-central-1.amazonaws.com</c>, which is asked with this machine's AWS credentials and <see cref="Region"/>; or a
    /// folder that stands for it, of which each folder within is a bucket. Clients can read and write there, so a folder must lie neither
    /// in <see cref="DataFolder"/> nor around it. Empty, the default, for none; then such requests are refused.
    /// </summary>
    public string Buckets { get; init; } = "";

    /// <summary>
    /// Where the remote backend is: <c>aws</c> for the endpoint of <see cref="Region"/>, else an address such as
    /// <c>http://localhost:8000</c>. Default aws.
    /// </summary>
    public string Endpoint { get; init; } = Aws;

    /// <summary>Most connections to the remote backend at once: 1 to 10 000. Default 128.</summary>
    [Limits("1", "10000")]
    public int MaxConnections { get; init; } = 128;

    /// <summary>
    /// How long a connection to the remote backend takes requests; the next one goes to where the name leads by then: 1 second to 1 day.
    /// Default 5 minutes.
    /// </summary>
    [Limits("00:00:01", "1.00:00:00")]
    public TimeSpan ConnectionLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long the remote backend may take to answer; then the outcome is unknown: 1 second to 45 seconds. Default 20 seconds.
    /// </summary>
    [Limits("00:00:01", "00:00:45")]
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long after a write eventually consistent reads of tables and local indexes of the remote backend may miss it: 0 to 1 minute.
    /// Default 2 seconds.
    /// </summary>
    [Limits("00:00:00", "00:01:00")]
    public TimeSpan ReplicaSettleTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long after a write global indexes of the remote backend may miss it: 0 to 1 minute. Default 5 seconds.</summary>
    [Limits("00:00:00", "00:01:00")]
    public TimeSpan IndexSettleTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a table stays out of the caches where the remote backend does not say whether a bulk operation still writes it: 1 minute to
    /// 30 days. Default 1 day.
    /// </summary>
    [Limits("00:01:00", "30.00:00:00")]
    public TimeSpan BulkDoubt { get; init; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Whether writes that want nothing back may ask the remote backend for the item all the same, so that the cache knows it. Default
    /// true.
    /// </summary>
    public bool RewriteReturnValues { get; init; } = true;

    /// <summary>
    /// How old the description of a table of the remote backend may become before it is asked for again: 1 second to 1 day. Default 1
    /// minute.
    /// </summary>
    [Limits("00:00:01", "1.00:00:00")]
    public TimeSpan TableRefreshInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Region in ARNs and in the health text, and of the remote backend: lower-case letters, digits and hyphens. <c>auto</c>, the default,
    /// means for a remote backend what the machine's AWS configuration says, and else <see cref="DefaultRegion"/>.
    /// </summary>
    [Characters("lower-case letters, digits and hyphens, at most 32", Allowed = "abcdefghijklmnopqrstuvwxyz0123456789-", AtMost = 32)]
    public string Region { get; init; } = AutoRegion;

    /// <summary>
    /// Regions that the local engine has, each with tables of its own, which may be replicas of each other: names with commas between them,
    /// at most 16. The first is the default one, unless <see cref="Region"/> names another of them. Empty, the default, for the one of
    /// <see cref="Region"/>, which then answers requests for all.
    /// </summary>
    public string Regions { get; init; } = "";

    /// <summary>Whose wording of validation errors to use: <c>2026-10</c> or <c>classic</c>. Default 2026-10.</summary>
    public ValidationProfile ValidationProfile { get; init; } = ValidationProfile.October2026;

    /// <summary>How many times as fast as the real one the clock of throughput goes; null where <see cref="Clock"/> does not say.</summary>
    public int? ClockFactor => Clock.StartsWith('x')
        && int.TryParse(Clock.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int factor)
        && factor is >= 1 and <= 3600 ? factor : null;

    /// <summary>The names in <see cref="Regions"/>.</summary>
    public IReadOnlyList<string> RegionNames =>
        Regions.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The region to use; the default one where there are several.</summary>
    public string EffectiveRegion => Region != AutoRegion ? Region : RegionNames is [var first, ..] ? first : DefaultRegion;

    /// <summary><see cref="TableRefreshInterval"/> where others may change tables; null where they cannot.</summary>
    public TimeSpan? EffectiveTableRefreshInterval => Kind == BackendKind.Local ? null : TableRefreshInterval;
}
