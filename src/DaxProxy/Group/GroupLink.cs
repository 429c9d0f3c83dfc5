using DaxProxy.Core.Caching;
using DaxProxy.Core.Caching.Group;
using DaxProxy.Core.Catalog;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Group;

/// <summary>This process's place in its group, from the start of the process to its end.</summary>
internal sealed class GroupLink : IDisposable
{
    private readonly GroupNode node;

    /// <summary>Begins to join. The caches do not answer before it has.</summary>
    /// <param name="options">The configuration; <see cref="GroupOptions.Redis"/> is not empty.</param>
    /// <param name="caches">The caches.</param>
    /// <param name="serving">What keeps them from answering.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where to log.</param>
    public GroupLink(ProxyOptions options, CachedBackend caches, ServingGate serving, TimeProvider time, ILogger logger)
    {
        GroupOptions group = options.Group;
        Mode = group.Mode;
        node = new GroupNode(
            new GroupTerms(group.Mode == GroupMode.Strict, group.Lease, group.GoneAfter),
            $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}",
            new RedisGroupChannel(group, time),
            caches,
            serving,
            options.DoubtWindow,
            time)
        {
            OnJoined = () => Log.GroupJoined(logger, group.Name),
            OnLeft = fault => Log.GroupLost(logger, group.Name, fault?.GetType().Name ?? "connection or lease lost"),
            OnLapse = member => Log.GroupMemberLost(logger, member, group.GoneAfter.TotalSeconds),
        };
        node.Start();
    }

    /// <summary>What its members promise.</summary>
    public GroupMode Mode { get; }

    /// <summary>How the process stands in it now.</summary>
    public GroupStatus Status => node.Status;

    /// <summary>Leaves it.</summary>
    public void Dispose() => node.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
