namespace DaxProxy.Conformance.Caching;

/// <summary>A client as histories need it, whatever protocol it speaks: no request is ever repeated. For one caller at a time.</summary>
internal interface IHistoryClient : IDisposable
{
    /// <summary>Writes an item whole.</summary>
    Task PutAsync(HistoryItem item);

    /// <summary>Sets all attributes of an item that are not in its key.</summary>
    Task UpdateAsync(HistoryItem item);

    /// <summary>Deletes an item.</summary>
    Task DeleteAsync((int Partition, int Sort) key);

    /// <summary>Writes items whole, each for itself.</summary>
    Task BatchWriteAsync(IReadOnlyList<HistoryItem> items);

    /// <summary>Writes items whole, all or none.</summary>
    Task TransactWriteAsync(IReadOnlyList<HistoryItem> items);

    /// <summary>Reads an item; with or without asking what it consumed, which not every way of answering can say.</summary>
    Task<HistoryReply> GetAsync((int Partition, int Sort) key, bool asksForCapacity);

    /// <summary>Reads a partition of the table, or of the index <c>byA</c>.</summary>
    Task<HistoryReply> QueryPartitionAsync(int partition, bool byOrder);

    /// <summary>Reads a partition of the index <c>byG</c>.</summary>
    Task<HistoryReply> QueryGroupAsync(string group);

    /// <summary>Reads the table.</summary>
    Task<HistoryReply> ScanAsync();
}
