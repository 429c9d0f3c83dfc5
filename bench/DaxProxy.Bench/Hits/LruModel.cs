namespace DaxProxy.Bench.Hits;

/// <summary>Exact LRU by bytes.</summary>
internal sealed class LruModel(long maxBytes) : ICacheModel
{
    private readonly Dictionary<int, ByteList.Node> nodes = [];
    private readonly ByteList list = new();

    public bool Touch(int key, int bytes)
    {
        if (nodes.TryGetValue(key, out ByteList.Node? node))
        {
            list.Remove(node);
            list.Push(node);
            return true;
        }

        nodes[key] = node = new ByteList.Node(key, bytes);
        list.Push(node);
        while (list.Bytes > maxBytes)
        {
            ByteList.Node oldest = list.Oldest!;
            list.Remove(oldest);
            nodes.Remove(oldest.Key);
        }

        return false;
    }
}
