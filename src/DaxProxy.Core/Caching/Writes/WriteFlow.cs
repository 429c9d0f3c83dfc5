using DaxProxy.Core.Caching.Queries;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Writes;

/// <summary>How writes pass: between the begin and the end of a fence, or with the whole table forgotten where no fence is known.</summary>
internal sealed class WriteFlow(WriteContext context)
{
    private readonly IDynamoBackend inner = context.Inner;
    private readonly TableCatalog catalog = context.Catalog;
    private readonly PageInvalidation? pages = context.Pages;

    /// <summary>PutItem, UpdateItem, DeleteItem.</summary>
    public async ValueTask<Reply> ExecuteAsync(WriteOperation operation, CancellationToken cancellationToken)
    {
        WriteFlight flight = New(isBatch: false);
        await flight.AddAsync(PlannedWrite.Of(operation), cancellationToken).ConfigureAwait(false);
        return await SendAsync(operation, flight, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>BatchWriteItem: each of its writes is fenced by itself.</summary>
    public async ValueTask<Reply> ExecuteAsync(BatchWriteItem operation, CancellationToken cancellationToken)
    {
        WriteFlight flight = New(isBatch: true);
        foreach (BatchWriteItem.WriteRequest write in operation.Writes)
        {
            await flight.AddAsync(PlannedWrite.Of(write), cancellationToken).ConfigureAwait(false);
        }

        return await SendAsync(operation, flight, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>TransactWriteItems: each of its writes is fenced by itself; a check writes nothing.</summary>
    public async ValueTask<Reply> ExecuteAsync(TransactWriteItems operation, CancellationToken cancellationToken)
    {
        WriteFlight flight = New(isBatch: true);
        foreach (WriteOperation action in operation.Actions.OfType<WriteOperation>())
        {
            await flight.AddAsync(PlannedWrite.Of(action), cancellationToken).ConfigureAwait(false);
        }

        return await SendAsync(operation, flight, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>CreateTable and DeleteTable: what was known of the tables is void before and after.</summary>
    public async ValueTask<Reply> ExecuteAsync(Operation operation, IEnumerable<string> tableNames, CancellationToken cancellationToken)
    {
        return await SendAsync(operation, FlightOf(tableNames), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// A request that the backend is expected to refuse. Then nothing has happened, and tables stay known: bad requests must not empty the
    /// cache. Else the tables are void before any caller is told; where it is unknown which tables, all are. A write without fences needs
    /// no more: what is fetched or written meanwhile is kept under numbers that are never looked up again.
    /// </summary>
    public async ValueTask<Reply> ExecuteIfAcceptedAsync(
        Operation operation, IEnumerable<string>? tableNames, CancellationToken cancellationToken)
    {
        Reply? reply = null;
        try
        {
            reply = await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
            return reply;
        }
        finally
        {
            if (!IsRefused(reply))
            {
                EndWhole(tableNames, reply);
            }
        }
    }

    /// <summary>A write that went past us and is done. False if the table is not known or the key does not fit it.</summary>
    /// <param name="tableName">Name of the table.</param>
    /// <param name="item">Attributes of which the key is part.</param>
    /// <param name="images">What it did; null if that is not known.</param>
    public bool TryNote(string tableName, AttributeMap item, WriteImages? images)
    {
        WriteFlight flight = New(isBatch: false);
        if (!catalog.TryGet(tableName, out CatalogTable? table)
            || !flight.TryAdd(table, new PlannedWrite(tableName, item, IsItem: images is not null) { IsPast = true }))
        {
            return false;
        }

        flight.Begin();
        flight.End(new WriteReply { Images = images });
        return true;
    }

    /// <inheritdoc cref="CachedBackend.Note"/>
    /// <remarks>What is not known well enough to raise its fences voids its table, which holds whatever else is going on.</remarks>
    public void Note(BackgroundChange change)
    {
        WriteFlight flight = New(isBatch: false);
        try
        {
            if (!catalog.TryGet(change.TableName, out CatalogTable? table) || !TryRaise(flight, table, change))
            {
                flight.AddTable(change.TableName);
            }
        }
        catch (Exception fault)
        {
            context.Health.Report(fault);
            flight.AddTable(change.TableName);
        }

        flight.Begin();
        flight.End(new WriteReply { Images = change.Images });
    }

    /// <inheritdoc cref="CachedBackend.EvictPartition"/>
    public bool TryEvictPartition(string tableName, string? indexName, AttributeMap partition)
    {
        IndexInfo? index = null;
        if (!catalog.TryGet(tableName, out CatalogTable? table)
            || (indexName is not null && !table.Info.Indexes.TryGetValue(indexName, out index)))
        {
            return false;
        }

        KeyLayout layout = index?.Layout ?? table.Info.Layout;
        if (partition.Count != layout.Hash.Count
            || !layout.Hash.All(key => partition.TryGetValue(key.Name, out AttributeValue? value) && value.Type == key.Type))
        {
            return false;
        }

        context.EndUnfenced(isUnknown: false);
        pages?.EvictPartition(table.Info, index, partition);
        if (index is null)
        {
            context.Cache.RemovePartition(table, partition[table.Info.KeySchema.HashName]);
        }

        return true;
    }

    /// <inheritdoc cref="CachedBackend.EvictIndex"/>
    public bool TryEvictIndex(string tableName, string indexName)
    {
        if (!catalog.TryGet(tableName, out CatalogTable? table) || !table.Info.Indexes.TryGetValue(indexName, out IndexInfo? index))
        {
            return false;
        }

        context.EndUnfenced(isUnknown: false);
        pages?.EvictIndex(table.Info, index);
        return true;
    }

    /// <summary>A verb we know nothing of: it may have changed anything.</summary>
    public async ValueTask<Reply> ExecuteUnknownAsync(Operation operation, CancellationToken cancellationToken)
    {
        Reply? reply = null;
        catalog.RenewAll();
        try
        {
            reply = await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
            return reply;
        }
        finally
        {
            EndUnknown(reply);
        }
    }

    /// <summary>Plans to raise the fences of an item, or raises those of an index; false if they are not known.</summary>
    private bool TryRaise(WriteFlight flight, CatalogTable table, BackgroundChange change)
    {
        if (change.Images is { } images)
        {
            AttributeMap item = (images.Old ?? images.New)!.Open();
            return !table.Settings.CachesAnything
                || flight.TryAdd(table, new PlannedWrite(change.TableName, item, IsItem: true) { IsPast = true });
        }

        if (!table.Info.Indexes.TryGetValue(change.IndexName!, out IndexInfo? index))
        {
            return false;
        }

        pages?.EvictIndex(table.Info, index);
        return true;
    }

    private static bool IsRefused(Reply? reply) => reply is ForwardedReply { StatusCode: >= 400 and < 500 };

    private void EndWhole(IEnumerable<string>? tableNames, Reply? reply)
    {
        if (tableNames is null)
        {
            EndUnknown(reply);
        }
        else
        {
            FlightOf(tableNames).End(reply);
        }
    }

    private void EndUnknown(Reply? reply)
    {
        bool isUnknown = WriteFlight.IsUnknown(reply);
        bool isSettling = context.TryEndUnfenced(isUnknown);
        if (!isUnknown && isSettling)
        {
            catalog.RenewAll();
        }
        else
        {
            catalog.SuspendAll(isSettling ? context.Doubt : context.DoubtAndLag);
        }
    }

    /// <summary>A flight that makes whole tables void.</summary>
    private WriteFlight FlightOf(IEnumerable<string> tableNames)
    {
        WriteFlight flight = New(isBatch: false);
        foreach (string tableName in tableNames)
        {
            flight.AddTable(TableCatalog.PlainName(tableName));
        }

        return flight;
    }

    private WriteFlight New(bool isBatch) => new(context, isBatch);

    private async ValueTask<Reply> SendAsync(Operation operation, WriteFlight flight, CancellationToken cancellationToken)
    {
        Reply? reply = null;
        try
        {
            // 1. From here on no fetch of these keys may be stored.
            flight.Begin();

            // 2. The backend. An exception leaves the outcome unknown.
            reply = await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
            return reply;
        }
        finally
        {
            // 3. The new items are stored and the pages they concern invalidated, before the client is told.
            flight.End(reply);
        }
    }
}
