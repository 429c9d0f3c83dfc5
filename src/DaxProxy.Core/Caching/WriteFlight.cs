using DaxProxy.Core.Caching.Queries;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching;

/// <summary>The fences of one request, from the first begun to the last ended.</summary>
internal sealed class WriteFlight(
    TableCatalog catalog, ItemCache cache, PageInvalidation? pages, KeyFinder finder, CacheFaults faults, TimeSpan doubt, bool isBatch)
{
    private readonly List<Write> places = new(1);
    private readonly List<(int At, WriteTicket Ticket)> begun = new(1);
    private HashSet<string>? tables;
    private HashSet<string>? unfitting;
    private int writes;

    /// <summary>Notes the next write of the request.</summary>
    /// <param name="name">Name or ARN of the table.</param>
    /// <param name="attributes">The item or its key.</param>
    /// <param name="isItem">Which of the two.</param>
    /// <param name="touched">The attributes that change where there is an item already; null for all.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async ValueTask AddAsync(
        string name, AttributeMap attributes, bool isItem, IReadOnlySet<string>? touched, CancellationToken cancellationToken)
    {
        int write = writes++;
        CatalogTable? table = await finder.TableToWriteAsync(name, cancellationToken).ConfigureAwait(false);
        if (table is null)
        {
            AddTable(TableCatalog.PlainName(name));
        }
        else if (!table.Settings.CachesAnything)
        {
            return;
        }
        else if (isItem ? finder.TryFindOfItem(table, attributes, out CacheKey place) : finder.TryFind(table, attributes, out place))
        {
            // An ARN may mean another account's table of this name: its image is not ours to keep.
            places.Add(new Write(write, place, !TableCatalog.IsArn(name), attributes, touched));
        }
        else
        {
            (unfitting ??= new(StringComparer.Ordinal)).Add(table.Info.TableName);
        }
    }

    /// <summary>Notes a write of a key; false if it does not fit the table.</summary>
    public bool TryAdd(CatalogTable table, AttributeMap key)
    {
        if (!finder.TryFind(table, key, out CacheKey place))
        {
            return false;
        }

        places.Add(new Write(writes++, place, true, key, null));
        return true;
    }

    /// <summary>Notes a table that is void as a whole.</summary>
    public void AddTable(string name) => (tables ??= new(StringComparer.Ordinal)).Add(name);

    /// <summary>Before the call.</summary>
    public void Begin()
    {
        foreach (string table in tables ?? [])
        {
            catalog.Forget(table);
        }

        for (int at = 0; at < places.Count; at++)
        {
            CacheKey place = places[at].Place;
            try
            {
                begun.Add((at, cache.BeginWrite(place)));
                places[at] = places[at] with { Place = CatchUp(place) };
            }
            catch (Exception fault)
            {
                faults.Report(fault);
                Void(place.Table.Info.TableName);
            }
        }
    }

    /// <summary>After the call; no reply means that it threw. Nothing of this may fail the request.</summary>
    public void End(Reply? reply)
    {
        foreach (Write write in places)
        {
            WriteOutcome outcome = Judge(reply, write.Number, out WriteImages? images);
            try
            {
                EndPages(write, outcome, images);
            }
            catch (Exception fault)
            {
                faults.Report(fault);
                catalog.Renew(write.Place.Table.Info.TableName);
            }
        }

        foreach ((int at, WriteTicket ticket) in begun)
        {
            Write write = places[at];
            try
            {
                WriteOutcome outcome = Judge(reply, write.Number, out WriteImages? images);
                outcome = outcome == WriteOutcome.Exact && !write.IsExact ? WriteOutcome.Drop : outcome;
                cache.EndWrite(write.Place, ticket, outcome, images?.New);
            }
            catch (Exception fault)
            {
                faults.Report(fault);
                catalog.Renew(write.Place.Table.Info.TableName);
            }
        }

        EndTables(reply);
    }

    /// <summary>What the write means to pages of queries. They need nothing at its begin: what they show is asked for again at each look-up.</summary>
    private void EndPages(Write write, WriteOutcome outcome, WriteImages? images)
    {
        if (pages is null || outcome == WriteOutcome.NoEffect)
        {
            return;
        }

        TableInfo info = write.Place.Table.Info;
        if (catalog.TryGet(info.TableName, out CatalogTable? current) && current.Info != info)
        {
            // It may have an index by now that we knew nothing of when we began.
            catalog.Renew(info.TableName);
        }

        if (outcome == WriteOutcome.Suspect)
        {
            pages.Suspected(info, write.Attributes);
        }
        else
        {
            pages.Written(info, write.Attributes, write.Touched, images, outcome == WriteOutcome.Unknown);
        }
    }

    /// <summary>
    /// The table may have been evicted since its key was formed, and the item cached again before the fence was raised. From now on nobody
    /// else stores it, whatever happens to the table, so one look is enough.
    /// </summary>
    private CacheKey CatchUp(in CacheKey place)
    {
        string name = place.Table.Info.TableName;
        if (!catalog.TryGet(name, out CatalogTable? current) || current == place.Table)
        {
            return place;
        }

        if (current.Info == place.Table.Info)
        {
            return ItemCache.Move(place, current);
        }

        Void(name);
        return place;
    }

    /// <summary>The whole table, now and when the call has ended.</summary>
    private void Void(string name)
    {
        AddTable(name);
        catalog.Forget(name);
    }

    private void EndTables(Reply? reply)
    {
        if (reply is ErrorReply { Error.Name: "ResourceNotFoundException" })
        {
            places.ForEach(place => AddTable(place.Place.Table.Info.TableName));
        }
        else if (reply is not ErrorReply && unfitting is not null)
        {
            // What does not fit the table we know was not refused: it is another table by now.
            (tables ??= new(StringComparer.Ordinal)).UnionWith(unfitting);
        }

        foreach (string table in tables ?? [])
        {
            if (IsUnknown(reply))
            {
                catalog.Suspend(table, doubt);
            }
            else
            {
                catalog.Forget(table);
            }
        }
    }

    /// <summary>Whether a write with this answer may have happened, or may still.</summary>
    public static bool IsUnknown(Reply? reply) => reply is null or ErrorReply { Error.StatusCode: >= 500 };

    private WriteOutcome Judge(Reply? reply, int write, out WriteImages? images)
    {
        images = null;
        switch (reply)
        {
            case { } when IsUnknown(reply):
            case null:
                return WriteOutcome.Unknown;
            case ErrorReply { Error.Name: "ConditionalCheckFailedException" }:
                // Somebody who had read the item expected something else of it: what we hold may be as old as what he read.
                return WriteOutcome.Suspect;
            case ErrorReply { Error.Name: "TransactionCanceledException" }:
                return WriteOutcome.Suspect;
            case ErrorReply:
                return isBatch ? WriteOutcome.Drop : WriteOutcome.NoEffect;
        }

        images = reply switch
        {
            WriteReply single => single.Images,
            BatchWriteItemReply batch => batch.Images is { } all && write < all.Count ? all[write] : null,
            TransactWriteItemsReply transaction => transaction.Images is { } all && write < all.Count ? all[write] : null,
            _ => null,
        };
        return images is null ? WriteOutcome.Drop : WriteOutcome.Exact;
    }

    /// <summary>One write of the request.</summary>
    /// <param name="Number">Which one.</param>
    /// <param name="Place">Its item in the cache.</param>
    /// <param name="IsExact">Whether its image is surely that of this item.</param>
    /// <param name="Attributes">The item or its key.</param>
    /// <param name="Touched">The attributes that change where there is an item already; null for all.</param>
    private sealed record Write(int Number, CacheKey Place, bool IsExact, AttributeMap Attributes, IReadOnlySet<string>? Touched);
}
