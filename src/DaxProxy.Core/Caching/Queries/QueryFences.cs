using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>All fences of the query cache: of partitions, and of tables and indexes as wholes. Thread-safe.</summary>
internal sealed class QueryFences
{
    /// <summary>Tables and indexes are few; they have fences of their own so that the many writes to them push no partition's out of memory.</summary>
    private const int ScopeCount = 1024;
    private const int ScopeRing = 8;

    private readonly PageFences partitions;
    private readonly PageFences scopes;
    private readonly TimeProvider time;
    private readonly long doubtWindow;
    private readonly long replicaWindow;
    private readonly long indexWindow;
    private readonly Lock unfenced = new();
    private long lastUnfencedAt = long.MinValue / 2;

    /// <summary>Fences that nothing has been written to.</summary>
    public QueryFences(QueryCacheOptions options, ulong seed, TimeProvider time)
    {
        this.time = time;
        doubtWindow = TicksOf(options.DoubtWindow);
        replicaWindow = TicksOf(options.ReadLag.Replica);
        indexWindow = TicksOf(options.ReadLag.Index);
        partitions = new PageFences(options.FenceStripes, options.FenceRing, seed, doubtWindow, time);
        scopes = new PageFences(ScopeCount, ScopeRing, ~seed, doubtWindow, time);
    }

    // What tells the two fences of a scope apart.
    private static ReadOnlySpan<byte> Unknown => [0];

    private static ReadOnlySpan<byte> AnyWrite => [1];

    /// <summary>What a page depends on.</summary>
    public PageGuard GuardOf(PagePlan plan)
    {
        string table = plan.Table.Info.TableName;
        string? index = plan.Index?.IndexName;
        return plan.Partition is { } partition
            ? new PageGuard(partitions.IdOf(table, index, partition), scopes.IdOf(table, index, Unknown))
            : new PageGuard(null, scopes.IdOf(table, index, AnyWrite));
    }

    /// <summary>The versions now. To be read before a page is asked for.</summary>
    public PageStamp StampOf(in PageGuard guard) =>
        new(guard.Partition is { } partition ? partitions.VersionOf(partition) : 0, scopes.VersionOf(guard.Scope));

    /// <summary>Whether a write of unknown outcome may still arrive.</summary>
    public bool IsInDoubt(in PageGuard guard) =>
        (guard.Partition is { } partition && partitions.IsInDoubt(partition)) || scopes.IsInDoubt(guard.Scope);

    /// <summary>Whether a read of the backend that begins now, and may be behind, sees all writes that have ended here.</summary>
    public bool IsSettled(in PageGuard guard, bool isGlobalIndex)
    {
        long window = isGlobalIndex ? indexWindow : replicaWindow;
        return window == 0
            || (scopes.IsSettled(guard.Scope, window) && (guard.Partition is not { } partition || partitions.IsSettled(partition, window))
                && time.GetTimestamp() >= Volatile.Read(ref lastUnfencedAt) + window);
    }

    /// <summary>A write has ended of which no fence is known.</summary>
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
    /// <param name="now">The versions under which the verdict holds.</param>
    public FenceVerdict Judge(in PageGuard guard, PageStamp stamp, SortKeyRange covered, out PageStamp now)
    {
        FenceVerdict scope = scopes.Judge(guard.Scope, stamp.ScopeVersion, covered, out long scopeNow);
        long partitionNow = 0;
        FenceVerdict partition = guard.Partition is { } id
            ? partitions.Judge(id, stamp.PartitionVersion, covered, out partitionNow)
            : FenceVerdict.Untouched;
        now = new PageStamp(partitionNow, scopeNow);
        return scope > partition ? scope : partition;
    }

    /// <summary>A write landed in a partition.</summary>
    public void RaisePartition(TableInfo table, IndexInfo? index, ReadOnlySpan<byte> partition, in WritePosition position, bool isInDoubt)
    {
        partitions.Raise(partitions.IdOf(table.TableName, index?.IndexName, partition), position, isInDoubt);
        Raise(table, index, AnyWrite, isInDoubt);
    }

    /// <summary>A write landed in a table or index, nobody knows in which partition; or everything read from there is to be forgotten.</summary>
    public void RaiseScope(TableInfo table, IndexInfo? index, bool isInDoubt)
    {
        Raise(table, index, Unknown, isInDoubt);
        Raise(table, index, AnyWrite, isInDoubt);
    }

    private long TicksOf(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private void Raise(TableInfo table, IndexInfo? index, ReadOnlySpan<byte> which, bool isInDoubt) =>
        scopes.Raise(scopes.IdOf(table.TableName, index?.IndexName, which), WritePosition.Unknown, isInDoubt);
}
