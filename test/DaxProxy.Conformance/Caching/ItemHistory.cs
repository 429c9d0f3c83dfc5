namespace DaxProxy.Conformance.Caching;

/// <summary>What one item became, version by version: one writer at a time counts it up. Version 0 is its absence at the begin.</summary>
internal sealed class ItemHistory
{
    private readonly List<Version> versions = [new(0, 0, null)];

    /// <summary>The last version.</summary>
    public int Last => versions.Count - 1;

    /// <summary>A version that is about to be written: since when, and its group; null for a deletion.</summary>
    public void Begin(long now, string? group) => versions.Add(new Version(now, long.MaxValue, group));

    /// <summary>The last version has been acknowledged.</summary>
    public void End(long now) => versions[^1] = versions[^1] with { Ended = now };

    /// <summary>
    /// What is wrong with a read that ran from one instant to another; null for nothing. Versions are looked for from the last one that had been
    /// acknowledged before it began to the last one that had begun before it ended.
    /// </summary>
    /// <param name="from">When the read was sent.</param>
    /// <param name="to">When it was answered.</param>
    /// <param name="seen">The version it showed; null for none.</param>
    /// <param name="belongs">Whether a version of this group is among what was read.</param>
    public string? Find(long from, long to, int? seen, Func<string, bool> belongs)
    {
        int floor = LastOf(version => version.Ended < from), ceiling = LastOf(version => version.Began < to);
        if (seen is { } shown)
        {
            return shown < floor ? $"version {shown} is shown, but {floor} had been acknowledged"
                : shown > ceiling ? $"version {shown} is shown, which had not been written"
                : versions[shown].Group is { } group && belongs(group) ? null
                : $"version {shown} is shown, which does not belong there";
        }

        for (int version = floor; version <= ceiling; version++)
        {
            if (versions[version].Group is not { } group || !belongs(group))
            {
                return null;
            }
        }

        return $"nothing is shown, but versions {floor} to {ceiling} belong there";
    }

    /// <summary>The last version for which something holds that holds for all before it: one writer, one write after another.</summary>
    private int LastOf(Func<Version, bool> holds)
    {
        int low = 0, high = versions.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = holds(versions[middle]) ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    private sealed record Version(long Began, long Ended, string? Group);
}
