using DaxProxy.Core.Caching;
using DaxProxy.Core.Caching.Following;
using DaxProxy.Core.Caching.Group;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Options;
using DaxProxy.Telemetry;
using StackExchange.Redis;

namespace DaxProxy.Group;

/// <summary>This process's place in its group, from the start of the process to its end.</summary>
internal sealed class GroupLink : IDisposable
{
    private readonly GroupNode node;
    private readonly RedisGroupChannel channel;

    /// <summary>Begins to join. The caches do not answer before it has.</summary>
    /// <param name="options">The configuration; <see cref="GroupOptions.Redis"/> is not empty.</param>
    /// <param name="modeOf">What is promised of a table.</param>
    /// <param name="caches">The caches.</param>
    /// <param name="serving">What keeps them from answering.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="onJoined">Called each time that the process has joined.</param>
    public GroupLink(
        ProxyOptions options,
        Func<string, GroupMode> modeOf,
        CachedBackend caches,
        ServingGate serving,
        TimeProvider time,
        ILogger logger,
        Action onJoined)
    {
        GroupOptions group = options.Group;
        Mode = group.Mode;
        SharesValues = group.ShareValues;
        GroupTerms terms = TermsOf(options, caches.ReadLag.Replica);
        string name = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}";
        channel = new RedisGroupChannel(group.Redis, group.Name, terms, time);
        Ledger = new RedisStreamLedger(channel, group.Name, name, time);
        node = new GroupNode(
            terms,
            name,
            channel,
            caches,
            serving,
            time)
        {
            ModeOf = modeOf,
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

    /// <summary>Whether they keep items for each other.</summary>
    public bool SharesValues { get; }

    /// <summary>The attribute lists of DAX clients that the members have agreed on.</summary>
    public ISharedLists Lists => channel.Lists;

    /// <summary>
    /// Where clients of the DAX protocol reach this process; null where they do not, or not any more. The others are told within a lease.
    /// </summary>
    public DaxListing? Listing
    {
        get;
        set
        {
            field = value;
            node.Address = value is { IsReachable: true } ? value.ToString() : "";
        }
    }

    /// <summary>Where this process speaks the protocol with TLS; 0 for nowhere.</summary>
    public int TlsPort { get; set; }

    /// <summary>Where they reach the other members that are there.</summary>
    public IEnumerable<DaxListing> OtherListings => node.Addresses.Select(DaxListing.Parse).OfType<DaxListing>();

    /// <summary>How the process stands in it now.</summary>
    public GroupStatus Status => node.Status;

    /// <summary>What members agree on: all that <see cref="GroupMode"/> of a table follows from, and what the list is kept by.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="settle">How long reads of the backend may miss a write.</param>
    internal static GroupTerms TermsOf(ProxyOptions options, TimeSpan settle)
    {
        GroupOptions group = options.Group;
        KeyValuePair<string, TableOptions>[] rules = [.. options.Tables.OrderBy(rule => rule.Key, StringComparer.Ordinal)];
        bool isAnyValidated = group.Mode == GroupMode.Validated || rules.Any(rule => rule.Value.GroupMode == GroupMode.Validated);
        string[] modes =
            [.. rules.Where(rule => rule.Value.GroupMode is not null).Select(rule => $"{rule.Key}={rule.Value.GroupMode}")];

        // Where the caches are as DAX is, validated means strict; not in followed tables.
        IEnumerable<string> compatible = rules
            .Where(rule => rule.Value.DaxCompatible is not null || rule.Value.FollowStream is not null)
            .Select(rule => $"{rule.Key}={rule.Value.DaxCompatible}/{rule.Value.FollowStream}");
        return new GroupTerms(
            group.Mode,
            string.Join(' ', modes),
            isAnyValidated ? string.Join(' ', compatible.Prepend($"{options.QueryCache.DaxCompatible}")) : "",
            group.Lease,
            group.GoneAfter,
            options.DoubtWindow,
            settle,
            group.ShareValues);
    }

    /// <summary>What failed, without anything of what Redis was asked.</summary>
    private static string Reason(Exception? fault) => fault switch
    {
        null => "connection or lease lost",
        RedisServerException refusal when refusal.Message.StartsWith(RedisScripts.OtherTerms, StringComparison.Ordinal) =>
            "its members have other options of Group, another GroupMode of a table, "
                + "or with validated, another DaxCompatible or FollowStream",
        RedisConnectionException failure => $"{nameof(RedisConnectionException)}, {failure.FailureType}",
        _ => fault.GetType().Name,
    };

    /// <summary>Leaves it.</summary>
    public void Dispose() => node.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
