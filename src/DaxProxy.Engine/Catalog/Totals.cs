namespace DaxProxy.Engine.Catalog;

/// <summary>How many rows a table or index holds and how large they are together. Written by the writer's thread, read by all.</summary>
internal sealed class Totals
{
    private long rows;
    private long bytes;

    public long Rows => Volatile.Read(ref rows);

    public long Bytes => Volatile.Read(ref bytes);

    public void Add(TotalsChange change)
    {
        Volatile.Write(ref rows, rows + change.Rows);
        Volatile.Write(ref bytes, bytes + change.Bytes);
    }
}
