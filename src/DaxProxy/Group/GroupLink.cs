using DaxProxy.Core.Caching;
using DaxProxy.Core.Caching.Following;
using DaxProxy.Core.Caching.Group;
using DaxProxy.Core.Catalog;
using DaxProxy.Options;
using DaxProxy.Telemetry;
using StackExchange.Redis;

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
    /// <param name="onJoined">Called each time that the process has joined.</param>
    public GroupLink(ProxyOptions options, CachedBackend caches, ServingGate serving, TimeProvider time, ILogger logger, Action onJoined)
    {
        GroupOptions group = options.Group;
        Mode = group.Mode;
        GroupTerms terms = new(group.Mode == GroupMode.Strict, group.Lease, group.GoneAfter, options.DoubtWindow);
        string name = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}";
        RedisGroupChannel channel = new(group.Redis, group.Name, terms, time);
        Ledger = new RedisStreamLedger(channel, group.Name, name);
        node = new GroupNode(
            terms,
            name,
            channel,
            caches,
            serving,
            time)
        {
            OnJoined = () =>
            {
                Log.GroupJoined(logger, group.Name);
                onJoined();
            },
            OnLeft = fault => Log.GroupLost(logger, group.Name, Reason(fault)),
            OnLapse = member => Log.GroupMemberLost(logger, member, group.GoneAfter.TotalSeconds),
        };
        node.Start();
    }

    /// <summary>What the members share about the streams that they follow.</summary>
    public IStreamLedger Ledger { get; }

    /// <summary>What its members promise.</summary>
    public GroupMode Mode { get; }

    /// <summary>How the process stands in it now.</summary>
    public GroupStatus Status => node.Status;

    /// <summary>What failed, without anything of what Redis was asked.</summary>
    private static string Reason(Exception? fault) => fault switch
    {
        null => "connection or lease lost",
        RedisServerException refusal when refusal.Message.StartsWith(RedisScripts.OtherTerms, StringComparison.Ordinal) =>
            "its members have another Mode, Lease or GoneAfter",
        _ => fault.GetType().Name,
    };

    /// <summary>Leaves it.</summary>
    public void Dispose() => node.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
