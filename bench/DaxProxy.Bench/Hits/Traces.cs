using DaxProxy.Load;

namespace DaxProxy.Bench.Hits;

/// <summary>Requests by key, the same in each run. A negative key is one that no item has, asked for once.</summary>
internal static class Traces
{
    public const int Keys = 100_000;
    public const int Requests = 1_000_000;

    /// <summary>The size of what answers a key: an item of 250 to 4,000 bytes, most of them small, or an absence.</summary>
    public static int BytesOf(int key)
    {
        const int Smallest = 250, AbsenceBytes = 190;
        uint hash = (uint)key * 2654435761u;
        return key < 0 ? AbsenceBytes : (int)(Smallest * Math.Pow(16, (hash >> 8) / (double)(1 << 24)));
    }

    /// <summary>All traces, by what they are called.</summary>
    public static IEnumerable<(string Name, int[] Keys)> All()
    {
        yield return ("Zipf 0.8", ByZipf(0.8));
        yield return ("Zipf 0.99", ByZipf(0.99));
        yield return ("Zipf 1.2", ByZipf(1.2));
        yield return ("Zipf 0.99 and full scans", WithScans());
        yield return ("shifting hot set", Shifting());
        yield return ("Zipf 0.99 beside as many missing keys", WithMissing());
    }

    private static int[] ByZipf(double exponent)
    {
        ZipfRanks ranks = new(Keys, exponent);
        int[] keys = [.. Enumerable.Range(0, Keys)];
        Random random = new(1);
        random.Shuffle(keys);
        return [.. Enumerable.Range(0, Requests).Select(_ => keys[ranks.Next(random)])];
    }

    /// <summary>After every 200,000 requests each key once, in order.</summary>
    private static int[] WithScans()
    {
        int[] keys = ByZipf(0.99);
        for (int from = 200_000; from + Keys <= keys.Length; from += 200_000 + Keys)
        {
            for (int i = 0; i < Keys; i++)
            {
                keys[from + i] = i;
            }
        }

        return keys;
    }

    /// <summary>Nine of ten requests go to 5 % of the keys, which are others by a quarter after every 50,000 requests.</summary>
    private static int[] Shifting()
    {
        const int Hot = Keys / 20;
        Random random = new(1);
        return [.. Enumerable.Range(0, Requests).Select(i =>
            random.Next(10) == 0 ? random.Next(Keys) : ((i / 50_000 * Hot / 4) + random.Next(Hot)) % Keys)];
    }

    private static int[] WithMissing()
    {
        int missing = 0;
        return [.. ByZipf(0.99).Select((key, i) => i % 2 == 0 ? key : --missing)];
    }
}
