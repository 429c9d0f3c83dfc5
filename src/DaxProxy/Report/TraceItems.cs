using DaxProxy.Recording;

namespace DaxProxy.Report;

/// <summary>The items of a report's table that stand for those of a trace, by their numbers. Immutable.</summary>
/// <remarks>
/// Those of a table lie side by side, and among them those of a partition. A page that showed more items than are known otherwise has
/// others kept for it.
/// </remarks>
internal sealed class TraceItems
{
    /// <summary>Most items that are kept for a page.</summary>
    private const int MostOfPage = 1000;

    private readonly Dictionary<(string Table, string Partition), Place> partitions = [];
    private readonly Dictionary<string, Place> tables = new(StringComparer.Ordinal);

    /// <summary>Numbers the items.</summary>
    /// <param name="records">The trace.</param>
    public TraceItems(IReadOnlyList<TraceRecord> records)
    {
        foreach (IGrouping<string, TraceRecord> table in records.GroupBy(record => record.Table, StringComparer.Ordinal))
        {
            Place whole = new() { First = Count };
            List<Place> ofTable = [];
            tables.Add(table.Key, whole);
            foreach (TraceRecord record in table)
            {
                foreach ((int at, string key) in record.Keys.Index())
                {
                    PlaceOf(record.Table, PartitionOf(record, at), ofTable).Add(key);
                }

                if (record.Page is { } page)
                {
                    Place read = record.Partitions is [{ } partition] ? PlaceOf(record.Table, partition, ofTable) : whole;
                    read.Pages.TryAdd(page, read.Pages.Count);
                    read.Count = Math.Max(read.Count, Math.Clamp(record.Items, 1, MostOfPage));
                }
            }

            foreach (Place partition in ofTable)
            {
                partition.First = Count;
                Count += partition.Count;
            }

            Count = Math.Max(Count, whole.First + whole.Count);
            whole.Count = Count - whole.First;
        }

        Place PlaceOf(string table, string partition, List<Place> ofTable)
        {
            if (!partitions.TryGetValue((table, partition), out Place? place))
            {
                ofTable.Add(place = partitions[(table, partition)] = new Place());
            }

            return place;
        }
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The items that a record is for, in its order.</summary>
    public IEnumerable<int> Of(TraceRecord record) =>
        record.Keys.Select((key, at) => partitions[(record.Table, PartitionOf(record, at))].Of(key));

    /// <summary>
    /// The item that a page begins at: those of one partition that differ begin at different ones, as far as there are so many.
    /// </summary>
    public int FirstOf(TraceRecord record)
    {
        Place read = record.Partitions is [{ } partition] ? partitions[(record.Table, partition)] : tables[record.Table];
        return read.First + (read.Pages[record.Page!] % read.Count);
    }

    /// <summary>Where the table has no sort key, each item is a partition.</summary>
    private static string PartitionOf(TraceRecord record, int at) => at < record.Partitions.Count ? record.Partitions[at] : record.Keys[at];

    /// <summary>Where the items of a partition, or of a table, are.</summary>
    private sealed class Place
    {
        private readonly Dictionary<string, int> keys = new(StringComparer.Ordinal);

        public int First { get; set; }

        public int Count { get; set; }

        /// <summary>The pages that are read of it, by their numbers.</summary>
        public Dictionary<string, int> Pages { get; } = new(StringComparer.Ordinal);

        public void Add(string key)
        {
            keys.TryAdd(key, keys.Count);
            Count = Math.Max(Count, keys.Count);
        }

        public int Of(string key) => First + keys[key];
    }
}
