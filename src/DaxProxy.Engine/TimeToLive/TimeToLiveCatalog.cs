using System.Collections.Concurrent;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.TimeToLive;

/// <summary>
/// The tables whose items end, by number. Anybody reads; the writer's thread alone changes it, after the commit that switched one on or off.
/// </summary>
internal sealed class TimeToLiveCatalog
{
    private readonly ConcurrentDictionary<long, TimeToLiveSetting> byTable = [];

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

    /// <summary>The setting of a table; null while its items do not end.</summary>
    public TimeToLiveSetting? Find(long tableId) => byTable.GetValueOrDefault(tableId);

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
