using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Recording;

/// <summary>A recording that runs: turns requests into records, which wait for the one reader. Thread-safe.</summary>
/// <remarks>
/// Requests never wait for it: what cannot be taken is counted. It ends for requests with <see cref="Dispose"/>; what waits can still be
/// read. Hashes are nearly all that records are made of, so what waits is bounded by their number.
/// </remarks>
internal sealed class TrafficRecording : IDisposable
{
    /// <summary>Most that waits for the reader, as <see cref="CostOf"/> counts it: a few megabytes.</summary>
    private const int MaxWaiting = 65_536;

    private readonly TableCatalog catalog;
    private readonly TimeProvider time;
    private readonly Action<TrafficRecording> onEnd;
    private readonly KeyHasher hasher = new();
    private readonly Channel<TraceRecord> waiting =
        Channel.CreateUnbounded<TraceRecord>(new UnboundedChannelOptions { SingleReader = true });

    private readonly long startedAt;
    private int waitingCost;
    private long lost;
    private long others;

    /// <summary>Begins.</summary>
    /// <param name="catalog">Knows the keys of tables.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onEnd">Told of the end.</param>
    public TrafficRecording(TableCatalog catalog, TimeProvider time, Action<TrafficRecording> onEnd)
    {
        this.catalog = catalog;
        this.time = time;
        this.onEnd = onEnd;
        startedAt = time.GetTimestamp();
    }

    /// <summary>How long it has run.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(startedAt);

    /// <summary>Records that came quicker than they were read.</summary>
    public long Lost => Interlocked.Read(ref lost);

    /// <summary>Requests of which there are no records: those that failed, and those of tables that are not known.</summary>
    public long Others => Interlocked.Read(ref others);

    /// <summary>Records a request that has been answered. Waits for nothing.</summary>
    /// <param name="at">When it came.</param>
    /// <param name="operation">What was asked.</param>
    /// <param name="reply">The answer.</param>
    public void Note(TimeSpan at, Operation operation, Reply reply)
    {
        if (reply is ErrorReply || PartsOf(operation, reply) is not { } parts)
        {
            CountOther();
            return;
        }

        foreach (IGrouping<string, Part> table in parts.GroupBy(part => TableCatalog.PlainName(part.Table), StringComparer.Ordinal))
        {
            if (Find(table.Key) is { } info && TryRecord(at, operation, reply, info, [.. table]) is { } record)
            {
                Offer(record);
            }
            else
            {
                CountOther();
            }
        }
    }

    /// <summary>Counts a request of which there is no record.</summary>
    public void CountOther() => Interlocked.Increment(ref others);

    /// <summary>Waits for a record to read; false once there is none and none comes any more.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => waiting.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the oldest record that waits. For one reader.</summary>
    public bool TryTake([NotNullWhen(true)] out TraceRecord? record)
    {
        if (!waiting.Reader.TryRead(out record))
        {
            return false;
        }

        Interlocked.Add(ref waitingCost, -CostOf(record));
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        onEnd(this);
        waiting.Writer.TryComplete();
    }

    /// <summary>What an operation reads or writes; null for one that is not recorded.</summary>
    private static List<Part>? PartsOf(Operation operation, Reply reply) => operation switch
    {
        GetItem get => [new(get.TableName, get.Key.Value!, (reply as GetItemReply)?.Item?.SizeBytes)],
        BatchGetItem batch => [.. batch.Tables.SelectMany(table => table.Keys.Select(key => new Part(table.TableName, key.Value!, null)))],
        TransactGetItems gets => [.. gets.Gets.Select((get, at) =>
            new Part(get.TableName, get.Key.Value!, (reply as TransactGetItemsReply)?.Responses[at]?.SizeBytes))],
        PageOperation page => [new(page.TableName, null, null)],
        PutItem put => [new(put.TableName, put.Item.Value!, ItemSize.Of(put.Item.Value!))],
        UpdateItem update => [new(update.TableName, update.Key.Value!, (reply as WriteReply)?.Images?.New?.SizeBytes)],
        DeleteItem delete => [new(delete.TableName, delete.Key.Value!, null)],
        BatchWriteItem batch => [.. batch.Writes.Select(write => new Part(
            write.TableName, (write.Item ?? write.Key)!.Value.Value!, write.Item is { Value: { } item } ? ItemSize.Of(item) : null))],
        TransactWriteItems writes => [.. writes.Actions.OfType<WriteOperation>().Select(action => new Part(
            action.TableName, TransactWriteItems.AttributesOf(action), action is PutItem put ? ItemSize.Of(put.Item.Value!) : null))],
        _ => null,
    };

    private static int CostOf(TraceRecord record) => 1 + record.Keys.Count + record.Partitions.Count;

