using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Caching.Queries;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Writes;

/// <summary>The fences of one request, from the first begun to the last ended.</summary>
/// <param name="context">What it works on.</param>
/// <param name="isBatch">Whether a refusal may have done a part.</param>
internal sealed class WriteFlight(WriteContext context, bool isBatch)
{
    private readonly TableCatalog catalog = context.Catalog;
    private readonly ItemCache cache = context.Cache;
    private readonly PageInvalidation? pages = context.Pages;
    private readonly CacheHealth health = context.Health;
    private readonly List<Placed> places = new(1);
    private readonly List<(int At, WriteTicket Ticket)> begun = new(1);
    private HashSet<string>? tables;
    private HashSet<string>? unfitting;
    private int writes;

    /// <summary>Notes the next write of the request.</summary>
    public async ValueTask AddAsync(PlannedWrite write, CancellationToken cancellationToken)
    {
        int number = writes++;
        CatalogTable? table = await context.Finder.TableToWriteAsync(write.TableName, cancellationToken).ConfigureAwait(false);
        if (table is null)
        {
            AddTable(TableCatalog.PlainName(write.TableName));
        }
        else if (!table.Settings.CachesAnything)
        {
            return;
        }
        else if (TryFind(table, write, out CacheKey place))
        {
            places.Add(new Placed(number, place, write));
        }
        else if (KeyFinder.Fits(table, write.Attributes, write.IsItem))
        {
            // The cache failed to form a key that fits.
            AddTable(table.Info.TableName);
        }
        else
        {
            (unfitting ??= new(StringComparer.Ordinal)).Add(table.Info.TableName);
        }
    }

