using System.Diagnostics.Metrics;
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
        channel = new RedisGroupChannel(group.Redis, group.Name, name, terms, time);
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

    /// <summary>Shows how it stands as instruments.</summary>
    public void ShowOn(Meter meter)
    {
        Gauge("joined", status => status.IsJoined ? 1 : 0, null, "1 while the process is a member of its group.");
        Gauge("lease_left", status => status.LeaseLeft.TotalSeconds, "seconds", "How much longer the caches may answer.");
        Gauge("members", status => status.Members.Count, null, "Members of the group, this process among them.");
        Gauge("members_missing", status => status.Lapsed.Count, null, "Members that are lost: the caches do not answer meanwhile.");
        Count("messages_sent", figures => figures.Told, null, "Messages sent to the others; one may tell of many writes.");
        Count("messages_heard", figures => figures.Heard, null, "Messages of the others that were heard.");
        Count("gaps", figures => figures.Gaps, null, "Messages of the others that were missed.");
        Count("joins", figures => figures.Stays, null, "How often the process joined.");
        Count("members_lost", figures => figures.Lapses, null, "Members that were found to be lost.");
        Count("overlaps", figures => figures.Overlaps, null, "Writes told twice, as another member was writing the same item.");
        Count("write_waits", figures => figures.Waited.TotalSeconds, "seconds", "How long writes have waited for the others.");
        if (SharesValues)
        {
            Count("shared_hits", figures => figures.SharedHits, null, "Misses answered by what another member had fetched.");
            Count("shared_misses", figures => figures.SharedMisses, null, "Misses that looked among shared items in vain.");
            Count("shared_faults", figures => figures.SharedFaults, null, "Times that Redis did not answer that as it should.");
        }

        void Gauge(string name, Func<GroupStatus, double> figure, string? unit, string help) =>
            meter.CreateObservableGauge("daxproxy.group." + name, () => figure(Status), unit, help);

        void Count(string name, Func<GroupFigures, double> figure, string? unit, string help) =>
            meter.CreateObservableCounter("daxproxy.group." + name, () => figure(Status.Figures), unit, help);
    }

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
