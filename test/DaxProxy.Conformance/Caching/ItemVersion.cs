namespace DaxProxy.Conformance.Caching;

/// <summary>What one write made of an item. Instants are ticks of the stopwatch.</summary>
/// <param name="Number">Names it among all versions of the item; what reads show.</param>
/// <param name="Group">The group it belongs to; null for a deletion.</param>
/// <param name="EffectFrom">The earliest instant at which it can have taken effect.</param>
/// <param name="EffectTo">The latest instant at which it can have taken effect.</param>
/// <param name="Ended">From when on reads must know: it took effect, and its writer had an answer.</param>
internal sealed record ItemVersion(long Number, string? Group, long EffectFrom, long EffectTo, long Ended)
{
    /// <summary>What an item is before anything is written.</summary>
    public static ItemVersion Absent { get; } = new(0, null, 0, 0, 0);
}
