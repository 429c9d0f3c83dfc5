using System.Collections.Concurrent;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Catalog;

/// <summary>
/// The tables whose items expire, by number. Any thread may read it. Only the writer's thread changes it, after the commit that switched a
/// setting on or off.
/// </summary>
internal sealed class TimeToLiveCatalog
{
    private readonly ConcurrentDictionary<long, TimeToLiveSetting> byTable = [];

    private readonly ConcurrentDictionary<long, (string AttributeName, TableTransition Transition)> changes = [];

    private TimeToLiveCatalog()
    {
    }

    /// <summary>Reads the settings of a store.</summary>
    public static TimeToLiveCatalog Load(Session session)
    {
        TimeToLiveCatalog catalog = new();
        Statement rows = session.Statement("SELECT table_id, id, attribute FROM time_to_live");
        while (rows.Step())
        {
            catalog.Show(rows.Int64(0), new TimeToLiveSetting(rows.Int64(1), rows.Text(2)));
        }

        rows.Reset();
        return catalog;
    }

    /// <summary>Ends the stored setting of a table. Nothing to do when it has none.</summary>
    public static void Drop(Session session, long tableId)
    {
        session.Statement("INSERT INTO dropped (setting_id) SELECT id FROM time_to_live WHERE table_id = ?1").Bind(1, tableId).Run();
        session.Statement("DELETE FROM time_to_live WHERE table_id = ?1").Bind(1, tableId).Run();
    }

    /// <summary>The setting of a table; null while its items do not end.</summary>
    public TimeToLiveSetting? Find(long tableId) => byTable.GetValueOrDefault(tableId);

    /// <summary>The status of a table's setting, and the attribute it is about; null for none.</summary>
    public (string Status, string? AttributeName) Describe(long tableId, TimeProvider time)
    {
        if (changes.TryGetValue(tableId, out (string AttributeName, TableTransition Transition) change)
            && change.Transition.StatusAt(time) is "ENABLING" or "DISABLING")
        {
            return (change.Transition.Status, change.AttributeName);
        }

        string? attributeName = Find(tableId)?.AttributeName;
        return (attributeName is null ? "DISABLED" : "ENABLED", attributeName);
    }

    /// <summary>Notes that a setting is being switched, which takes its time in what is shown of it only.</summary>
    public void Enter(long tableId, string attributeName, TableTransition transition) => changes[tableId] = (attributeName, transition);

    /// <summary>Shows a table's setting from now on; null for none. After the commit.</summary>
    public void Show(long tableId, TimeToLiveSetting? setting)
    {
        if (setting is null)
        {
            byTable.TryRemove(tableId, out _);
        }
        else
        {
            byTable[tableId] = setting;
        }
    }
}
