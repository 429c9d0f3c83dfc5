namespace DaxProxy.Core.Caching.Queries;

/// <summary>What a fence remembers of a write.</summary>
/// <param name="Item">Which item (<see cref="QueryFences.ItemOf(ReadOnlySpan{byte})"/>); two that agree only make us forget.</param>
/// <param name="Changes">What became of it.</param>
/// <param name="Position">Where it was or is.</param>
internal readonly record struct WriteMark(uint Item, ItemChanges Changes, WritePosition Position)
{
    /// <summary>Anything may have changed.</summary>
    public static WriteMark Everything { get; } = new(0, ItemChanges.Anything, WritePosition.Unknown);
}
