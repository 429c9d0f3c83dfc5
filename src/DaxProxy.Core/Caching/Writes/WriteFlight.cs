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
    private bool isUnfenced;
    private List<PeerEffect>? told;

    /// <summary>Notes the next write of the request.</summary>
    public async ValueTask AddAsync(PlannedWrite write, CancellationToken cancellationToken)
    {
        int number = writes++;
        CatalogTable? table = await context.Finder.TableToWriteAsync(write.TableName, cancellationToken).ConfigureAwait(false);
        if (table is null)
        {
            AddTable(TableCatalog.PlainName(write.TableName));
        }
        else if (!table.Settings.CachesAnything && context.Peers is null)
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
        if (tables is not null || unfitting is not null)
        {
            isUnfenced = true;
            context.BeginOneUnfenced();
        }

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

    /// <summary>
    /// After the call, before <see cref="End"/>: raises the fences of pages. No reply means that the call threw. Nothing of this may fail
    /// the request.
    /// </summary>
    /// <returns>What the write means to peers.</returns>
    public IReadOnlyList<PeerEffect> Raise(Reply? reply)
    {
        if (told is not null)
        {
            return told;
        }

        told = [];
        foreach (Placed placed in places)
        {
            Try(reply, placed, EndPages);
        }

        JudgeTables(reply);
        told.AddRange((tables ?? []).Select(table => new PeerEffect.OfTable(table, IsUnknown(reply))));
        return told;
    }

    /// <summary>
    /// After <see cref="Raise(Reply?)"/>: another process wrote one of the items at the same time, and has not told of it yet. What is
    /// known of the items says no more where they were.
    /// </summary>
    /// <returns>What that means to peers.</returns>
    public IReadOnlyList<PeerEffect> RaiseOverlap()
    {
        told = [];
        foreach (Placed placed in places.Where(placed => !placed.Write.IsCheck))
        {
            Try(new WriteReply(), placed, (written, _, _) =>
                Raise(written, pages?.RaisesOfOverlap(written.Place.Table.Info, written.Write.Attributes) ?? [], isInDoubt: false));
        }

        return told;
    }

    /// <summary>After the call; no reply means that it threw. Nothing of this may fail the request.</summary>
    public void End(Reply? reply)
    {
        Raise(reply);
        foreach ((int at, WriteTicket ticket) in begun)
        {
            Try(reply, places[at], (placed, outcome, images) =>
            {
                // An ARN may mean another account's table of this name; after a past write there may have been others.
                bool isLast = outcome == WriteOutcome.Exact && !TableNames.IsArn(placed.Write.TableName) && !placed.Write.IsPast;
                OwnWrite? told = isLast && placed.Place.Table.Freshness is not null
                    ? ChangeDigest.Of(placed.Place.Bytes, placed.Write, images!)
                    : null;
                cache.EndWrite(
                    placed.Place, ticket, outcome == WriteOutcome.Exact && !isLast ? WriteOutcome.Drop : outcome, images?.New, told);
            });

            if (!places[at].Write.IsCheck)
            {
                // Writes that end from now on need not think of this one: its own effect has been told.
                pages?.UnderWay.End(places[at].Place.Stripe, places[at].Write.Touched);
            }
        }

        EndTables(reply);
        if (isUnfenced)
        {
            context.EndOneUnfenced();
        }
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
        if (outcome == WriteOutcome.NoEffect)
        {
            return;
        }

        TableInfo info = placed.Place.Table.Info;
        if (catalog.TryGetBehindGate(info.TableName, out CatalogTable? current) && current.Info != info)
        {
            // It may have an index by now that was not known when this write began.
            catalog.Renew(info.TableName);
        }

        if (outcome == WriteOutcome.Suspect)
        {
            context.Shared?.Forget(placed.Place);
            if (pages is not null)
            {
                pages.Raise(info.TableName, KeyOf(placed), pages.RaisesOfSuspicion(info, placed.Write.Attributes), isInDoubt: false);
            }

            return;
        }

        // Another write may have moved the item before this one did, and its caller has not been told yet. Where the item was before that
        // is not known.
        PlannedWrite write = placed.Write;
        IReadOnlySet<string>? touched = null;
        bool hasOthers = pages?.UnderWay.HasOthers(placed.Place.Stripe, write.Touched, out touched) ?? true;
        images ??= outcome == WriteOutcome.Drop && write.SaysResult
            ? new WriteImages(null, write.IsItem ? Item.FromAttributes(write.Attributes) : null) { IsOldKnown = false }
            : null;
        WriteImages? known = hasOthers && images is not null ? images with { Old = null, IsOldKnown = false } : images;
        Raise(placed, pages?.RaisesOf(info, write.Attributes, touched, known) ?? [], outcome == WriteOutcome.Unknown);
    }

    private void Raise(Placed placed, IReadOnlyList<PageRaise> raises, bool isInDoubt)
    {
        TableInfo info = placed.Place.Table.Info;
        pages?.Raise(info.TableName, KeyOf(placed), raises, isInDoubt);
        if (context.Peers is not null)
        {
            told!.Add(new PeerEffect.OfItem(info.TableName, info.Shape, KeyOf(placed).ToArray(), raises, isInDoubt));
        }
    }

    private static ReadOnlySpan<byte> KeyOf(Placed placed) => placed.Place.Bytes.AsSpan(CatalogTable.PrefixBytes);

    /// <summary>
    /// The table may have been evicted since its key was formed, and the item cached again before the fence was raised. From now on no
    /// other request stores it, even if the table is evicted again. So one look is enough.
    /// </summary>
    private CacheKey CatchUp(in CacheKey place)
    {
        string name = place.Table.Info.TableName;
        if (!catalog.TryGetBehindGate(name, out CatalogTable? current) || current == place.Table)
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

    /// <summary>Which tables are void by what the answer says.</summary>
    private void JudgeTables(Reply? reply)
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
    }

    private void EndTables(Reply? reply)
    {
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
