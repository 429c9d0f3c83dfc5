namespace DaxProxy.Load;

/// <summary>Draws ranks, from 0, by Zipf's law. Immutable and thread-safe; 8 bytes a rank.</summary>
internal sealed class ZipfRanks
{
    private readonly double[] cumulated;

    /// <summary>So many ranks; the larger the exponent the more the first ones get. YCSB's is 0.99.</summary>
    public ZipfRanks(int count, double exponent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        cumulated = new double[count];
        double sum = 0;
        for (int rank = 0; rank < count; rank++)
        {
            cumulated[rank] = sum += Math.Pow(rank + 1, -exponent);
        }
    }

    /// <summary>A rank.</summary>
    public int Next(Random random)
    {
        int at = Array.BinarySearch(cumulated, random.NextDouble() * cumulated[^1]);
        return Math.Min(at < 0 ? ~at : at, cumulated.Length - 1);
    }
}
