namespace DaxProxy.Bench.Hits;

/// <summary>Entries in an order, and their bytes together: the part that the reference caches are made of.</summary>
internal sealed class ByteList
{
    private readonly LinkedList<Node> list = new();

    public long Bytes { get; private set; }

    public int Count => list.Count;

    public Node? Oldest => list.First?.Value;

    public void Push(Node node)
    {
        node.Home = this;
        node.Place = list.AddLast(node);
        Bytes += node.Bytes;
    }

    public void Remove(Node node)
    {
        list.Remove(node.Place!);
        Bytes -= node.Bytes;
    }

    /// <summary>One entry, wherever it is now.</summary>
    internal sealed class Node(int key, int bytes)
    {
        public int Key => key;

        public int Bytes => bytes;

        public int Uses { get; set; }

        public ByteList? Home { get; set; }

        public LinkedListNode<Node>? Place { get; set; }
    }
}
