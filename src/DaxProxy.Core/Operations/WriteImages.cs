using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>What one write did to one item.</summary>
/// <param name="Old">The item before; null when there was none.</param>
/// <param name="New">The item after; null when there is none.</param>
public sealed record WriteImages(Item? Old, Item? New)
{
    /// <summary>Whether <see cref="Old"/> says anything; default true.</summary>
    public bool IsOldKnown { get; init; } = true;
}
