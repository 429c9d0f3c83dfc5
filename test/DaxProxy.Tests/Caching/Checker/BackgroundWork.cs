using DaxProxy.Core.Operations;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>
/// What the backend does of itself: it deletes expired items and fills new indexes. Each such effect counts as acknowledged as soon as a
/// write is acknowledged that took effect later, whether or not the caches have been told by then.
/// </summary>
internal sealed class BackgroundWork(CheckedCaches caches, HeldBackend backend, Telling telling, Action<string>? tell)
{
    private const int ItemsPerStep = 4;

    private readonly List<(int Effect, BackgroundChange Change)> untold = [];

    /// <summary>Whether something has happened that the caches have not been told.</summary>
    public bool HasUntold => untold.Count > 0;

    /// <summary>An item expires.</summary>
    public void Sweep(Design design, Dice dice)
    {
        List<Row> rows = RowsOf(design, static _ => true);
        if (rows.Count > 0)
        {
            Row row = dice.Pick(rows);
            int effect = backend.Write(design.Name, Design.KeyOf(design.Name, row.Attributes), null);
            untold.Add((effect, BackgroundChange.OfItem(design.Name, row.Item, null)));
            tell?.Invoke($"{design.Name} {Values.Show(row.Attributes)} expires");
        }
    }

    /// <summary>Some items get their entries in the index that came late.</summary>
    public void Fill(Design design, Dice dice)
    {
        if (backend.History[design.Name].Info?.Indexes.ContainsKey(Design.Late.Name) == true)
        {
            foreach (Row row in RowsOf(design, static row => row.IsUnfilled).Take(1 + dice.Next(ItemsPerStep)))
            {
                int effect = backend.History.Write(design.Name, Design.KeyOf(design.Name, row.Attributes), new Row(row.Attributes));
                untold.Add((effect, BackgroundChange.OfIndex(design.Name, Design.Late.Name)));
                tell?.Invoke($"{design.Name}.{Design.Late.Name} gets its entry of {Values.Show(row.Attributes)}");
            }
        }
    }

    /// <summary>A write is about to be acknowledged that took effect at an instant; null for none: time is about to pass.</summary>
    public void Precede(int? instant)
    {
        List<(int Effect, BackgroundChange Change)> past = untold.FindAll(change => instant is null || change.Effect <= instant);
        if (telling != Telling.Late)
        {
            TellAll(past);
        }

        backend.History.Acknowledge(past.ConvertAll(change => change.Effect));
    }

    /// <summary>The caches are told everything.</summary>
    public void TellAll()
    {
        List<(int Effect, BackgroundChange Change)> all = [.. untold];
        TellAll(all);
        backend.History.Acknowledge(all.ConvertAll(change => change.Effect));
    }

    private void TellAll(List<(int Effect, BackgroundChange Change)> changes)
    {
        if (changes.Count == 0)
        {
            return;
        }

        changes.ForEach(change => untold.Remove(change));
        caches.Backend.Note([.. changes.Select(change => change.Change).Where(change => telling switch
        {
            Telling.OfItemsOnly => change.IndexName is null,
            Telling.OfIndexesOnly => change.IndexName is not null,
            _ => true,
        })]);
        tell?.Invoke("the caches are told");
    }

    private List<Row> RowsOf(Design design, Func<Row, bool> isWanted)
    {
        TableState table = backend.History[design.Name];
        return table.Info is null
            ? []
            : [.. table.Rows.Where(isWanted).OrderBy(row => Values.Show(row.Attributes), StringComparer.Ordinal)];
    }
}
