using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Insights;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Engine.Queries;

/// <summary>
/// Reads one page, the same way for Query and Scan: take entries in order until the limit or 1 MiB is reached (the entry that crosses it is
/// still part of the page), then filter, then project.
/// </summary>
internal sealed class PageReader(Session session, PageSource source, PageOperation request)
{
    /// <summary>Where a page ends, in bytes as <see cref="ItemSize.OnPage"/> counts.</summary>
    private const long MaxPageBytes = 1024 * 1024;

    private readonly bool needsFetch = PageRules.NeedsFetch(source, request);

    /// <summary>
    /// A query of a table without sort keys reads one item at most. The service refuses to go on from there, so there is no position to
    /// give.
    /// </summary>
    private readonly bool isSingleItem = request is Query && source.Index is null && source.Range.Count == 0;

    private readonly List<Item>? items = request.Select == Select.COUNT ? null : [];
    private int count;
    private int scannedCount;
    private long readBytes;
    private double fetchUnits;

    /// <summary>Reads the rows of a statement that selects item, size, page size and, of an index, where the item lies.</summary>
    /// <param name="rows">The statement.</param>
    /// <param name="consumption">What refuses pages that exceed a limit of throughput, and counts what they consume.</param>
    /// <param name="partition">The hash of the partition that is read; null where it is all of them.</param>
    public Reply Read(Statement rows, Consumption consumption, long? partition)
    {
        ContributorTally? tally = consumption.Contributors.IsCounting
            ? consumption.Contributors.Find(source.Table, source.IsGlobalIndex ? source.Index : null)
            : null;
        List<Item>? scanned = tally is not null && request is Scan ? [] : null;
        long pageBytes = 0;
        Item? last = null;
        bool isCut = false;
        while (true)
        {
            if (scannedCount >= request.Limit || pageBytes >= MaxPageBytes)
            {
                isCut = true;
                break;
            }

            if (!rows.Step())
            {
                break;
            }

            StoredItem entry = Session.ReadStored(rows, 0);
            scannedCount++;
            readBytes += entry.Item.SizeBytes;
            pageBytes += entry.PageBytes;
            last = entry.Item;
            scanned?.Add(entry.Item);
            Take(entry.Item, needsFetch ? Fetch(rows) ?? entry.Item : entry.Item);
        }

        rows.Reset();
        ConsumedCapacity consumed = Consumed();
        DynamoError? refusal = consumption.Guard?.Charge(SharesOf(consumed, partition));
        if (tally is not null)
        {
            Count(tally, scanned, consumed, isThrottled: refusal is not null);
        }

        return refusal is not null ? new ErrorReply(refusal) : new PageReply
        {
            Items = items,
            Count = count,
            ScannedCount = scannedCount,
            LastEvaluatedKey = isCut && last is not null && !isSingleItem ? PositionOf(last) : null,
            ConsumedCapacity = consumed.Shown(request.ReturnConsumedCapacity),
        };
    }

    /// <summary>Counts what a page consumed for the partition of a Query, or for the items of a Scan, by their sizes.</summary>
    private void Count(ContributorTally tally, List<Item>? scanned, ConsumedCapacity consumed, bool isThrottled)
    {
        double units = source.IsGlobalIndex ? consumed.TotalUnits - consumed.TableUnits : consumed.TotalUnits;
        if (request is Query query)
        {
            AttributeMap partition = [];
            foreach (KeyAttribute hash in source.Hash)
            {
                partition.Add(hash.Name, query.KeyCondition.Conditions.First(condition => condition.AttributeName == hash.Name).Value);
            }

            if (isThrottled)
            {
                tally.NoteThrottle(partition, isItem: false);
            }
            else
            {
                tally.NoteAccess(partition, isItem: false, units);
            }
        }
        else if (!isThrottled)
        {
            scanned!.ForEach(item => tally.NoteAccess(item.Open(), isItem: true, units * item.SizeBytes / readBytes));
        }
    }

    /// <summary>
    /// Filters and projects an entry. The whole item may be read for the filter's sake and still not be what was asked for.
    /// </summary>
    private void Take(Item entry, Item whole)
    {
        AttributeMap? opened = null;
        if (request.Filter is not null)
        {
            opened = whole.Open();
            if (!request.Filter.Matches(opened))
            {
                return;
            }
        }

        count++;
        items?.Add(request.Projection is not null ? Item.FromAttributes(request.Projection.Apply(opened ?? whole.Open()))
            : request.Select == Select.ALL_ATTRIBUTES ? whole
            : entry);
    }

    private Item? Fetch(Statement rows)
    {
        Item? item = session.FindItem(source.Table.Id, new RowKey(rows.Int64(4), rows.Blob(3).ToArray()))?.Item;
        fetchUnits += Capacity.ReadUnits(item?.SizeBytes ?? 0, request.ConsistentRead);
        return item;
    }

    private AttributeMap PositionOf(Item entry)
    {
        AttributeMap opened = entry.Open();
        AttributeMap position = new();
        foreach (string name in source.PositionNames)
        {
            position.Add(name, opened[name]);
        }

        return position;
    }

    private Share[] SharesOf(ConsumedCapacity consumed, long? partition)
    {
        if (!source.IsGlobalIndex)
        {
            return [new Share(source.Table, null, IsWrite: false, partition, consumed.TotalUnits)];
        }

        Share ofIndex = new(source.Table, source.Index!.Name, IsWrite: false, partition, consumed.TotalUnits - consumed.TableUnits);
        return consumed.TableUnits > 0 ? [ofIndex, new Share(source.Table, null, IsWrite: false, null, consumed.TableUnits)] : [ofIndex];
    }

    private ConsumedCapacity Consumed()
    {
        double units = Capacity.ReadUnits(readBytes, request.ConsistentRead);
        return source.Index is null
            ? new ConsumedCapacity(source.Table.Name, units)
            : Capacity.OfIndex(source.Table, source.Index, units, fetchUnits);
    }
}
