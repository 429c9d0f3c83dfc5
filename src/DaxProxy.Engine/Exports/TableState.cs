using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Exports;

/// <summary>The items of a table as they were at one time, whatever is written meanwhile.</summary>
/// <remarks>Not thread-safe.</remarks>
/// <param name="time">The time.</param>
internal abstract class TableState(DateTimeOffset time) : IDisposable
{
    /// <summary>The time.</summary>
    public DateTimeOffset Time { get; } = time;

    /// <summary>The items whose hashes are in a range, both ends included, in the order of hashes and keys.</summary>
    public abstract IEnumerable<(RowKey Row, StoredItem Item)> Read(long firstHash, long lastHash);

    public abstract void Dispose();
}
