namespace DaxProxy.Bench.Hits;

/// <summary>
/// W-TinyLFU by bytes: a window of 1 %, then a segmented LRU whose newcomers must have been asked for more often than those they push
/// out, by a sketch of four rows that halves now and then. Source: Einziger et al., "TinyLFU", ACM ToS 2017.
/// </summary>
internal sealed class WTinyLfuModel(long maxBytes, int expectedEntries) : ICacheModel
{
    private const int Rows = 4;

    private readonly Dictionary<int, ByteList.Node> nodes = [];
    private readonly ByteList window = new();
    private readonly ByteList probation = new();
    private readonly ByteList kept = new();
    private readonly byte[] sketch = new byte[Rows * Width(expectedEntries)];
    private readonly int sample = expectedEntries * 10;
    private int counted;

    public bool Touch(int key, int bytes)
    {
        Count(key);
        if (nodes.TryGetValue(key, out ByteList.Node? node))
        {
            Use(node);
            return true;
        }

        nodes[key] = node = new ByteList.Node(key, bytes);
        window.Push(node);
        while (window.Bytes > maxBytes / 100 && window.Count > 0)
        {
            ByteList.Node candidate = window.Oldest!;
            window.Remove(candidate);
            Admit(candidate);
        }

        return false;
    }

    private static int Width(int entries) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(entries, 64)) * 2;

    private void Use(ByteList.Node node)
    {
        ByteList home = node.Home!;
        home.Remove(node);
        (home == probation ? kept : home).Push(node);
        while (kept.Bytes > maxBytes * 79 / 100)
        {
            ByteList.Node demoted = kept.Oldest!;
            kept.Remove(demoted);
            probation.Push(demoted);
        }
    }

    private void Admit(ByteList.Node candidate)
    {
        while (probation.Bytes + kept.Bytes + candidate.Bytes > maxBytes * 99 / 100)
        {
            ByteList.Node victim = (probation.Oldest ?? kept.Oldest)!;
            if (Frequency(candidate.Key) <= Frequency(victim.Key))
            {
                nodes.Remove(candidate.Key);
                return;
            }

            victim.Home!.Remove(victim);
            nodes.Remove(victim.Key);
        }

        probation.Push(candidate);
    }

    private void Count(int key)
    {
        for (int row = 0; row < Rows; row++)
        {
            ref byte cell = ref Cell(row, key);
            cell = (byte)Math.Min(cell + 1, 15);
        }

        if (++counted == sample)
        {
            counted /= 2;
            for (int i = 0; i < sketch.Length; i++)
            {
                sketch[i] /= 2;
            }
        }
    }

    private int Frequency(int key) => Enumerable.Range(0, Rows).Min(row => (int)Cell(row, key));

    private ref byte Cell(int row, int key)
    {
        int width = sketch.Length / Rows;
        ulong hash = ((ulong)(uint)key + 1) * (0x9E3779B97F4A7C15UL + ((ulong)row * 0xD6E8FEB86659FD92UL));
        return ref sketch[(row * width) + (int)((hash ^ (hash >> 29)) >> 20 & (ulong)(width - 1))];
    }
}
