using System.Collections.Immutable;
using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Insights;

/// <summary>
/// The tables and indexes for which Contributor Insights is on, and what is counted of them. Where it is on for none, a request costs one
/// look at that.
/// </summary>
/// <remarks>
/// Thread-safe. The settings are stored; what was counted is lost when the process ends. Tallies are known by the ids of tables and
/// indexes, which are never given again, so that one of something dropped is only ever passed over.
/// <para>
/// What counts as consumed, by the service's documentation: <c>3 x write units + read units</c>, of an item for itself in batches and
/// transactions; a Query counts for its partition alone, whatever it finds; a write that a global index had no room for is throttled, but
/// not counted as such. Ours: a Scan's units are shared out among the items that it read, by their sizes, and where it was throttled there
/// is no key to count it for; of a write that moves an entry of an index, each of the two keys has half; statements of PartiQL count as
/// the operations that they become, which the service leaves out.
/// </para>
/// </remarks>
internal sealed class ContributorBoard(EngineCatalog catalog, TimeProvider time)
{
    private const long TableItself = 0;
    private const double ReadUnitsOfWriteUnit = 3;

    private readonly long seed = unchecked((long)RandomSeed.Next());
    private ImmutableDictionary<(long Table, long Index), ContributorTally> tallies =
        ImmutableDictionary<(long Table, long Index), ContributorTally>.Empty;

    /// <summary>Whether anything is counted at all.</summary>
    public bool IsCounting => !Volatile.Read(ref tallies).IsEmpty;

    /// <summary>What is counted of tables and indexes that are there, by their names.</summary>
    public IReadOnlyList<ContributorTally> Tallies =>
    [
        .. Volatile.Read(ref tallies).Where(one => IsThere(one.Key, one.Value)).Select(one => one.Value)
            .OrderBy(one => one.Rules[0].TableName, StringComparer.Ordinal).ThenBy(one => one.Rules[0].IndexName, StringComparer.Ordinal),
    ];

    /// <summary>Reads what the store says is on.</summary>
    public static ContributorBoard Load(Session session, EngineCatalog catalog, TimeProvider time)
    {
        ContributorBoard board = new(catalog, time);
        Dictionary<long, EngineTable> tables = catalog.All.ToDictionary(table => table.Id);
        Statement rows = session.Statement("SELECT table_id, index_name, mode, updated_at FROM contributor_insights");
        while (rows.Step())
        {
            string indexName = rows.Text(1);
            if (tables.TryGetValue(rows.Int64(0), out EngineTable? table)
                && (indexName.Length == 0 || table.FindIndex(indexName) is not null))
            {
                board.Show(table, table.FindIndex(indexName), rows.Text(2), DateTimeOffset.FromUnixTimeMilliseconds(rows.Int64(3)));
            }
        }

        rows.Reset();
        return board;
    }

    /// <summary>Begins to count, from nothing. On the writer's thread, after the commit.</summary>
    /// <param name="table">The table.</param>
    /// <param name="index">The global index; null for the table itself.</param>
    /// <param name="mode">Which keys to count.</param>
    /// <param name="since">When it was switched on.</param>
    public void Show(EngineTable table, EngineIndex? index, string mode, DateTimeOffset since)
    {
        KeyLayout layout = index?.Info.Layout ?? KeyLayout.Of(table.KeySchema);
        ContributorTally tally = new(layout, ContributorRule.Of(table.Name, index?.Name, layout, mode, since), seed, time);
        Volatile.Write(
            ref tallies,
            tallies.RemoveRange(tallies.Where(one => !IsThere(one.Key, one.Value)).Select(one => one.Key))
                .SetItem((table.Id, index?.Id ?? TableItself), tally));
    }

    /// <summary>Ends to count, and forgets. On the writer's thread, after the commit.</summary>
    public void Hide(EngineTable table, EngineIndex? index) =>
        Volatile.Write(ref tallies, tallies.Remove((table.Id, index?.Id ?? TableItself)));

    /// <summary>What is counted of a table or of a global index of it; null where nothing is.</summary>
    public ContributorTally? Find(EngineTable table, EngineIndex? index) =>
        Volatile.Read(ref tallies).GetValueOrDefault((table.Id, index?.Id ?? TableItself));

    /// <summary>Counts the read of an item, or that it was throttled.</summary>
    public void NoteRead(EngineTable table, AttributeMap key, double units, bool isThrottled)
    {
        if (!IsCounting || Find(table, null) is not { } tally)
        {
            return;
        }

        if (isThrottled)
        {
            tally.NoteThrottle(key, isItem: true);
        }
        else
        {
            tally.NoteAccess(key, isItem: true, units);
        }
    }

    /// <summary>Counts what a write took of its table and of global indexes, or that it was throttled; nothing of one refused.</summary>
    /// <param name="effect">What the write did.</param>
    /// <param name="row">Where the item lies.</param>
    /// <param name="throttled">Why it was throttled; null where it was not.</param>
    /// <param name="factor">How many times as much it took as a write on its own.</param>
    public void NoteWrite(WriteEffect effect, RowKey row, DynamoError? throttled, int factor = 1)
    {
        if (!IsCounting)
        {
            return;
        }

        EngineTable table = effect.Table;
        ContributorTally? ofTable = Find(table, null);
        if (throttled is not null)
        {
            if (throttled.ThrottlingReasons?.Any(reason => reason.Reason.StartsWith("Table", StringComparison.Ordinal)) != false)
            {
                ofTable?.NoteThrottle(KeyOf(table, row), isItem: true);
            }

            return;
        }

        if (effect.Error is not null and not { Name: "ConditionalCheckFailedException" })
        {
            return;
        }

        ofTable?.NoteAccess(KeyOf(table, row), isItem: true, ReadUnitsOfWriteUnit * factor * effect.UnitsOfTable);
        foreach ((string name, _, double units) in effect.UnitsOfGlobalIndexes)
        {
            if (table.FindIndex(name) is not { } index || Find(table, index) is not { } tally)
            {
                continue;
            }

            // An entry that moves is a deletion at one key and an insertion at another; they are charged together.
            AttributeMap[] entries = EntriesOf(index.Info.Layout, effect);
            foreach (AttributeMap entry in entries)
            {
                tally.NoteAccess(entry, isItem: true, ReadUnitsOfWriteUnit * factor * units / entries.Length);
            }
        }
    }

    private bool IsThere((long Table, long Index) id, ContributorTally tally) =>
        catalog.FindAny(tally.Rules[0].TableName, out _) is { } table && table.Id == id.Table
        && (id.Index == TableItself || table.Indexes.Any(index => index.Id == id.Index));

    private static AttributeMap KeyOf(EngineTable table, RowKey row) => new ItemKey(row.Key).Decode(table.KeySchema);

    /// <summary>The entries of an index that a write makes or removes, one for each key.</summary>
    private static AttributeMap[] EntriesOf(KeyLayout layout, WriteEffect effect) =>
        (EntryOf(layout, effect.Old), EntryOf(layout, effect.New)) switch
        {
            ({ } old, { } made) => layout.KeyOf(old).AsSpan().SequenceEqual(layout.KeyOf(made)) ? [made] : [old, made],
            ({ } old, null) => [old],
            (null, { } made) => [made],
            _ => [],
        };

    private static AttributeMap? EntryOf(KeyLayout layout, StoredItem? item) =>
        item?.Item.Open() is { } attributes && layout.Has(attributes) ? attributes : null;
}
