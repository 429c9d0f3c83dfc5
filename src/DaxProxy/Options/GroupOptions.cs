using DaxProxy.Core.Catalog;

namespace DaxProxy.Options;

/// <summary>Section <c>Group</c>: several proxies in front of one backend. Each sees what is written through the others.</summary>
internal sealed record GroupOptions
{
    /// <summary>
    /// A StackExchange.Redis configuration string of the Redis or Valkey server through which the members tell each other of writes;
    /// empty for a proxy that is alone. It may hold a password, and is never logged. Default empty.
    /// </summary>
    [Secret]
    public string Redis { get; init; } = "";

    /// <summary>Name of the group: 1 to 64 letters, digits, <c>_</c>, <c>.</c> and <c>-</c>. Default <c>default</c>.</summary>
    public string Name { get; init; } = "default";

    /// <summary>
    /// What members promise of tables for which <see cref="TableOptions.GroupMode"/> says nothing else. All have the same. Default strict.
    /// </summary>
    public GroupMode Mode { get; init; } = GroupMode.Strict;

    /// <summary>
    /// How long a member may answer from its caches without hearing from Redis, 0.1 to 60 s. All members have the same. Default 1 s.
    /// </summary>
    [Limits("00:00:00.1", "00:01:00")]
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long the others wait for a member that is lost before they go on without it, at least four leases, at most 10 min. All members
    /// have the same. Default 10 s.
    /// </summary>
    [Limits("00:00:00.4", "00:10:00")]
    public TimeSpan GoneAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether members keep in Redis the items that they have fetched, so that the others need not fetch them. All have the same. Default
    /// false.
    /// </summary>
    public bool ShareValues { get; init; }
}
