using System.Collections.Concurrent;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Items;
using DaxProxy.Engine.Replication;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Streams;
using DaxProxy.Engine.Tables;

namespace DaxProxy.Engine.Regions;

/// <summary>The store of one region, as global tables see it: its replicas, what leaves them and what arrives in them.</summary>
/// <remarks>
/// Thread-safe. Everything that lasts changes in transactions of this store alone, so that no crash leaves two stores that contradict each
/// other: who is a member of a global table follows from the members' own rows.
/// </remarks>
public sealed class RegionStore
{
    private readonly EngineCatalog catalog;
    private readonly WriteQueue writes;
    private readonly SessionPool sessions;
    private readonly ItemWriter items;
    private readonly ReplicationLog log;
    private readonly CreateTableHandler creation;
    private readonly ResourceNames names;
    private readonly StreamSwitch streamSwitch;
    private readonly StreamCatalog streams;
    private readonly TimeToLiveCatalog timeToLive;

    /// <summary>How far each table has come with the writes of each region; what is not here is read from the store.</summary>
    private readonly ConcurrentDictionary<(long TableId, string Region), long> arrived = [];

    internal RegionStore(
        EngineCatalog catalog,
        WriteQueue writes,
        SessionPool sessions,
        ItemWriter items,
        ReplicationLog log,
        CreateTableHandler creation,
        ResourceNames names,
        StreamSwitch streamSwitch,
        StreamCatalog streams,
        TimeToLiveCatalog timeToLive)
    {
        (this.catalog, this.writes, this.sessions, this.items, this.log) = (catalog, writes, sessions, items, log);
        (this.creation, this.names, this.streamSwitch, this.streams) = (creation, names, streamSwitch, streams);
        this.timeToLive = timeToLive;
    }

    /// <summary>The region.</summary>
    public string Region => log.Region;

    /// <summary>The tables that are replicas, with their places in global tables.</summary>
    internal IEnumerable<(EngineTable Table, Membership Member)> Members
    {
        get
        {
            foreach (EngineTable table in catalog.All)
            {
                if (log.Find(table.Id) is { } member)
                {
                    yield return (table, member);
                }
            }
        }
    }

    /// <summary>A table with its status and, where it is a replica, its place; null when there is none of the name.</summary>
    internal (EngineTable Table, string Status, Membership? Member)? Find(string tableName) =>
        catalog.FindAny(tableName, out string status) is { } table ? (table, status, log.Find(table.Id)) : null;

    /// <summary>The attribute by which items of a table expire; null for none.</summary>
    internal string? ExpiresBy(EngineTable table) => timeToLive.Find(table.Id)?.AttributeName;

    /// <summary>Resource name of a table here.</summary>
    internal string ArnOf(string tableName) => names.Table(tableName);

    /// <summary>
    /// Makes a table of this region the first member of a global table, with a stream that shows both images. Nothing to do when it is a
    /// member already.
    /// </summary>
    internal async Task<(DynamoError? Error, Membership? Member)> FoundAsync(string tableName)
    {
        // The last of its group: writes that come later are logged.
        (DynamoError? Error, EngineTable? Table, EngineStream? Stream, Membership? Member) founded = await writes.RunLastAsync(
            session => Found(session, tableName),
            done =>
            {
                if (done.Table is { } table)
                {
                    catalog.Add(table);
                    if (done.Stream is not null)
                    {
                        streams.Show(table.Id, done.Stream);
                    }

                    log.Show(done.Member!);
                }
            }).ConfigureAwait(false);
        return (founded.Error, founded.Member);
    }

