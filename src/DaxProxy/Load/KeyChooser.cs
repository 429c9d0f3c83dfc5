namespace DaxProxy.Load;

/// <summary>Which item of a table the next request is for. Source of the kinds: the YCSB core workloads.</summary>
/// <remarks>Not changed by what it gives, so that all connections of a load share one; each brings its own randomness.</remarks>
internal abstract class KeyChooser
{
    /// <summary>The number of an item, from 0.</summary>
    /// <param name="random">The caller's randomness.</param>
    /// <param name="items">How many items there are now: the first so many exist.</param>
    public abstract int Next(Random random, int items);

    /// <summary>Every item as often as any other.</summary>
    public static KeyChooser Uniform { get; } = new UniformChooser();

    /// <summary>
    /// By Zipf's law: the item of rank r as often as 1 / r^exponent says. Ranks are spread over all items, in the same way in each run.
    /// </summary>
    public static KeyChooser Zipf(int items, double exponent, int seed) => new ZipfChooser(items, exponent, seed);

    /// <summary>By Zipf's law, with what was added last as the first rank.</summary>
    public static KeyChooser Latest(int items, double exponent) => new LatestChooser(items, exponent);

    /// <summary>A share of the items takes a share of the requests, within both every item as often as any other.</summary>
    /// <param name="itemShare">The share of the items: the first ones.</param>
    /// <param name="requestShare">The share of the requests.</param>
    public static KeyChooser HotSet(double itemShare, double requestShare) => new HotSetChooser(itemShare, requestShare);

    private sealed class UniformChooser : KeyChooser
    {
        public override int Next(Random random, int items) => random.Next(items);
    }

    private sealed class HotSetChooser(double itemShare, double requestShare) : KeyChooser
    {
        public override int Next(Random random, int items)
        {
            int hot = Math.Clamp((int)(items * itemShare), 1, items);
            return random.NextDouble() < requestShare || hot == items ? random.Next(hot) : hot + random.Next(items - hot);
        }
    }

    private sealed class ZipfChooser : KeyChooser
    {
        private readonly ZipfRanks ranks;
        private readonly int[] itemOfRank;

        public ZipfChooser(int items, double exponent, int seed)
        {
            ranks = new ZipfRanks(items, exponent);
            itemOfRank = [.. Enumerable.Range(0, items)];
            new Random(seed).Shuffle(itemOfRank);
        }

        public override int Next(Random random, int items) => itemOfRank[ranks.Next(random)];
    }

    private sealed class LatestChooser(int items, double exponent) : KeyChooser
    {
        private readonly ZipfRanks ranks = new(items, exponent);

        public override int Next(Random random, int items) => Math.Max(0, items - 1 - ranks.Next(random));
    }
}
