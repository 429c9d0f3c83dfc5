namespace DaxProxy.Core.Caching.Items;

/// <summary>A write of this process that was alone on its fence, whose change the table's stream is going to tell. Immutable.</summary>
/// <param name="Key">The item's key in the cache.</param>
/// <param name="Old">Digest of the item before; empty where there was none, null where that is not known.</param>
/// <param name="New">Digest of the item after; empty where there is none.</param>
/// <param name="Touched">The top-level attributes that it may have changed; null for all.</param>
internal sealed record OwnWrite(byte[] Key, byte[]? Old, byte[] New, IReadOnlySet<string>? Touched)
{
    /// <summary>
    /// Whether the change may be this write. Then this write has raised all fences that the change would raise. Where the item before is
    /// not known, the write has raised the fences of all that it may have been, as long as only what it touches differs.
    /// </summary>
    public bool IsLike(ItemChange change) => New.AsSpan().SequenceEqual(change.New)
        && (Old is not null ? Old.AsSpan().SequenceEqual(change.Old)
            : Touched is null || change.Names?.All(Touched.Contains) == true);
}
