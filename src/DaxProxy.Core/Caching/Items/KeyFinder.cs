using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Items;

/// <summary>From the names and attributes of a request to places in the cache. Never throws but for the caller's cancellation.</summary>
internal sealed class KeyFinder(TableCatalog catalog, ItemCache cache, CacheHealth health)
{
    /// <summary>The table to read from; null when its reads are not cached.</summary>
    public ValueTask<CatalogTable?> TableToReadAsync(string tableName, CancellationToken cancellationToken) =>
        TableCatalog.IsArn(tableName) ? default : TableToWriteAsync(tableName, cancellationToken);

    /// <summary>The table whose items a write may change; null when it cannot be known now.</summary>
    public async ValueTask<CatalogTable?> TableToWriteAsync(string tableName, CancellationToken cancellationToken)
    {
        try
        {
            return await catalog.GetAsync(TableCatalog.PlainName(tableName), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            health.Report(fault);
            return null;
        }
    }

    /// <summary>The place of a key; false if it does not fit the table, of which the backend is to complain.</summary>
    public bool TryFind(CatalogTable table, AttributeMap key, out CacheKey place) =>
        TryForm(table, key, Fits(table, key, isItem: false), out place);

    /// <summary>The place of the item that these attributes, its key among them, are to become; false as above.</summary>
    public bool TryFindOfItem(CatalogTable table, AttributeMap item, out CacheKey place) =>
        TryForm(table, item, Fits(table, item, isItem: true), out place);

    /// <summary>Whether a key, or an item of which it is part, fits the table.</summary>
    public static bool Fits(CatalogTable table, AttributeMap attributes, bool isItem)
    {
        KeySchema schema = table.Info.KeySchema;
        return isItem
            ? Fits(attributes, schema.HashName, schema.HashType, isHash: true)
                && (schema.RangeName is null || Fits(attributes, schema.RangeName, schema.RangeType, isHash: false))
            : KeyRules.CheckKey(schema, attributes) is null;
    }

    /// <summary>Looks up; a fault of the cache is a miss.</summary>
    public CachedItem? Find(in CacheKey key)
    {
        try
        {
            return cache.TryGet(key, out CachedItem? item) ? item : null;
        }
        catch (Exception fault)
        {
            health.Report(fault);
            return null;
        }
    }

    /// <summary>
    /// Takes a ticket; null where there is none now. <paramref name="isSettled"/> as <see cref="ItemCache.TryTakeTicket"/> says.
    /// </summary>
    public FillTicket? TicketFor(in CacheKey key, out bool isSettled)
    {
        try
        {
            return cache.TryTakeTicket(key, out FillTicket ticket, out isSettled) ? ticket : null;
        }
        catch (Exception fault)
        {
            health.Report(fault);
            isSettled = false;
            return null;
        }
    }

    /// <summary>Stores what was fetched and returns the entry; null where that may not be, or fails.</summary>
    public CachedItem? Fill(in CacheKey key, FillTicket? ticket, Item? item)
    {
        try
        {
            if (ticket is { } valid)
            {
                return cache.Fill(key, valid, item);
            }

            key.Table.Counters.CountRefusedFill(FillRefusal.InDoubt);
        }
        catch (Exception fault)
        {
            health.Report(fault);
        }

        return null;
    }

    /// <summary>
    /// What is known of a key past the end of its life, for a fetch that failed; null where it may not be answered. A fetch without a
    /// ticket never gets any.
    /// </summary>
    public CachedItem? FindEnded(in CacheKey key, FillTicket? ticket)
    {
        try
        {
            return ticket is { } valid && cache.TryGetEnded(key, valid, out CachedItem? item) ? item : null;
        }
        catch (Exception fault)
        {
            health.Report(fault);
            return null;
        }
    }

    /// <summary>
    /// Whether the refusal of a request shows that a table is not the one we know: it is not there, or it has another key.
    /// </summary>
    /// <param name="refusal">The refusal. Source of the text: the service's answer to a key that does not fit.</param>
    /// <param name="fits">Whether every key of the request fits the table as we know it; of others the text says nothing.</param>
    public static bool ShowsOtherTable(ErrorReply refusal, bool fits) => refusal.Error.Name == "ResourceNotFoundException"
        || (fits && refusal.Error.Message is { } text && text.Contains(TableFaults.KeyDoesNotMatch.Message!, StringComparison.Ordinal));

    /// <summary>A read was refused: if its table is another one by now, it is not known any more.</summary>
    public void Learn(string tableName, ErrorReply refusal, bool fits = false)
    {
        if (ShowsOtherTable(refusal, fits))
        {
            catalog.Forget(TableCatalog.PlainName(tableName));
        }
    }

    private bool TryForm(CatalogTable table, AttributeMap attributes, bool fits, out CacheKey place)
    {
        try
        {
            place = fits ? cache.KeyOf(table, ItemKey.Of(table.Info.KeySchema, attributes)) : default;
            return fits;
        }
        catch (Exception fault)
        {
            health.Report(fault);
            place = default;
            return false;
        }
    }

    private static bool Fits(AttributeMap item, string name, AttributeType type, bool isHash) =>
        item.TryGetValue(name, out AttributeValue? value) && value.Type == type && KeyRules.CheckValue(name, value, isHash) is null;
}
