using System.Collections.Concurrent;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Streams;

/// <summary>
/// The streams that are on, by table. Any thread may read it. Only the writer's thread changes it, after the commit that switched a stream
/// on or off.
/// </summary>
internal sealed class StreamCatalog
{
    private readonly ConcurrentDictionary<long, EngineStream> byTable = [];

    private StreamCatalog()
    {
    }

    /// <summary>Reads the streams of a store.</summary>
    public static StreamCatalog Load(Session session)
    {
        StreamCatalog catalog = new();
        Statement rows = session.Statement("SELECT id, table_id, arn, label, view_type, slots FROM streams WHERE disabled_at IS NULL");
        while (rows.Step())
        {
            catalog.Show(
                rows.Int64(1),
                new EngineStream(rows.Int64(0), rows.Int64(1), rows.Text(2), rows.Text(3), rows.Text(4), (int)rows.Int64(5)));
        }

        rows.Reset();
        return catalog;
    }

    /// <summary>The stream of a table; null when it has none.</summary>
    public EngineStream? Find(long tableId) => byTable.GetValueOrDefault(tableId);

    /// <summary>Shows a table's stream from now on; null for none. After the commit.</summary>
    public void Show(long tableId, EngineStream? stream)
    {
        if (stream is null)
        {
            byTable.TryRemove(tableId, out _);
        }
        else
        {
            byTable[tableId] = stream;
        }
    }
}
