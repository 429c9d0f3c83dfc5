namespace DaxProxy.Bench.Hits;

/// <summary>Draws of Zipf's distribution over keys whose ranks are shuffled.</summary>
internal sealed class Zipf
{
    private readonly double[] cumulated;
    private readonly int[] keys;

    public Zipf(int count, double exponent, Random random)
    {
        cumulated = new double[count];
        double sum = 0;
        for (int rank = 0; rank < count; rank++)
        {
            cumulated[rank] = sum += Math.Pow(rank + 1, -exponent);
        }

        keys = [.. Enumerable.Range(0, count)];
        random.Shuffle(keys);
    }

    public int Next(Random random)
    {
        int at = Array.BinarySearch(cumulated, random.NextDouble() * cumulated[^1]);
        return keys[Math.Min(at < 0 ? ~at : at, keys.Length - 1)];
    }
}
