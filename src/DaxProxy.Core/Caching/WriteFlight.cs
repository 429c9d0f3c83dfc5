using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching;

/// <summary>The fences of one request, from the first begun to the last ended.</summary>
internal sealed class WriteFlight(
    TableCatalog catalog, ItemCache cache, KeyFinder finder, CacheFaults faults, TimeSpan doubt, bool isBatch)
{
    private readonly List<(int Write, CacheKey Place, bool IsExact)> places = new(1);
    private readonly List<(int At, WriteTicket Ticket)> begun = new(1);
    private HashSet<string>? tables;
    private HashSet<string>? unfitting;
    private int writes;

    /// <summary>Notes the next write of the request.</summary>
    public async ValueTask AddAsync(string name, AttributeMap attributes, bool isItem, CancellationToken cancellationToken)
    {
        int write = writes++;
        CatalogTable? table = await finder.TableToWriteAsync(name, cancellationToken).ConfigureAwait(false);
        if (table is null)
        {
            AddTable(TableCatalog.PlainName(name));
        }
        else if (!table.Settings.Enabled)
        {
            return;
        }
        else if (isItem ? finder.TryFindOfItem(table, attributes, out CacheKey place) : finder.TryFind(table, attributes, out place))
        {
            // An ARN may mean another account's table of this name: its image is not ours to keep.
            places.Add((write, place, !TableCatalog.IsArn(name)));
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

        places.Add((writes++, place, true));
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
        foreach ((int at, WriteTicket ticket) in begun)
        {
            (int write, CacheKey place, bool isExact) = places[at];
            try
            {
                WriteOutcome outcome = Judge(reply, write, out Item? image);
                outcome = outcome == WriteOutcome.Exact && !isExact ? WriteOutcome.Drop : outcome;
                cache.EndWrite(place, ticket, outcome, image);
            }
            catch (Exception fault)
            {
                faults.Report(fault);
                catalog.Renew(place.Table.Info.TableName);
            }
        }

        EndTables(reply);
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

        if (tables is null)
        {
            return;
        }

        cache.Fences.EndUnfenced(IsUnknown(reply));
        foreach (string table in tables)
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

    private WriteOutcome Judge(Reply? reply, int write, out Item? image)
    {
        image = null;
        switch (reply)
        {
            case { } when IsUnknown(reply):
            case null:
                return WriteOutcome.Unknown;
            case ErrorReply { Error.Name: "ConditionalCheckFailedException" }:
                // Somebody who had read the item expected something else of it: what we hold may be as old as what he read.
                return WriteOutcome.Drop;
            case ErrorReply:
                return isBatch ? WriteOutcome.Drop : WriteOutcome.NoEffect;
        }

        WriteImages? images = reply switch
        {
            WriteReply single => single.Images,
            BatchWriteItemReply batch => batch.Images is { } all && write < all.Count ? all[write] : null,
            TransactWriteItemsReply transaction => transaction.Images is { } all && write < all.Count ? all[write] : null,
            _ => null,
        };
        image = images?.New;
        return images is null ? WriteOutcome.Drop : WriteOutcome.Exact;
    }
}