    /// <summary>Makes a table that is a replica of one in another region, and empty as yet.</summary>
    /// <param name="request">The table.</param>
    /// <param name="group">Its global table.</param>
    /// <param name="madeFrom">Where its items will be copied from.</param>
    /// <param name="arrivals">Up to which of the writes of each other member its items will have when they are copied.</param>
    internal async Task<Reply> JoinAsync(
        CreateTable request, string group, string madeFrom, IReadOnlyList<(string Region, long Sequence)> arrivals)
    {
        TableDescription definition = creation.Define(request);
        Joined joined = await writes.RunLastAsync(
            session =>
            {
                CreateTableHandler.Result result = creation.Create(session, request, definition, TableTransition.None);
                if (result.Table is not { } table)
                {
                    return new Joined(new CreateTableHandler.Result(ReplicaFaults.Exists(request.TableName)), null);
                }

                foreach ((string region, long sequence) in arrivals)
                {
                    ReplicationLog.StoreArrived(session, table.Id, region, sequence);
                }

                return new Joined(result, log.Add(session, table.Id, group, madeFrom));
            },
            done =>
            {
                creation.Show(done.Result);
                if (done.Member is not null)
                {
                    log.Show(done.Member);
                }
            }).ConfigureAwait(false);
        return joined.Result.Table is { } made ? new TableReply(made.Describe("CREATING")) : new ErrorReply(joined.Result.Error!);
    }

    /// <summary>The number of a table's newest logged write.</summary>
    internal long EndOf(EngineTable table) => sessions.Read(table.Id, ReplicationLog.End);

    /// <summary>Whether a table may have logged writes behind one: a look that costs nothing.</summary>
    internal bool MayHaveMore(EngineTable table, long after) => log.Last(table.Id) > after;

    /// <summary>Logged writes of a table behind one.</summary>
    internal List<LoggedChange> ReadChanges(EngineTable table, long after, int limit) => sessions.Read(
        (log, table.Id, after, limit), static (session, at) => at.log.Read(session, at.Id, at.after, at.limit));

    /// <summary>Items of a table behind a place, for a new replica.</summary>
    internal List<LoggedChange> ReadItems(EngineTable table, RowKey? after, int limit) => sessions.Read(
        (table.Id, after, limit), static (session, at) => ReplicationLog.ReadItems(session, at.Id, at.after, at.limit));

    /// <summary>How many writes of a table another member has yet to get, and the time of the oldest.</summary>
    internal (long Count, long? OldestAt) Pending(EngineTable table, long after) => sessions.Read(
        (table.Id, after), static (session, at) => ReplicationLog.Pending(session, at.Id, at.after));

    /// <summary>How far a table has come with the writes of another region.</summary>
    internal long ArrivedFrom(EngineTable table, string region) => arrived.GetOrAdd(
        (table.Id, region),
        static (of, sessions) => sessions.Read(of, static (session, at) => ReplicationLog.Arrived(session, at.TableId, at.Region)),
        sessions);

    /// <summary>Takes the writes of a region that is about to join from their beginning: they have numbers of their own.</summary>
    internal Task ForgetArrivalsAsync(EngineTable table, string region) => writes.RunAsync(
        session =>
        {
            ReplicationLog.ForgetArrived(session, table.Id, region);
            return (table.Id, region);
        },
        of => arrived.TryRemove(of, out _));

    /// <summary>
    /// Writes what came from another region, as far as it wins over what is here, and how far it has come: all of it or nothing, in one
    /// transaction. The caches are told of what changed before any later write is acknowledged. Returns whether the table is still here.
    /// </summary>
    /// <param name="table">The replica here.</param>
    /// <param name="from">Where it comes from.</param>
    /// <param name="changes">Writes in the order of the log, or items that are copied.</param>
    internal async Task<bool> ApplyAsync(EngineTable table, string from, IReadOnlyList<LoggedChange> changes)
    {
        long sequence = changes[^1].Sequence;
        List<WriteEffect>? effects = await writes.RunInBackgroundAsync(
            rows => Apply(rows, table, from, changes),
            effects =>
            {
                effects?.ForEach(static effect => effect.PublishTotals());
                if (effects is not null && sequence > 0)
                {
                    arrived[(table.Id, from)] = sequence;
                }
            }).ConfigureAwait(false);
        return effects is not null;
    }

