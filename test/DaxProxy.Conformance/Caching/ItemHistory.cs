namespace DaxProxy.Conformance.Caching;

/// <summary>
/// What one item became, write by write, with the instants between which each took effect. The item is absent at the begin.
/// </summary>
/// <remarks>
/// A read is judged when the writes are known. It is right if it shows what the item was at some instant between the end of the last write
/// that had ended before it began and its own end. Writes may overlap; the order in which overlapping ones took effect is not known and
/// none is assumed.
/// </remarks>
internal sealed class ItemHistory
{
    private readonly List<ItemVersion> versions = [ItemVersion.Absent];
    private readonly Lock gate = new();
    private Timeline? timeline;

    /// <summary>Takes note of a write, in any order. All must be there before the first read is judged.</summary>
    public void Add(ItemVersion version)
    {
        lock (gate)
        {
            versions.Add(version);
        }
    }

    /// <summary>What is wrong with a read; null for nothing.</summary>
    /// <param name="from">When the read was sent.</param>
    /// <param name="to">When it was answered.</param>
    /// <param name="seen">The number of the version it showed; null for none.</param>
    /// <param name="belongs">Whether a version of this group is among what was read.</param>
    public string? Find(long from, long to, long? seen, Func<string, bool> belongs)
    {
        Timeline all = timeline ??= new Timeline(versions);
        List<ItemVersion> possible = [.. all.Possible(from, to)];
        if (possible.Any(
            version => seen is null
                ? version.Group is null || !belongs(version.Group)
                : version.Number == seen && version.Group is { } group && belongs(group)))
        {
            return null;
        }

        string were = string.Join(
            ", ", possible.Select(version => version.Group is null ? $"{version.Number} (deleted)" : $"{version.Number}"));
        string what = seen is null ? "nothing"
            : versions.Exists(version => version.Number == seen && version.Group is not null) ? $"version {seen}"
            : $"version {seen}, which was never written,";
        return $"{what} is shown, but the item was {were}";
    }

    /// <summary>The versions in the order in which they may have taken effect first.</summary>
    private sealed class Timeline
    {
        private readonly ItemVersion[] byBegin;
        private readonly long[] lastEffect;
        private readonly (long Ended, long Floor)[] floors;

        public Timeline(IEnumerable<ItemVersion> versions)
        {
            byBegin = [.. versions.OrderBy(version => version.EffectFrom)];
            lastEffect = new long[byBegin.Length];
            long latest = 0;
            for (int i = 0; i < byBegin.Length; i++)
            {
                lastEffect[i] = latest = Math.Max(latest, byBegin[i].EffectTo);
            }

            long floor = 0;
            floors = [.. byBegin.OrderBy(version => version.Ended)
                .Select(version => (version.Ended, floor = Math.Max(floor, version.EffectFrom)))];
        }

        /// <summary>
        /// What the item may have been for a read between two instants: not replaced for sure before it, and written before its end.
        /// </summary>
        public IEnumerable<ItemVersion> Possible(long from, long to)
        {
            // What a write that had ended when the read began replaced for sure is not shown any more.
            int ended = ~floors.AsSpan().BinarySearch(new EndedBefore(from)), begun = ~byBegin.AsSpan().BinarySearch(new BegunBefore(to));
            long floor = ended > 0 ? floors[ended - 1].Floor : 0;
            for (int i = begun - 1; i >= 0 && lastEffect[i] >= floor; i--)
            {
                if (byBegin[i].EffectTo >= floor)
                {
                    yield return byBegin[i];
                }
            }
        }

        /// <summary>Equal to none, so that a search says how many are before.</summary>
        private readonly struct EndedBefore(long instant) : IComparable<(long Ended, long Floor)>
        {
            private readonly long instant = instant;

            public int CompareTo((long Ended, long Floor) other) => other.Ended < instant ? 1 : -1;
        }

        private readonly struct BegunBefore(long instant) : IComparable<ItemVersion>
        {
            private readonly long instant = instant;

            public int CompareTo(ItemVersion? other) => other!.EffectFrom < instant ? 1 : -1;
        }
    }
}
