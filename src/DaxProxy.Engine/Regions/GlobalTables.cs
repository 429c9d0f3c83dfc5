using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Maintenance;
using DaxProxy.Engine.Replication;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Regions;

/// <summary>Tables that have replicas in several regions of this process, and what carries writes from one to the others.</summary>
/// <remarks>
/// Each region has an engine and caches of its own. Here they meet, in two ways. A change of a table's replicas, or of what all replicas
/// have in common, asks the other regions as a client would, through their caches. A write is logged where it is made, read from there, and
/// written into each other region in the background, as an item that expires is deleted: so streams, indexes and caches follow.
/// Who is a member is written down by each member alone. Thread-safe.
/// </remarks>
public sealed class GlobalTables : IDisposable
{
    /// <summary>How soon new writes are looked for. Where there are none, that is a look at a few numbers.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan TrimInterval = TimeSpan.FromSeconds(30);

    /// <summary>How long deletions are remembered, at least. Source: ours, as long as the service keeps records of streams.</summary>
    private static readonly TimeSpan TombstoneAge = TimeSpan.FromHours(24);

    /// <summary>How long a replica stays because others were made from it. Source: the service's text that says so.</summary>
    private static readonly TimeSpan SourceAge = TimeSpan.FromHours(24);

    private const int ChangesPerStep = 200;

    private readonly TimeProvider time;
    private readonly List<RegionStore> stores = [];
    private readonly Dictionary<string, IDynamoBackend> outermost = new(StringComparer.Ordinal);

    /// <summary>Requests of our own to another region, which are not sent on. A table that is made has its plan here.</summary>
    private readonly ConcurrentDictionary<Operation, JoinPlan?> ours = new(ReferenceEqualityComparer.Instance);

    /// <summary>How far the items of new replicas have been copied, by the region that they come from.</summary>
    private readonly ConcurrentDictionary<(long TableId, string From), RowKey> copied = [];

    private readonly SemaphoreSlim turn = new(1);
    private readonly Dictionary<string, SemaphoreSlim> pumps = new(StringComparer.Ordinal);
    private RecurringStep? pumping;
    private RecurringStep? trimming;

    /// <summary>Global tables among no regions as yet.</summary>
    /// <param name="time">The clock.</param>
    public GlobalTables(TimeProvider time)
    {
        this.time = time;
        Weather = new ReplicationWeather(time);
    }

    /// <summary>What replication is to suffer.</summary>
    public ReplicationWeather Weather { get; }

    /// <summary>The regions, in the order in which they were added.</summary>
    public IEnumerable<string> Regions => stores.Select(store => store.Region);

    /// <summary>Adds a region, before <see cref="Start"/>. Returns its engine as one of several.</summary>
    /// <param name="store">What it keeps.</param>
    /// <param name="engine">What answers for it.</param>
    public IDynamoBackend Add(RegionStore store, IDynamoBackend engine)
    {
        stores.Add(store);
        pumps[store.Region] = new SemaphoreSlim(1);
        return new RegionBackend(engine, store.Region, this);
    }

    /// <summary>Begins to carry writes.</summary>
    /// <param name="backends">What answers for each region, with its caches.</param>
    public void Start(IReadOnlyDictionary<string, IDynamoBackend> backends)
    {
        foreach (RegionStore store in stores)
        {
            outermost[store.Region] = backends[store.Region];
        }

        pumping = new RecurringStep(time, Pause, PumpAsync);
        trimming = new RecurringStep(time, TrimInterval, TrimAsync);
    }

    /// <summary>How far each replica is with the writes of each other region.</summary>
    public IReadOnlyList<ReplicationStatus> Statuses
    {
        get
        {
            List<ReplicationStatus> statuses = [];
            foreach (RegionStore to in stores)
            {
                foreach ((EngineTable table, Membership member) in to.Members)
                {
                    foreach ((RegionStore from, EngineTable there, _) in OthersOf(to, table.Name, member))
                    {
                        (long count, long? oldestAt) = from.Pending(there, to.ArrivedFrom(table, from.Region));
                        TimeSpan? age = oldestAt is { } at
                            ? time.GetUtcNow() - DateTimeOffset.UnixEpoch - TimeSpan.FromMicroseconds(at)
                            : null;
                        statuses.Add(new ReplicationStatus(
                            table.Name,
                            from.Region,
                            to.Region,
                            Weather.IsCut(from.Region, to.Region),
                            count,
                            age < TimeSpan.Zero ? TimeSpan.Zero : age));
                    }
                }
            }

            return statuses;
        }
    }

