using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DaxProxy.Core.Caching.Core;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>All fences of the query cache: of partitions, and of tables and indexes as wholes. Thread-safe.</summary>
internal sealed class QueryFences
{
    /// <summary>How many writes the fence of a table or index remembers.</summary>
    private const int ScopeRing = 64;

    private readonly PageFences partitions;
    private readonly ScopeFences scopes;
    private readonly TimeProvider time;
    private readonly ulong seed;
    private readonly Func<KeyLayout, AttributeMap, ulong>? scanOrder;
    private readonly long doubtWindow;
    private readonly long replicaWindow;
    private readonly long indexWindow;
    private readonly Lock unfenced = new();
    private long lastUnfencedAt = long.MinValue / 2;

    /// <summary>Fences that nothing has been written to.</summary>
    public QueryFences(QueryCacheOptions options, ulong seed, TimeProvider time)
    {
        this.time = time;
        this.seed = seed;
        scanOrder = options.ScanOrder;
        doubtWindow = TicksOf(options.DoubtWindow);
        replicaWindow = TicksOf(options.ReadLag.Replica);
        indexWindow = TicksOf(options.ReadLag.Index);
        partitions = new PageFences(options.FenceStripes, options.FenceRing, seed, doubtWindow, time);
        scopes = new ScopeFences(() => new PageFences(1, ScopeRing, seed, doubtWindow, time));
    }

    /// <summary>What a page depends on.</summary>
    public PageGuard GuardOf(PagePlan plan)
    {
        string table = plan.Table.Info.TableName;
        string? index = plan.Index?.IndexName;
        ScopeFences.Scope scope = scopes.Of(table, index);
        return plan.Partition is { } partition
            ? new PageGuard(partitions.IdOf(table, index, partition), scope.Unplaced)
            : new PageGuard(null, scope.AnyWrite);
    }

    /// <summary>
    /// What tells an item from the others of its table, where fences and pages speak of it; two that agree are taken for one.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="item">Attributes with the item's key among them.</param>
    public uint ItemOf(TableInfo table, AttributeMap item) => ItemOf(ItemKey.Of(table.KeySchema, item).Bytes.Span);

    /// <summary>The same by the bytes of its <see cref="ItemKey"/>.</summary>
    public uint ItemOf(ReadOnlySpan<byte> key) => (uint)KeyedHash.Of(seed, key);

    /// <summary>What tells a top-level attribute from others; two that agree are taken for one.</summary>
    public ushort NameOf(string attribute) => (ushort)KeyedHash.Of(seed, MemoryMarshal.AsBytes(attribute.AsSpan()));

    /// <summary>Whether it is known where a Scan meets items.</summary>
    public bool KnowsScanOrder => scanOrder is not null;

    /// <summary>Where a Scan meets an item, as bytes in its order; empty where that is not known.</summary>
    /// <param name="layout">Key of the table or index that is scanned.</param>
    /// <param name="item">Attributes with the item's partition key there among them.</param>
    public byte[] ScanPlaceOf(KeyLayout layout, AttributeMap item) => scanOrder is null ? [] : ScanPlace(scanOrder(layout, item));

    /// <summary>A place of a Scan as bytes in its order.</summary>
    public static byte[] ScanPlace(ulong place)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, place);
        return bytes;
    }

    /// <summary>The versions now. To be read before a page is asked for.</summary>
    public PageStamp StampOf(in PageGuard guard) =>
        new(guard.Partition is { } partition ? partitions.VersionOf(partition) : 0, guard.Scope.VersionOf(default));

    /// <summary>Whether a write of unknown outcome may still arrive.</summary>
    public bool IsInDoubt(in PageGuard guard) =>
        (guard.Partition is { } partition && partitions.IsInDoubt(partition)) || guard.Scope.IsInDoubt(default);

    /// <summary>Whether a read of the backend that begins now, and may be behind, sees all writes that have ended here.</summary>
    public bool IsSettled(in PageGuard guard, bool isGlobalIndex)
    {
        long window = isGlobalIndex ? indexWindow : replicaWindow;
        return window == 0
            || (guard.Scope.IsSettled(default, window) && (guard.Partition is not { } partition || partitions.IsSettled(partition, window))
                && time.GetTimestamp() >= Volatile.Read(ref lastUnfencedAt) + window);
    }

    /// <summary>A write has ended whose fences are not known.</summary>
    public void EndUnfenced(bool isInDoubt)
    {
        lock (unfenced)
        {
            long at = time.GetTimestamp() + (isInDoubt ? doubtWindow : 0);
            Volatile.Write(ref lastUnfencedAt, Math.Max(lastUnfencedAt, at));
        }
    }

    /// <summary>What became of a page.</summary>
    /// <param name="guard">Its fences.</param>
    /// <param name="stamp">The versions under which it was right.</param>
    /// <param name="covered">The sort keys it depends on.</param>
    /// <param name="view">What it looks at.</param>
    /// <param name="now">The versions under which the verdict holds.</param>
    public FenceVerdict Judge(in PageGuard guard, PageStamp stamp, SortKeyRange covered, PageView view, out PageStamp now)
    {
        FenceVerdict scope = guard.Scope.Judge(default, stamp.ScopeVersion, covered, view, out long scopeNow);
        long partitionNow = 0;
        FenceVerdict partition = guard.Partition is { } id
            ? partitions.Judge(id, stamp.PartitionVersion, covered, view, out partitionNow)
            : FenceVerdict.Untouched;
        now = new PageStamp(partitionNow, scopeNow);
        return scope > partition ? scope : partition;
    }

    /// <summary>A write has landed, or may have.</summary>
    /// <param name="tableName">Name of the table.</param>
    /// <param name="item">Which item (<see cref="ItemOf(TableInfo, AttributeMap)"/>).</param>
    /// <param name="raise">Where, and what it did.</param>
    /// <param name="isInDoubt">Whether it may still happen.</param>
    public void Raise(string tableName, uint item, PageRaise raise, bool isInDoubt)
    {
        WritePosition position = raise.Position is { } place ? WritePosition.At(place) : WritePosition.Unknown;
        WriteMark mark = new(item, ItemChanges.Of(raise.Change, raise.Names.Select(NameOf)), position);
        ScopeFences.Scope scope = scopes.Of(tableName, raise.IndexName);
        if (raise.Partition is { } partition)
        {
            partitions.Raise(partitions.IdOf(tableName, raise.IndexName, partition), mark, isInDoubt);
        }
        else
        {
            scope.Unplaced.Raise(default, mark, isInDoubt);
        }

        // A Scan reads every partition, and not in the order of sort keys.
        WritePosition scanned = raise.ScanPlace is [] ? WritePosition.Unknown : WritePosition.At(raise.ScanPlace);
        scope.AnyWrite.Raise(default, mark with { Position = scanned }, isInDoubt);
    }

    private long TicksOf(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
