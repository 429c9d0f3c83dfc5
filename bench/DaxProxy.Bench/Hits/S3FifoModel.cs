namespace DaxProxy.Bench.Hits;

/// <summary>S3-FIFO as published, by bytes, with an exact memory of those that left. Source: Yang et al., SOSP 2023.</summary>
internal sealed class S3FifoModel(long maxBytes) : ICacheModel
{
    private readonly Dictionary<int, ByteList.Node> nodes = [];
    private readonly ByteList small = new();
    private readonly ByteList main = new();
    private readonly HashSet<int> ghosts = [];
    private readonly Queue<int> ghostOrder = new();

    public bool Touch(int key, int bytes)
    {
        if (nodes.TryGetValue(key, out ByteList.Node? node))
        {
            node.Uses = Math.Min(node.Uses + 1, 3);
            return true;
        }

        while (small.Bytes + main.Bytes + bytes > maxBytes)
        {
            Evict();
        }

        nodes[key] = node = new ByteList.Node(key, bytes);
        (ghosts.Remove(key) ? main : small).Push(node);
        return false;
    }

    private void Evict()
    {
        bool fromSmall = main.Count == 0 || small.Bytes * 10 > maxBytes;
        ByteList.Node node = (fromSmall && small.Count > 0 ? small : main).Oldest!;
        node.Home!.Remove(node);
        if (node.Uses > (node.Home == small ? 1 : 0))
        {
            node.Uses = node.Home == small ? 0 : node.Uses - 1;
            main.Push(node);
            return;
        }

        nodes.Remove(node.Key);
        if (node.Home == small && ghosts.Add(node.Key))
        {
            ghostOrder.Enqueue(node.Key);
            while (ghostOrder.Count > nodes.Count)
            {
                ghosts.Remove(ghostOrder.Dequeue());
            }
        }
    }
}