    /// <summary>Has a record wait, if there is room. Requests that are answered after the end are no part of the recording.</summary>
    private void Offer(TraceRecord record)
    {
        int cost = CostOf(record);
        bool hasRoom = Interlocked.Add(ref waitingCost, cost) <= MaxWaiting;
        if (hasRoom && waiting.Writer.TryWrite(record))
        {
            return;
        }

        Interlocked.Add(ref waitingCost, -cost);
        if (!hasRoom)
        {
            Interlocked.Increment(ref lost);
        }
    }

    /// <summary>The table, if it is known; otherwise it is learnt for the next request.</summary>
    private TableInfo? Find(string table)
    {
        Task<CatalogTable?> asked = catalog.GetAsync(table, CancellationToken.None).AsTask();
        return asked.IsCompletedSuccessfully ? asked.Result?.Info : null;
    }

    private TraceRecord? TryRecord(TimeSpan at, Operation operation, Reply reply, TableInfo table, Part[] parts)
    {
        TraceRecord record = new(at, operation.Name, table.TableName) { IsHit = reply.Cache?.IsHit == true };
        return operation is PageOperation page ? OfPage(record, page, (PageReply)reply, table)
            : parts.All(part => table.Layout.Has(part.Attributes!)) ? OfItems(record, operation, reply, table, parts)
            : null;
    }

    private TraceRecord OfItems(TraceRecord record, Operation operation, Reply reply, TableInfo table, Part[] parts)
    {
        IReadOnlyList<Item> read = reply is BatchGetItemReply batch
            ? [.. batch.Responses.Where(part => TableCatalog.PlainName(part.Key) == table.TableName).SelectMany(part => part.Value)]
            : [];
        return record with
        {
            Keys = [.. parts.Select(part => KeyOf(table, part.Attributes!))],
            Partitions = table.KeySchema.HasRange ? [.. parts.Select(part => PartitionOf(table, part.Attributes!))] : [],
            Items = read.Count > 0 ? read.Count : operation is BatchGetItem ? 0 : parts.Count(part => IsThere(operation, part)),
            Bytes = parts.Sum(part => (long)(part.Bytes ?? 0)) + read.Sum(item => (long)item.SizeBytes),
            IsConsistent = operation is GetItem { ConsistentRead: true }
                or BatchGetItem { Tables: [{ ConsistentRead: true }, ..] } or TransactGetItems,
        };
    }

    /// <summary>A read may have found nothing; a write is one in any case.</summary>
    private static bool IsThere(Operation operation, Part part) => operation is not (GetItem or TransactGetItems) || part.Bytes is not null;

    /// <summary>Where there is no sort key, it is the partition.</summary>
    private string KeyOf(TableInfo table, AttributeMap attributes) => table.KeySchema.HasRange
        ? hasher.Of('k', table.TableName, table.Layout.KeyOf(attributes))
        : PartitionOf(table, attributes);

    private string PartitionOf(TableInfo table, AttributeMap attributes)
    {
        ArrayBufferWriter<byte> partition = new();
        KeyLayout.WriteHash(attributes[table.KeySchema.HashName], partition);
        return hasher.Of('p', table.TableName, partition.WrittenSpan);
    }

    private TraceRecord OfPage(TraceRecord record, PageOperation page, PageReply reply, TableInfo table) => record with
    {
        Partitions = page is Query query ? [PartitionOf(table, query)] : [],
        Page = hasher.Of('q', table.TableName, page.ComputeDigest()),
        Items = reply.Count,
        Bytes = reply.Items?.Sum(item => (long)item.SizeBytes) ?? 0,
        IsConsistent = page.ConsistentRead,
    };

    /// <summary>A partition of a table has the hash that its items have; one of an index is another.</summary>
    private string PartitionOf(TableInfo table, Query query)
    {
        KeyLayout layout =
            query.IndexName is { } name && table.Indexes.TryGetValue(name, out IndexInfo? index) ? index.Layout : table.Layout;
        ArrayBufferWriter<byte> partition = new();
        foreach (KeyAttribute key in layout.Hash)
        {
            if (query.KeyCondition.Conditions.FirstOrDefault(one => one.AttributeName == key.Name) is { } condition)
            {
                KeyLayout.WriteHash(condition.Value, partition);
            }
        }

        return hasher.Of('p', query.IndexName is null ? table.TableName : $"{table.TableName}/{query.IndexName}", partition.WrittenSpan);
    }

    /// <summary>What is read or written of one table.</summary>
    /// <param name="Table">The table, as it was named.</param>
    /// <param name="Attributes">The key, or more attributes of the item; null for a page.</param>
    /// <param name="Bytes">Bytes of the item; null where there is none, or where they are not known.</param>
    private sealed record Part(string Table, AttributeMap? Attributes, int? Bytes);
}
