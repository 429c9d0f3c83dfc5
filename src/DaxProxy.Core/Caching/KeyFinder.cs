using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching;

/// <summary>From the names and attributes of a request to places in the cache. Never throws but for the caller's cancellation.</summary>
internal sealed class KeyFinder(TableCatalog catalog, ItemCache cache, CacheFaults faults)
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
            faults.Report(fault);
            return null;
        }
    }

    /// <summary>The place of a key; false if it does not fit the table, of which the backend is to complain.</summary>
    public bool TryFind(CatalogTable table, AttributeMap key, out CacheKey place) =>
        TryForm(table, key, KeyRules.CheckKey(table.Info.KeySchema, key) is null, out place);

    /// <summary>The place of the item that these attributes, its key among them, are to become; false as above.</summary>
    public bool TryFindOfItem(CatalogTable table, AttributeMap item, out CacheKey place)
    {
        KeySchema schema = table.Info.KeySchema;
        bool fits = Fits(item, schema.HashName, schema.HashType, isHash: true)
            && (schema.RangeName is null || Fits(item, schema.RangeName, schema.RangeType, isHash: false));
        return TryForm(table, item, fits, out place);
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
            faults.Report(fault);
            return null;
        }
    }

    /// <summary>Takes a ticket; null where there is none now. <paramref name="isSettled"/> as <see cref="ItemCache.TryTakeTicket"/> says.</summary>
    public FillTicket? TicketFor(in CacheKey key, out bool isSettled)
    {
        try
        {
            return cache.TryTakeTicket(key, out FillTicket ticket, out isSettled) ? ticket : null;
        }
        catch (Exception fault)
        {
            faults.Report(fault);
            isSettled = false;
            return null;
        }
    }

    /// <summary>Stores what was fetched; false where that may not be, or fails.</summary>
    public bool TryFill(in CacheKey key, FillTicket? ticket, Item? item)
    {
        try
        {
            if (ticket is { } valid)
            {
                return cache.TryFill(key, valid, item);
            }

            key.Table.Counters.CountRefusedFill(FillRefusal.InDoubt);
        }
        catch (Exception fault)
        {
            faults.Report(fault);
        }

        return false;
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
            faults.Report(fault);
            place = default;
            return false;
        }
    }

    private static bool Fits(AttributeMap item, string name, AttributeType type, bool isHash) =>
        item.TryGetValue(name, out AttributeValue? value) && value.Type == type && KeyRules.CheckValue(name, value, isHash) is null;
}
