using DaxProxy.Core.Caching.Queries;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Errors;
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
        context.BeginOneUnfenced();
        try
        {
            return await AskAsync(
                operation,
                reply => IsRefused(reply) ? new(reply!) : EndWholeAsync(tableNames, reply),
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            context.EndOneUnfenced();
        }
    }

    /// <summary>A write that went past us and is done. False if the table is not known or the key does not fit it.</summary>
    /// <param name="tableName">Name of the table.</param>
    /// <param name="item">Attributes with the key among them.</param>
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
        TellInPassing(flight.Raise(null));
        return true;
    }

    /// <summary>
    /// Raises the fences of a change that no client's write made. Where too little is known of it to raise its fences, its table is void,
    /// which is right in any case. Throws nothing.
    /// </summary>
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

    /// <summary>Forgets one partition of a table or an index; false if one of them is not known or the key does not fit.</summary>
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

        TellInPassing([new PeerEffect.OfTable(tableName, IsInDoubt: false)]);

        return true;
    }

    /// <summary>Forgets the pages of an index; false if it is not known.</summary>
    public bool TryEvictIndex(string tableName, string indexName)
    {
        if (!catalog.TryGet(tableName, out CatalogTable? table) || !table.Info.Indexes.TryGetValue(indexName, out IndexInfo? index))
        {
            return false;
        }

        context.EndUnfenced(isUnknown: false);
        pages?.EvictIndex(table.Info, index);
        TellInPassing([new PeerEffect.OfTable(tableName, IsInDoubt: false)]);
        return true;
    }

    /// <summary>A verb we know nothing of: it may have changed anything.</summary>
    public async ValueTask<Reply> ExecuteUnknownAsync(Operation operation, CancellationToken cancellationToken)
    {
        context.BeginOneUnfenced();
        try
        {
            catalog.RenewAll();
            return await AskAsync(operation, EndUnknownAsync, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            context.EndOneUnfenced();
        }
    }

    /// <summary>
    /// Something happened to an item, a table or everything, past us: the peers hear of it, and no caller waits for that.
    /// </summary>
    public void TellInPassing(IReadOnlyList<PeerEffect> effects)
    {
        if (context.Peers is { } peers && effects.Count > 0)
        {
            _ = peers.TellAsync(effects).AsTask();
        }
    }

    /// <summary>
    /// What a peer's write means to our caches. To be called in the order in which the peer tells, and told it when done.
    /// </summary>
    /// <returns>Whether this process has a write of the same item under way, or of an unknown one.</returns>
    public bool Hear(PeerEffect effect)
    {
        switch (effect)
        {
            case PeerEffect.OfItem item:
                return Hear(item);
            case PeerEffect.OfTable table:
                FlightOf([table.TableName]).End(effect.IsInDoubt ? null : new WriteReply());
                return false;
            default:
                EndEverything(effect.IsInDoubt);
                return false;
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

    private bool Hear(PeerEffect.OfItem item)
    {
        bool overlaps = context.HasUnfenced;
        try
        {
            int stripe = context.Cache.Fences.StripeOf(item.TableName, item.Key);
            CatalogTable? table = catalog.TryGetBehindGate(item.TableName, out CatalogTable? known) ? known : null;
            if (context.Cache.BeginPast(stripe, table, item.Key, item.Change, out bool hasOthers) is { } ticket)
            {
                overlaps |= hasOthers;
                pages?.Raise(item.TableName, item.Key, item.Raises, item.IsInDoubt);
                table = catalog.TryGetBehindGate(item.TableName, out known) ? known : null;
                context.Cache.EndPast(table, item.Key, stripe, ticket, item.IsInDoubt);
            }

            if (table is not null && table.Info.Shape != item.Shape)
            {
                // One of the two describes what the table was. The raises say nothing of indexes that it may have got since.
                catalog.Forget(item.TableName);
            }
        }
        catch (Exception fault)
        {
            context.Health.Report(fault);
            EndEverything(isInDoubt: true);
        }

        return overlaps;
    }

    private async ValueTask<Reply> EndWholeAsync(IEnumerable<string>? tableNames, Reply? reply)
    {
        if (tableNames is null)
        {
            return await EndUnknownAsync(reply).ConfigureAwait(false);
        }

        return await EndAsync(FlightOf(tableNames), reply).ConfigureAwait(false);
    }

    private async ValueTask<Reply> EndUnknownAsync(Reply? reply)
    {
        bool isInDoubt = WriteFlight.IsUnknown(reply);
        Reply told = await TellAsync([new PeerEffect.OfEverything(isInDoubt)], reply).ConfigureAwait(false);
        EndEverything(isInDoubt);
        return told;
    }

    private void EndEverything(bool isInDoubt)
    {
        bool isSettling = context.TryEndUnfenced(isInDoubt);
        if (!isInDoubt && isSettling)
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

    private ValueTask<Reply> SendAsync(Operation operation, WriteFlight flight, CancellationToken cancellationToken)
    {
        // 1. From here on no fetch of these keys may be stored.
        flight.Begin();

        // 2. The backend.
        return AskAsync(operation, reply => EndAsync(flight, reply), cancellationToken);
    }

    /// <summary>Asks the backend, and ends what has begun, also if that fails.</summary>
    /// <param name="operation">The request.</param>
    /// <param name="endAsync">Ends by the answer, null where the call threw, and gives what the client is answered.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    private async ValueTask<Reply> AskAsync(
        Operation operation, Func<Reply?, ValueTask<Reply>> endAsync, CancellationToken cancellationToken)
    {
        Reply reply;
        try
        {
            reply = await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // The outcome is unknown.
            await endAsync(null).ConfigureAwait(false);
            throw;
        }

        return await endAsync(reply).ConfigureAwait(false);
    }

    /// <summary>
    /// 3. The pages that the write concerns are invalidated here, 4. then all that it concerns at the peers. 5. The new items are stored,
    /// before the client is told.
    /// </summary>
    private async ValueTask<Reply> EndAsync(WriteFlight flight, Reply? reply)
    {
        Reply answer = reply!;
        try
        {
            answer = await TellAsync(flight.Raise(reply), reply, flight).ConfigureAwait(false);
            return answer;
        }
        finally
        {
            flight.End(reply);
        }
    }

    /// <summary>Tells the peers, if there are any; gives what the client may be answered then.</summary>
    private async ValueTask<Reply> TellAsync(IReadOnlyList<PeerEffect> effects, Reply? reply, WriteFlight? flight = null)
    {
        if (context.Peers is not { } peers || effects.Count == 0)
        {
            return reply!;
        }

        return await peers.TellAsync(effects, flight is null ? null : flight.RaiseOverlap).ConfigureAwait(false)
            ? reply!
            : new ErrorReply(TransportFaults.InternalServerError);
    }
}
