namespace DaxProxy.Engine.Formats;

/// <summary>Reads the records of one object, one after another, holding no more than one of them.</summary>
/// <remarks>Not thread-safe. What is wrong with a record is told in its place.</remarks>
internal abstract class RecordReader : IDisposable
{
    /// <summary>Longest record: the largest item with every character escaped, and a condition.</summary>
    public const int MaxRecordBytes = 4 << 20;

    /// <summary>The next record; null at the end.</summary>
    public abstract ItemRecord? Read();

    public abstract void Dispose();
}
