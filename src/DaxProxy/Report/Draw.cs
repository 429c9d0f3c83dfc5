namespace DaxProxy.Report;

/// <summary>The next request of a load.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Item">The item that it is for, or that a scan begins at; a new one where it is <see cref="NewItem"/>.</param>
internal readonly record struct Draw(RequestKind Kind, int Item)
{
    /// <summary>Stands for an item that is not there yet.</summary>
    public const int NewItem = -1;

    /// <summary>All items of a read of several, the first of them <see cref="Item"/>; null for one.</summary>
    public int[]? Batch { get; init; }

    /// <summary>Most items of a scan.</summary>
    public int Most { get; init; }

    /// <summary>Whether it is to be consistent.</summary>
    public bool IsConsistent { get; init; }
}