    /// <summary>Carries what is due, once. Each region takes what arrives by itself.</summary>
    internal Task PumpAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(stores.Select(store => PumpIntoAsync(store, null, cancellationToken)));

    /// <summary>Removes what all members have, and deletions that are long past.</summary>
    internal async Task TrimAsync(CancellationToken cancellationToken)
    {
        foreach (RegionStore store in stores)
        {
            await store.TrimFormerAsync(cancellationToken).ConfigureAwait(false);
            foreach ((EngineTable table, Membership member) in store.Members)
            {
                // No region joins meanwhile, which would need what is removed.
                await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    (long upTo, long tombstonesBefore) = TrimPoints(store, table, member);
                    await store.TrimAsync(table, upTo, tombstonesBefore, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    turn.Release();
                }
            }
        }
    }

    internal ValueTask<Reply> CreateAsync(string region, IDynamoBackend inner, CreateTable request, CancellationToken cancellationToken) =>
        ours.TryGetValue(request, out JoinPlan? plan) && plan is not null
            ? new(StoreOf(region).JoinAsync(request, plan.Group, plan.MadeFrom, plan.Arrivals))
            : inner.ExecuteAsync(request, cancellationToken);

    internal async ValueTask<Reply> DescribeAsync(
        string region, IDynamoBackend inner, Operation request, CancellationToken cancellationToken) =>
        Describe(region, await inner.ExecuteAsync(request, cancellationToken).ConfigureAwait(false));

    internal async ValueTask<Reply> UpdateAsync(
        string region, IDynamoBackend inner, UpdateTable request, CancellationToken cancellationToken)
    {
        if (request.OtherReplication is not null || (request.Replication is not null && request.ReplicaUpdates is null))
        {
            // Strong consistency, witnesses, several accounts: the engine says that it has none.
            return await inner.ExecuteAsync(request, cancellationToken).ConfigureAwait(false);
        }

        if (request.ReplicaUpdates is not null)
        {
            await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await ChangeReplicasAsync(region, request).ConfigureAwait(false);
            }
            finally
            {
                turn.Release();
            }
        }

        if (request.StreamSpecification is { StreamEnabled: false } && IsReplica(region, request.TableName))
        {
            return new ErrorReply(ReplicaFaults.StreamIsNeeded);
        }

