using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Items;

/// <summary>From the names and attributes of a request to places in the cache. Never throws but for the caller's cancellation.</summary>
internal sealed class KeyFinder(TableCatalog catalog, ShieldedItems items, CacheHealth health)
{
    /// <summary>
    /// Waits until all has been heard that other processes had told when it was called; false where that is not known. Null where there
    /// are no others.
    /// </summary>
    public Func<ValueTask<bool>>? CatchUpAsync { get; set; }

    /// <summary>The table to read from; null when its reads are not cached.</summary>
    public async ValueTask<CatalogTable?> TableToReadAsync(string tableName, CancellationToken cancellationToken)
    {
        if (TableNames.IsArn(tableName))
        {
            return null;
        }

        CatalogTable? table = await LearnAsync(tableName, cancellationToken).ConfigureAwait(false);
        if (table is not { Settings.IsValidated: true } || CatchUpAsync is null)
        {
            return table;
        }

        // What was heard may have evicted it.
        return await CatchUpAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false)
            ? await LearnAsync(tableName, cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <summary>The table to read from, if it is known already; null otherwise, and where its reads are not cached.</summary>
    public CatalogTable? KnownTable(string tableName) =>
        !TableNames.IsArn(tableName) && catalog.TryGet(tableName, out CatalogTable? table) ? table : null;

    /// <summary>The table whose items a write may change; null when it cannot be known now.</summary>
    public ValueTask<CatalogTable?> TableToWriteAsync(string tableName, CancellationToken cancellationToken) =>
        LearnAsync(TableCatalog.PlainName(tableName), cancellationToken);

    /// <summary>The place of a key; false if it does not fit the table, which the backend then refuses.</summary>
    public bool TryFind(CatalogTable table, AttributeMap key, out CacheKey place) =>
        TryForm(table, key, Fits(table, key, isItem: false), out place);

    /// <summary>The place of the item that these attributes, its key among them, are to become; false as above.</summary>
    public bool TryFindOfItem(CatalogTable table, AttributeMap item, out CacheKey place) =>
        TryForm(table, item, Fits(table, item, isItem: true), out place);

    /// <summary>Whether a key, or an item with its key in it, fits the table.</summary>
    public static bool Fits(CatalogTable table, AttributeMap attributes, bool isItem) => isItem
        ? table.Info.Layout.Has(attributes)
        : KeyRules.CheckKey(table.Info.KeySchema, attributes) is null;

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

    private async ValueTask<CatalogTable?> LearnAsync(string plainName, CancellationToken cancellationToken)
    {
        try
        {
            return await catalog.GetAsync(plainName, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            health.Report(fault);
            return null;
        }
    }

    private bool TryForm(CatalogTable table, AttributeMap attributes, bool fits, out CacheKey place)
    {
        CacheKey? found = fits ? items.PlaceOf(table, attributes) : null;
        place = found.GetValueOrDefault();
        return found is not null;
    }
}
