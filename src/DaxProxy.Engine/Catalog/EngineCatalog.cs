using System.Collections.Immutable;
using System.Text.Json;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Catalog;

/// <summary>
/// The tables there are. Readers take the current set; the writer's thread alone replaces it, after the commit that created or dropped a
/// table, so that within a change the set is exact.
/// </summary>
internal sealed class EngineCatalog
{
    private ImmutableSortedDictionary<string, EngineTable> tables =
        ImmutableSortedDictionary.Create<string, EngineTable>(StringComparer.Ordinal);

    private readonly TimeProvider time;

    private EngineCatalog(TimeProvider time) => this.time = time;

    /// <summary>Tables by name, in ordinal order (which is UTF-8 order for the characters of table names).</summary>
    private ImmutableSortedDictionary<string, EngineTable> Tables => Volatile.Read(ref tables);

    /// <summary>Reads every table of a store.</summary>
    public static EngineCatalog Load(Session session, TimeProvider time)
    {
        Dictionary<long, Dictionary<string, (long Id, TotalsChange Totals)>> indexes = [];
        Statement rows = session.Statement("SELECT id, table_id, name, item_count, size_bytes FROM indexes");
        while (rows.Step())
        {
            if (!indexes.TryGetValue(rows.Int64(1), out Dictionary<string, (long, TotalsChange)>? byName))
            {
                indexes.Add(rows.Int64(1), byName = new(StringComparer.Ordinal));
            }

            byName.Add(rows.Text(2), (rows.Int64(0), new TotalsChange(rows.Int64(3), rows.Int64(4))));
        }

        rows.Reset();
        EngineCatalog catalog = new(time);
        Statement definitions = session.Statement("SELECT id, definition, item_count, size_bytes FROM tables");
        while (definitions.Step())
        {
            Dictionary<string, (long Id, TotalsChange Totals)> own = indexes.GetValueOrDefault(definitions.Int64(0)) ?? [];
            TableDescription definition = Deserialize(definitions.Text(1));
            EngineTable table = new(definitions.Int64(0), definition, own.ToDictionary(index => index.Key, index => index.Value.Id))
            {
                Transition = definition.Restore is { RestoreInProgress: true } ? TableTransition.BeingFilled : TableTransition.None,
            };
            table.Totals.Add(new TotalsChange(definitions.Int64(2), definitions.Int64(3)));
            foreach (StoredIndex index in table.AllIndexes)
            {
                index.Totals.Add(own[index.Name].Totals);
            }

            catalog.Add(table);
        }

        definitions.Reset();
        return catalog;
    }

    /// <summary>The table of a name, for requests that read or write items; null when there is none that is ready.</summary>
    public EngineTable? Find(string name) =>
        Tables.GetValueOrDefault(name) is { } table && table.Transition.StatusAt(time) is not ("CREATING" or "DELETING") ? table : null;

    /// <summary>The table of a name, in any status, with that status; null when there is none.</summary>
    public EngineTable? FindAny(string name, out string status)
    {
        EngineTable? table = Tables.GetValueOrDefault(name);
        status = table?.Transition.StatusAt(time) ?? "ACTIVE";
        return table is null || table.Transition.IsGoneAt(time) ? null : table;
    }

    /// <summary>The names there are, in order.</summary>
    public IEnumerable<string> Names => Tables.Where(table => !table.Value.Transition.IsGoneAt(time)).Select(table => table.Key);

    /// <summary>
    /// The table as it is now; null when it is gone. It may have been dropped, or its definition changed, while a change was waiting its
    /// turn.
    /// </summary>
    public EngineTable? Current(EngineTable table) => Find(table.Name) is { } current && current.Id == table.Id ? current : null;

    /// <summary>The same also while the table is being made, for what makes it.</summary>
    public EngineTable? CurrentOrMade(EngineTable table) =>
        FindAny(table.Name, out string status) is { } current && current.Id == table.Id && status != "DELETING" ? current : null;

    /// <summary>The set of tables as an object of its own: another one whenever any table was added, changed or removed.</summary>
    public object Edition => Tables;

    /// <summary>Whether this is the table as it is shown now, in any status.</summary>
    public bool Shows(EngineTable table) => ReferenceEquals(Tables.GetValueOrDefault(table.Name), table);

    /// <summary>Adds a table, or replaces it by its new definition.</summary>
    public void Add(EngineTable table) => Volatile.Write(ref tables, tables.SetItem(table.Name, table));

    /// <summary>Every table, for the work that goes on in the background.</summary>
    public IEnumerable<EngineTable> All => Tables.Values;

    /// <summary>Removes a table.</summary>
    public void Remove(EngineTable table) => Volatile.Write(ref tables, tables.Remove(table.Name));

    /// <summary>How a definition is stored.</summary>
    public static string Serialize(TableDescription definition) =>
        JsonSerializer.Serialize(definition, DefinitionJson.Default.TableDescription);

    /// <summary>A definition as it was stored.</summary>
    public static TableDescription Deserialize(string definition) =>
        JsonSerializer.Deserialize(definition, DefinitionJson.Default.TableDescription)!;

    /// <summary>
    /// A table with its counts as of this moment of a transaction; null when it was dropped by a change before in the same group.
    /// </summary>
    public static TableDescription? DescribeNow(Session session, EngineTable table)
    {
        Statement find = session.Statement("SELECT item_count, size_bytes FROM tables WHERE id = ?1").Bind(1, table.Id);
        TableDescription? found = find.Step()
            ? table.Describe("ACTIVE") with { ItemCount = find.Int64(0), TableSizeBytes = find.Int64(1) }
            : null;
        find.Reset();
        return found;
    }
}
