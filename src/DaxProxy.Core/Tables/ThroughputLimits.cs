namespace DaxProxy.Core.Tables;

/// <summary>A pair of limits or rates, for reads and for writes; a member that was not given is null.</summary>
/// <param name="Read">Read units.</param>
/// <param name="Write">Write units.</param>
public sealed record ThroughputLimits(long? Read, long? Write)
{
    /// <summary>These limits with those members replaced that the other ones give; −1 takes a member away.</summary>
    public ThroughputLimits? MergedWith(ThroughputLimits other)
    {
        ThroughputLimits merged = new(Merge(Read, other.Read), Merge(Write, other.Write));
        return merged is { Read: null, Write: null } ? null : merged;
    }

    private static long? Merge(long? current, long? requested) => requested switch
    {
        null => current,
        -1 => null,
        _ => requested,
    };
}
