namespace DaxProxy.Core.Caching.Items;

/// <summary>A change of an item as a stream tells it, as far as it takes to recognise a write of our own in it. Immutable.</summary>
/// <param name="Old">Digest of the item before; empty where there was none.</param>
/// <param name="New">Digest of the item after; empty where there is none.</param>
/// <param name="Names">The top-level attributes that differ, without those of the key; null where they are many.</param>
public sealed record ItemChange(byte[] Old, byte[] New, IReadOnlyList<string>? Names)
{
    /// <summary>More differing attributes than this are not listed.</summary>
    public const int MostNames = 64;
}
