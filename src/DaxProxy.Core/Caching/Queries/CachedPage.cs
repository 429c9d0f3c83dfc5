using DaxProxy.Core.Caching.Core;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>One cached answer to a Query or Scan, with its finished body and what it depends on.</summary>
/// <remarks>Immutable but for the versions under which it was last found right. Thread-safe.</remarks>
internal sealed class CachedPage : CacheEntry
{
    /// <summary>What an entry of this kind adds beside its body: its own fields, the covered range, the text of its checksum.</summary>
    private const int PageBytes = 328;

    /// <summary>What an attribute of <see cref="LastEvaluatedKey"/> takes, roughly: it lies open.</summary>
    private const int PositionBytes = 400;

    /// <summary>What an array takes besides its content.</summary>
    private const int ArrayHeadBytes = 24;

    private readonly CatalogTable table;
    private readonly long storedAt;
    private readonly TimeSpan grace;
    private long partitionVersion;
    private long scopeVersion;

    /// <summary>The finished answer to a plan.</summary>
    public CachedPage(
        PagePlan plan,
        PageReply reply,
        Face face,
        PageView view,
        PageStamp stamp,
        SortKeyRange covered,
        DateTimeOffset storedAt,
        DateTimeOffset expiresAt)
        : base(plan.Name, BytesOf(reply.LastEvaluatedKey, face, view, covered), expiresAt)
    {
        table = plan.Table;
        Face = face;
        View = view;
        Count = reply.Count;
        ScannedCount = reply.ScannedCount;
        LastEvaluatedKey = reply.LastEvaluatedKey;
        Covered = covered;
        this.storedAt = storedAt.UtcTicks;
        grace = plan.Grace;
        (partitionVersion, scopeVersion) = (stamp.PartitionVersion, stamp.ScopeVersion);
    }

    private CachedPage(CachedPage old, byte[] daxFace)
        : base(
            old.KeyArray,
            BytesOf(old.LastEvaluatedKey, old.Face, old.View, old.Covered) + daxFace.Length + ArrayHeadBytes,
            old.ExpiresAt)
    {
        table = old.table;
        Face = old.Face;
        View = old.View;
        DaxFace = daxFace;
        Count = old.Count;
        ScannedCount = old.ScannedCount;
        LastEvaluatedKey = old.LastEvaluatedKey;
        Covered = old.Covered;
        storedAt = old.storedAt;
        grace = old.grace;

        // Versions that a reader finds right meanwhile are lost to this one: it is judged by the older ones again.
        Stamp = old.Stamp;
    }

    /// <summary>The finished answer to the plain request.</summary>
    public Face Face { get; }

    /// <summary>
    /// The finished answer to the plain request of the DAX protocol; null until <see cref="QueryCache.TryKeepDaxFace"/>. Never changed.
    /// </summary>
    public byte[]? DaxFace { get; }

    /// <summary>What the table was when the page was read.</summary>
    public TableInfo Table => table.Info;

    /// <summary>How many entries passed the filter.</summary>
    public int Count { get; }

    /// <summary>How many entries were read.</summary>
    public int ScannedCount { get; }

    /// <summary>Where the page ends; null at the end of the data.</summary>
    public AttributeMap? LastEvaluatedKey { get; }

    /// <summary>The sort keys it depends on.</summary>
    public SortKeyRange Covered { get; }

    /// <summary>What it looks at.</summary>
    public PageView View { get; }

    /// <summary>When it was stored.</summary>
    public DateTimeOffset StoredAt => new(storedAt, TimeSpan.Zero);

    /// <summary>The versions under which it is known to be right.</summary>
    public PageStamp Stamp
    {
        get => new(Volatile.Read(ref partitionVersion), Volatile.Read(ref scopeVersion));
        set
        {
            // Two readers may do this at once with different versions: the page was right under both.
            Volatile.Write(ref partitionVersion, value.PartitionVersion);
            Volatile.Write(ref scopeVersion, value.ScopeVersion);
        }
    }

    /// <summary>The same with another face, as right as this one, not stored yet.</summary>
    public CachedPage With(byte[] daxFace) => new(this, daxFace);

    /// <summary>Counts that it has been stored.</summary>
    public void CountStored() => table.Counters.Queries.CountStored(EntryBytes);

    /// <inheritdoc/>
    protected internal override bool IsVoid => table.IsRetired;

    /// <inheritdoc/>
    protected internal override TimeSpan Grace => grace;

    /// <inheritdoc/>
    protected internal override void OnLeft(RemovalReason why) => table.Counters.Queries.CountLeft(EntryBytes, why);

    private static int BytesOf(AttributeMap? end, Face face, PageView view, SortKeyRange covered) =>
        PageBytes + view.Bytes + face.Body.Length + covered.First.Length + (covered.End?.Length ?? 0)
        + (end is { } position ? (position.Count + 1) * PositionBytes : 0);
}