    /// <summary>Notes a write of a key; false if it does not fit the table.</summary>
    public bool TryAdd(CatalogTable table, PlannedWrite write)
    {
        if (!TryFind(table, write, out CacheKey place))
        {
            return false;
        }

        places.Add(new Placed(writes++, place, write));
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
                BeginPages(places[at]);
                places[at] = places[at] with { Place = CatchUp(place) };
            }
            catch (Exception fault)
            {
                health.Report(fault);
                Void(place.Table.Info.TableName);
            }
        }
    }

    /// <summary>After the call; no reply means that it threw. Nothing of this may fail the request.</summary>
    public void End(Reply? reply)
    {
        foreach (Placed placed in places)
        {
            Try(reply, placed, EndPages);
        }

        foreach ((int at, WriteTicket ticket) in begun)
        {
            Try(reply, places[at], (placed, outcome, images) =>
            {
                // An ARN may mean another account's table of this name; after a past write there may have been others.
                bool isLast = outcome == WriteOutcome.Exact && !TableNames.IsArn(placed.Write.TableName) && !placed.Write.IsPast;
                cache.EndWrite(placed.Place, ticket, outcome == WriteOutcome.Exact && !isLast ? WriteOutcome.Drop : outcome, images?.New);
            });

            if (!places[at].Write.IsCheck)
            {
                // Writes that end from now on need not think of this one: its own effect has been told.
                pages?.UnderWay.End(places[at].Place.Stripe, places[at].Write.Touched);
            }
        }

        EndTables(reply);
    }

    /// <summary>Ends one write in one cache; if that fails the table is void.</summary>
    private void Try(Reply? reply, Placed placed, Action<Placed, WriteOutcome, WriteImages?> end)
    {
        try
        {
            end(placed, Judge(reply, placed, out WriteImages? images), images);
        }
        catch (Exception fault)
        {
            health.Report(fault);
            AddTable(placed.Place.Table.Info.TableName);
        }
    }

    private void BeginPages(Placed placed)
    {
        if (!placed.Write.IsCheck)
        {
            pages?.UnderWay.Begin(placed.Place.Stripe, placed.Write.Touched);
        }
    }

    /// <summary>
    /// What the write means to pages of queries. They need nothing at its begin: whether they are right is asked again at each look-up.
    /// </summary>
    private void EndPages(Placed placed, WriteOutcome outcome, WriteImages? images)
    {
        if (pages is null || outcome == WriteOutcome.NoEffect)
        {
            return;
        }

        TableInfo info = placed.Place.Table.Info;
        if (catalog.TryGet(info.TableName, out CatalogTable? current) && current.Info != info)
        {
            // It may have an index by now that was not known when this write began.
            catalog.Renew(info.TableName);
        }

        if (outcome == WriteOutcome.Suspect)
        {
            pages.Suspected(info, placed.Write.Attributes);
        }
        else
        {
            // Another write may have moved the item before this one did, and its caller has not been told yet. Where the item was before
            // that is not known.
            PlannedWrite write = placed.Write;
            bool hasOthers = pages.UnderWay.HasOthers(placed.Place.Stripe, write.Touched, out IReadOnlySet<string>? touched);
            images ??= outcome == WriteOutcome.Drop && write.SaysResult
                ? new WriteImages(null, write.IsItem ? Item.FromAttributes(write.Attributes) : null) { IsOldKnown = false }
                : null;
            pages.Written(
                info,
                write.Attributes,
                touched,
                hasOthers && images is not null ? images with { Old = null, IsOldKnown = false } : images,
                outcome == WriteOutcome.Unknown);
        }
    }

    /// <summary>
    /// The table may have been evicted since its key was formed, and the item cached again before the fence was raised. From now on no
    /// other request stores it, whatever happens to the table, so one look is enough.
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
        if (reply is ErrorReply refusal && KeyFinder.ShowsOtherTable(refusal, fits: unfitting is null))
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

        bool isSettling = context.TryEndUnfenced(IsUnknown(reply));
        foreach (string table in tables)
        {
            if (IsUnknown(reply) || !isSettling)
            {
                catalog.Suspend(table, isSettling ? context.Doubt : context.DoubtAndLag);
            }
            else
            {
                catalog.Forget(table);
            }
        }
    }

    private bool TryFind(CatalogTable table, PlannedWrite write, out CacheKey place) => write.IsItem
        ? context.Finder.TryFindOfItem(table, write.Attributes, out place)
        : context.Finder.TryFind(table, write.Attributes, out place);

    /// <summary>Whether a write with this answer may have happened, or may still.</summary>
    public static bool IsUnknown(Reply? reply) => reply switch
    {
        null or { Effect: KnownEffect.Unknown } => true,
        { Effect: KnownEffect.None } => false,
        _ => reply is ErrorReply { Error.StatusCode: >= 500 } or ForwardedReply { StatusCode: >= 500 },
    };

    private WriteOutcome Judge(Reply? reply, Placed placed, out WriteImages? images)
    {
        images = null;
        if (placed.Write.IsCheck && (reply is not ErrorReply || IsUnknown(reply)))
        {
            return WriteOutcome.NoEffect;
        }

        switch (reply)
        {
            case { } when IsUnknown(reply):
            case null:
                return WriteOutcome.Unknown;
            case { Effect: KnownEffect.None }:
                return WriteOutcome.NoEffect;
            case ErrorReply { Error.Name: "ConditionalCheckFailedException" }:
                // The writer had read the item and expected another state. Our entry may be as old as what the writer read.
                return WriteOutcome.Suspect;
            case ErrorReply { Error.Name: "TransactionCanceledException" }:
                return WriteOutcome.Suspect;
            case ErrorReply:
                return isBatch ? WriteOutcome.Drop : WriteOutcome.NoEffect;
        }

        images = reply switch
        {
            WriteReply single => single.Images,
            BatchWriteItemReply batch => batch.Images is { } all && placed.Number < all.Count ? all[placed.Number] : null,
            TransactWriteItemsReply transaction => transaction.Images is { } all && placed.Number < all.Count ? all[placed.Number] : null,
            _ => null,
        };
        return images is null ? WriteOutcome.Drop : WriteOutcome.Exact;
    }

    /// <summary>A write whose item has a place in the cache.</summary>
    /// <param name="Number">Which one of the request.</param>
    /// <param name="Place">The item's place.</param>
    /// <param name="Write">The write.</param>
    private sealed record Placed(int Number, CacheKey Place, PlannedWrite Write);
}
