namespace DaxProxy.Engine.Catalog;

/// <summary>What all indexes of a table have in common, of every kind.</summary>
/// <param name="id">Its row in <c>indexes</c>.</param>
/// <param name="name">Its name.</param>
/// <param name="isReady">Whether it holds every item it should: false while a new index is filled from the table.</param>
/// <param name="totals">Its totals, where the index is not new.</param>
internal abstract class StoredIndex(long id, string name, bool isReady, Totals? totals)
{
    public long Id { get; } = id;

    public string Name { get; } = name;

    /// <summary>Whether it can be read. Writes keep it in step from the start.</summary>
    public bool IsReady { get; } = isReady;

    /// <summary>Entries and bytes as of the last commit; zero until the index is ready.</summary>
    public Totals Totals { get; } = totals ?? new Totals();
}