    /// <summary>Notes that all items have been copied into a replica.</summary>
    internal Task CompleteAsync(EngineTable table) => writes.RunAsync(
        session =>
        {
            if (log.Find(table.Id) is not { } member)
            {
                return null;
            }

            ReplicationLog.Complete(session, table.Id);
            return member with { IsCopied = true };
        },
        member =>
        {
            if (member is not null)
            {
                log.Show(member);
            }
        });

    /// <summary>Makes a replica a table of its own.</summary>
    internal Task LeaveAsync(EngineTable table) => writes.RunLastAsync(
        session =>
        {
            ReplicationLog.Drop(session, table.Id);
            return table.Id;
        },
        log.Forget);

    /// <summary>Removes what all members have of a table's writes, and deletions that are long past, in small steps.</summary>
    internal async Task TrimAsync(EngineTable table, long upTo, long tombstonesBefore, CancellationToken cancellationToken)
    {
        const int RowsPerStep = 500;
        while (!cancellationToken.IsCancellationRequested
            && await writes.RunAsync(session => log.Trim(session, table.Id, upTo, tombstonesBefore, RowsPerStep))
                .ConfigureAwait(false) >= RowsPerStep)
        {
        }
    }

    /// <summary>Removes what is left of tables that were replicas, in small steps.</summary>
    internal async Task TrimFormerAsync(CancellationToken cancellationToken)
    {
        const int RowsPerStep = 500;
        while (!cancellationToken.IsCancellationRequested
            && await writes.RunAsync(session => log.TrimFormer(session, RowsPerStep)).ConfigureAwait(false) > 0)
        {
        }
    }

    private (DynamoError? Error, EngineTable? Table, EngineStream? Stream, Membership? Member) Found(Session session, string tableName)
    {
        if (catalog.FindAny(tableName, out _) is not { } table)
        {
            return (TableFaults.TableNotFound(tableName), null, null, null);
        }

        if (log.Find(table.Id) is { } member)
        {
            return (null, null, null, member);
        }

        TableDescription definition = table.Definition;
        EngineStream? stream = null;
        if (definition.StreamSpecification is null)
        {
            definition = streamSwitch.Describe(session, definition, "NEW_AND_OLD_IMAGES");
            stream = streamSwitch.Enable(session, table.Id, definition);
            session.Statement("UPDATE tables SET definition = ?1 WHERE id = ?2")
                .Bind(1, EngineCatalog.Serialize(definition)).Bind(2, table.Id).Run();
        }
        else if (definition.StreamSpecification.StreamViewType != "NEW_AND_OLD_IMAGES")
        {
            return (ReplicaFaults.StreamShowsTooLittle, null, null, null);
        }

        return (null, table.Redefined(definition), stream, log.Add(session, table.Id, Guid.NewGuid().ToString("N"), null));
    }

    private List<WriteEffect>? Apply(ItemRows rows, EngineTable table, string from, IReadOnlyList<LoggedChange> changes)
    {
        if (catalog.CurrentOrMade(table) is not { } current || log.Find(table.Id) is null)
        {
            return null;
        }

        List<WriteEffect> effects = [];
        foreach (LoggedChange change in changes)
        {
            WriteStamp? there = ReplicationLog.FindStamp(rows.Session, table.Id, change.Row);
            if (!(change.Stamp ?? WriteStamp.None).Wins(there))
            {
                continue;
            }

            if (change.Stamp is { } stamp)
            {
                ReplicationLog.StoreStamp(rows.Session, table.Id, change.Row, stamp, change.Item is null);
            }

            effects.Add(items.Replicate(rows, current, change.Row, change.Item));
        }

        if (changes[^1].Sequence > 0)
        {
            ReplicationLog.StoreArrived(rows.Session, table.Id, from, changes[^1].Sequence);
        }

        return effects;
    }

    /// <summary>A table that was made, with its place; or why there is none.</summary>
    private sealed record Joined(CreateTableHandler.Result Result, Membership? Member);
}