        return IsOfAllReplicas(request)
            ? Describe(region, await ChangeAllAsync(region, inner, request.TableName, request, cancellationToken).ConfigureAwait(false))
            : Describe(region, await inner.ExecuteAsync(request, cancellationToken).ConfigureAwait(false));
    }

    internal ValueTask<Reply> UpdateTimeToLiveAsync(
        string region, IDynamoBackend inner, UpdateTimeToLive request, CancellationToken cancellationToken) =>
        ChangeAllAsync(region, inner, request.TableName, request, cancellationToken);

    internal async ValueTask<Reply> DeleteAsync(
        string region, IDynamoBackend inner, DeleteTable request, CancellationToken cancellationToken)
    {
        bool isOurs = ours.ContainsKey(request);
        if (!isOurs)
        {
            await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            if (StoreOf(region).Find(request.TableName) is { Member: { } member } found)
            {
                if (FindMadeFrom(region, request.TableName, member))
                {
                    return new ErrorReply(ReplicaFaults.ActedAsSource);
                }

                await DrainAsync(region, request.TableName, member).ConfigureAwait(false);
            }

            return await inner.ExecuteAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!isOurs)
            {
                turn.Release();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        pumping?.Dispose();
        trimming?.Dispose();
        turn.Dispose();
        foreach (SemaphoreSlim pump in pumps.Values)
        {
            pump.Dispose();
        }
    }

    /// <summary>Whether a change concerns what all replicas have in common.</summary>
    private static bool IsOfAllReplicas(UpdateTable request) => request.GlobalSecondaryIndexUpdates is not null
        || request.VectorIndexUpdates is not null
        || request.BillingMode is not null
        || request.ProvisionedThroughput is not null
        || request.OnDemandThroughput is not null
        || request.WarmThroughput is not null
        || request.TableClass is not null;

    private RegionStore StoreOf(string region) => stores.First(store => store.Region == region);

    private bool IsReplica(string region, string tableName) =>
        StoreOf(region).Find(tableName) is { Member: { } member } && OthersOf(StoreOf(region), tableName, member).Count > 0;

    /// <summary>The other members of a table's global table.</summary>
    private List<(RegionStore Store, EngineTable Table, Membership Member)> OthersOf(
        RegionStore store, string tableName, Membership member)
    {
        List<(RegionStore, EngineTable, Membership)> others = [];
        foreach (RegionStore other in stores)
        {
            if (other != store
                && other.Find(tableName) is { Status: not "DELETING", Member: { } theirs } found
                && theirs.Group == member.Group)
            {
                others.Add((other, found.Table, theirs));
            }
        }

        return others;
    }

    /// <summary>Adds its replicas to a table that is described.</summary>
    private Reply Describe(string region, Reply reply)
    {
        if (reply is not TableReply { Table: { } table } || StoreOf(region).Find(table.TableName) is not { Member: { } member })
        {
            return reply;
        }

        List<ReplicaDescription> replicas =
        [
            .. OthersOf(StoreOf(region), table.TableName, member).Select(other => new ReplicaDescription(
                other.Store.Region,
                other.Member.IsCopied ? "ACTIVE" : "CREATING",
                other.Store.ArnOf(table.TableName))
            {
                KmsMasterKeyId = other.Table.Definition.Encryption?.KmsMasterKeyArn,
                TableClass = other.Table.Definition.TableClass,
            }),
        ];

        // One that still takes in the items of the others is not ready, as it says itself.
        TableDescription shown = member.IsCopied || table.TableStatus != "ACTIVE" ? table : table with { TableStatus = "CREATING" };
        return replicas.Count == 0 ? reply : new TableReply(shown) { Replicas = replicas };
    }

    private async Task<Reply> ChangeReplicasAsync(string region, UpdateTable request)
    {
        RegionStore store = StoreOf(region);
        if (store.Find(request.TableName) is not { } found)
        {
            return new ErrorReply(TableFaults.TableNotFound(request.TableName));
        }

        if (found.Status != "ACTIVE")
        {
            return new ErrorReply(found.Member is not null ? ReplicaFaults.InUse : InUse(request.TableName, found.Status));
        }

        IReadOnlyList<ReplicaUpdate> updates = request.ReplicaUpdates!;
        if (Check(region, updates) is { } fault)
        {
            return new ErrorReply(fault);
        }

        List<(RegionStore Store, EngineTable Table, Membership Member)> others =
            found.Member is { } member ? OthersOf(store, request.TableName, member) : [];
        if (others.Find(other => !other.Member.IsCopied) is { Store: { } joining })
        {
            return new ErrorReply(ReplicaFaults.BeingAdded(request.TableName, joining.Region));
        }

        if (found.Member is { IsCopied: false })
        {
            return new ErrorReply(ReplicaFaults.BeingAdded(request.TableName, region));
        }

        Reply? refusal = null;
        foreach (ReplicaUpdate update in updates)
        {
            refusal ??= update switch
            {
                { Create: { } create } => await AddReplicaAsync(store, found.Table, create, others).ConfigureAwait(false),
                { Delete: { } delete } => await RemoveReplicaAsync(request.TableName, delete, others).ConfigureAwait(false),
                { Disassociate: not null } => await DisassociateAsync(store, found.Table, found.Member, others).ConfigureAwait(false),
                _ => await ChangeReplicaAsync(request.TableName, update.Update!, others).ConfigureAwait(false),
            };
        }

        // What was asked for shows in the replicas; the table itself is on its way.
        return refusal ?? Describe(region, new TableReply(store.Find(request.TableName)!.Value.Table.Describe("UPDATING")));
    }

    private static DynamoError InUse(string tableName, string status) => TableUpdateFaults.InUse(status switch
    {
        "CREATING" => "Table is being created: " + tableName,
        "DELETING" => "Table is being deleted: " + tableName,
        _ => $"Table: {tableName} is in the process of being updated.",
    });

    private DynamoError? Check(string region, IReadOnlyList<ReplicaUpdate> updates)
    {
        foreach (ReplicaUpdate update in updates)
        {
            if (update.Actions.Count() != 1 || update.Update is { IsPlain: true })
            {
                return ReplicaFaults.NoAction;
            }

            ReplicaAction asked = update.Actions.First();
            if (update.Disassociate is not null)
            {
                return updates.Count == 1 && asked.RegionName == region ? null : ReplicaFaults.DisassociatesElsewhere;
            }

            if (asked.RegionName == region)
            {
                return ReplicaFaults.LocalRegion;
            }

            if (!Regions.Contains(asked.RegionName))
            {
                return ReplicaFaults.NoSuchRegion(asked.RegionName, Regions);
            }

            if (asked.Unsupported is { } member)
            {
                return AbsentFeatureFaults.Refused(member, "such settings of single replicas");
            }
        }

        return updates.Count(update => update.Update is null) > 1 ? ReplicaFaults.SeveralActions : null;
    }

    private async Task<Reply?> AddReplicaAsync(
        RegionStore store,
        EngineTable table,
        ReplicaAction asked,
        List<(RegionStore Store, EngineTable Table, Membership Member)> others)
    {
        RegionStore target = StoreOf(asked.RegionName);
        if (target.Find(table.Name) is not null)
        {
            return new ErrorReply(ReplicaFaults.Exists(table.Name));
        }

        // From here on the table's writes are logged.
        (DynamoError? error, Membership? member) = await store.FoundAsync(table.Name).ConfigureAwait(false);
        if (error is not null)
        {
            return new ErrorReply(error);
        }

        // Of this region's writes, those up to now are in the items that will be copied; of the others' those that have arrived here.
        table = store.Find(table.Name)!.Value.Table;
        List<(string Region, long Sequence)> arrivals = [(store.Region, store.EndOf(table))];
        arrivals.AddRange(others.Select(other => (other.Store.Region, store.ArrivedFrom(table, other.Store.Region))));
        await ForgetArrivalsAsync(store, table, target.Region).ConfigureAwait(false);
        foreach ((RegionStore other, EngineTable there, _) in others)
        {
            await ForgetArrivalsAsync(other, there, target.Region).ConfigureAwait(false);
        }

        CreateTable creation = ReplicaDefinition.Of(table.Definition, asked);
        Reply reply = await SendAsync(target, creation, new JoinPlan(member!.Group, store.Region, arrivals)).ConfigureAwait(false);
        if (reply is ErrorReply)
        {
            return reply;
        }

        if (store.ExpiresBy(table) is { } attribute)
        {
            UpdateTimeToLive expiration = new() { TableName = table.Name, AttributeName = attribute, Enabled = true };
            await SendAsync(target, expiration, null).ConfigureAwait(false);
        }

        return null;
    }

    private async Task ForgetArrivalsAsync(RegionStore store, EngineTable table, string joining)
    {
        await pumps[store.Region].WaitAsync().ConfigureAwait(false);
        try
        {
            await store.ForgetArrivalsAsync(table, joining).ConfigureAwait(false);
        }
        finally
        {
            pumps[store.Region].Release();
        }
    }

    private async Task<Reply?> RemoveReplicaAsync(
        string tableName, ReplicaAction asked, List<(RegionStore Store, EngineTable Table, Membership Member)> others)
    {
        if (others.Find(other => other.Store.Region == asked.RegionName) is not { Store: { } target })
        {
            return new ErrorReply(ReplicaFaults.NotAMember(asked.RegionName));
        }

        return await SendAsync(target, new DeleteTable { TableName = tableName }, null).ConfigureAwait(false) as ErrorReply;
    }

    /// <summary>Makes a replica a table of its own, when what was under way has arrived on both sides, as far as nothing is cut.</summary>
    private async Task<Reply?> DisassociateAsync(
        RegionStore store,
        EngineTable table,
        Membership? member,
        List<(RegionStore Store, EngineTable Table, Membership Member)> others)
    {
        if (member is null || others.Count == 0)
        {
            return new ErrorReply(ReplicaFaults.NotAMember(store.Region));
        }

        foreach ((RegionStore other, _, _) in others)
        {
            await PumpIntoAsync(store, (other.Region, table.Name), CancellationToken.None).ConfigureAwait(false);
        }

        await DrainAsync(store.Region, table.Name, member).ConfigureAwait(false);
        await store.LeaveAsync(table).ConfigureAwait(false);
        return null;
    }

    private async Task<Reply?> ChangeReplicaAsync(
        string tableName, ReplicaAction asked, List<(RegionStore Store, EngineTable Table, Membership Member)> others)
    {
        if (others.Find(other => other.Store.Region == asked.RegionName) is not { Store: { } target, Table: { } table })
        {
            return new ErrorReply(ReplicaFaults.NotAMember(asked.RegionName));
        }

        List<UpdateTable> changes = [];
        if (asked.TableClassOverride is { } tableClass)
        {
            changes.Add(new UpdateTable { TableName = tableName, TableClass = tableClass });
        }

        if (asked.ReadCapacityUnits is { } units)
        {
            changes.Add(new UpdateTable
            {
                TableName = tableName,
                ProvisionedThroughput = table.Definition.ProvisionedThroughput with { ReadCapacityUnits = units },
            });
        }

        if (asked.KmsMasterKeyId is { } key)
        {
            changes.Add(new UpdateTable { TableName = tableName, Encryption = new EncryptionRequest(true, "KMS", key) });
        }

        foreach (UpdateTable change in changes)
        {
            if (await SendAsync(target, change, null).ConfigureAwait(false) is ErrorReply refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    /// <summary>Asks another region as its clients do, so that its caches know.</summary>
    private async Task<Reply> SendAsync(RegionStore target, Operation operation, JoinPlan? plan)
    {
        ours[operation] = plan;
        try
        {
            return await outermost[target.Region].ExecuteAsync(operation, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            ours.TryRemove(operation, out _);
        }
    }

    /// <summary>
    /// Makes a change of what all replicas have in common: here, and then in the others. Not while one is being made, which would have what
    /// was before; nor while another one cannot take it.
    /// </summary>
    private async ValueTask<Reply> ChangeAllAsync(
        string region, IDynamoBackend inner, string tableName, Operation request, CancellationToken cancellationToken)
    {
        if (ours.ContainsKey(request))
        {
            return await inner.ExecuteAsync(request, cancellationToken).ConfigureAwait(false);
        }

        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (StoreOf(region).Find(tableName) is { Member: { } member }
                && OthersOf(StoreOf(region), tableName, member).Exists(other => other.Store.Find(tableName) is not { Status: "ACTIVE" }))
            {
                return new ErrorReply(ReplicaFaults.InUse);
            }

            Reply reply = await inner.ExecuteAsync(request, cancellationToken).ConfigureAwait(false);
            if (reply is not ErrorReply)
            {
                await SendToOthersAsync(region, tableName, request).ConfigureAwait(false);
            }

            return reply;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Sends a change that was made here on to all other replicas.</summary>
    private async Task SendToOthersAsync(string region, string tableName, Operation request)
    {
        if (StoreOf(region).Find(tableName) is not { Member: { } member })
        {
            return;
        }

        foreach ((RegionStore other, _, _) in OthersOf(StoreOf(region), tableName, member))
        {
            await SendAsync(other, request, null).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a replica that still stands was made from a region's not long ago.</summary>
    private bool FindMadeFrom(string region, string tableName, Membership member)
    {
        long since = (time.GetUtcNow() - SourceAge).ToUnixTimeMilliseconds();
        return OthersOf(StoreOf(region), tableName, member)
            .Exists(other => other.Member.MadeFrom == region && other.Member.JoinedAt > since);
    }

    /// <summary>Lets the others have the writes of a replica that is about to go, as far as nothing is cut.</summary>
    private async Task DrainAsync(string region, string tableName, Membership member)
    {
        foreach ((RegionStore other, _, _) in OthersOf(StoreOf(region), tableName, member))
        {
            await PumpIntoAsync(other, (region, tableName), CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Carries writes into one region.</summary>
    /// <param name="to">The region.</param>
    /// <param name="leaving">The region and the table all of whose writes are due at once; null for none.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    private async Task PumpIntoAsync(RegionStore to, (string Region, string Table)? leaving, CancellationToken cancellationToken)
    {
        Exception? fault = null;
        await pumps[to.Region].WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach ((EngineTable table, Membership member) in to.Members)
            {
                try
                {
                    await PumpAsync(to, table, member, leaving, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception broken) when (broken is not OperationCanceledException)
                {
                    // Those behind it are not to suffer by a table that cannot be read or written.
                    fault ??= broken;
                }
            }
        }
        finally
        {
            pumps[to.Region].Release();
        }

        if (fault is not null)
        {
            ExceptionDispatchInfo.Throw(fault);
        }
    }

    private async Task PumpAsync(
        RegionStore to, EngineTable table, Membership member, (string Region, string Table)? leaving, CancellationToken cancellationToken)
    {
        List<(RegionStore Store, EngineTable Table, Membership Member)> others = OthersOf(to, table.Name, member);
        foreach ((RegionStore from, EngineTable there, _) in others)
        {
            if (!Weather.IsCut(from.Region, to.Region))
            {
                await CarryAsync(from, there, to, table, leaving == (from.Region, table.Name), cancellationToken).ConfigureAwait(false);
            }
        }

        if (!member.IsCopied)
        {
            await CopyAsync(to, table, member, others, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CarryAsync(
        RegionStore from, EngineTable there, RegionStore to, EngineTable table, bool isLeaving, CancellationToken cancellationToken)
    {
        long position = to.ArrivedFrom(table, from.Region);
        while (from.MayHaveMore(there, position) && !cancellationToken.IsCancellationRequested)
        {
            List<LoggedChange> changes = from.ReadChanges(there, position, ChangesPerStep);
            int due = isLeaving ? changes.Count : changes.FindIndex(change =>
                !Weather.IsDue(from.Region, to.Region, change.Sequence, change.Stamp!.Value.At)) is var first and >= 0
                    ? first
                    : changes.Count;
            if (due == 0 || !await to.ApplyAsync(table, from.Region, changes[..due]).ConfigureAwait(false) || due < changes.Count)
            {
                return;
            }

            position = changes[^1].Sequence;
        }
    }

    /// <summary>Copies the items of the region that a replica was made from, or if that is gone of any other that has them all.</summary>
    private async Task CopyAsync(
        RegionStore to,
        EngineTable table,
        Membership member,
        List<(RegionStore Store, EngineTable Table, Membership Member)> others,
        CancellationToken cancellationToken)
    {
        (RegionStore? from, EngineTable? there, _) = others.Find(other => other.Store.Region == member.MadeFrom);
        if (from is null)
        {
            (from, there, _) = others.Find(other => other.Member.IsCopied);
        }

        RowKey? after = from is not null && copied.TryGetValue((table.Id, from.Region), out RowKey place) ? place : null;
        while (from is not null)
        {
            if (Weather.IsCut(from.Region, to.Region) || cancellationToken.IsCancellationRequested)
            {
                return;
            }

            List<LoggedChange> items = from.ReadItems(there!, after, ChangesPerStep);
            if (items.Count == 0)
            {
                break;
            }

            if (!await to.ApplyAsync(table, from.Region, items).ConfigureAwait(false))
            {
                return;
            }

            after = copied[(table.Id, from.Region)] = items[^1].Row;
        }

        await to.CompleteAsync(table).ConfigureAwait(false);
        if (from is not null)
        {
            copied.TryRemove((table.Id, from.Region), out _);
        }
    }

    /// <summary>
    /// Up to which of its own writes a region may forget them, and before which time deletions. A deletion that a member has yet to get may
    /// be later than what is written there meanwhile, so nothing may be under way between any two of them that is as old.
    /// </summary>
    private (long UpTo, long TombstonesBefore) TrimPoints(RegionStore store, EngineTable table, Membership member)
    {
        long upTo = long.MaxValue;
        long before = (time.GetUtcNow() - TombstoneAge - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        List<(RegionStore Store, EngineTable Table, Membership Member)> others = OthersOf(store, table.Name, member);
        List<(RegionStore Store, EngineTable Table, Membership Member)> all = [(store, table, member), .. others];
        foreach ((RegionStore to, EngineTable there, Membership theirs) in all)
        {
            if (to != store)
            {
                upTo = Math.Min(upTo, to.ArrivedFrom(there, store.Region));
            }

            foreach ((RegionStore from, EngineTable source, _) in all.Where(one => one.Store != to))
            {
                before = Math.Min(before, from.Pending(source, to.ArrivedFrom(there, from.Region)).OldestAt ?? long.MaxValue);
            }

            before = theirs.IsCopied ? before : 0;
        }

        return (upTo, before);
    }

    /// <summary>How a table that is made becomes a replica.</summary>
    private sealed record JoinPlan(string Group, string MadeFrom, IReadOnlyList<(string Region, long Sequence)> Arrivals);
}
