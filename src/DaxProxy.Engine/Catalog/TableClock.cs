namespace DaxProxy.Engine.Catalog;

/// <summary>When changes of tables are over.</summary>
/// <param name="time">The clock.</param>
/// <param name="delay">How long they take; zero for no time at all.</param>
internal sealed class TableClock(TimeProvider time, TimeSpan delay)
{
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>A change that begins now.</summary>
    public TableTransition Transition(string status) => new(status, Now + delay);

    /// <summary>Shows a table in the catalog as it is: a deleted one stays visible for a while, if that takes time.</summary>
    public void Apply(EngineCatalog catalog, EngineTable table)
    {
        if (table.Transition.IsGoneAt(time))
        {
            catalog.Remove(table);
        }
        else
        {
            catalog.Add(table);
        }
    }
}
