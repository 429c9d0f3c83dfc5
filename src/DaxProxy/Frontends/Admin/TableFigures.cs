using System.Text.Json;
using DaxProxy.Core.Catalog;

namespace DaxProxy.Frontends.Admin;

/// <summary>The parts of <c>/api/stats</c> about what the caches did for each table, and for all others together.</summary>
internal static class TableFigures
{
    private static readonly (string Name, Func<TableStatistics, long> Of)[] OfItems =
    [
        ("hits", table => table.Hits),
        ("negativeHits", table => table.NegativeHits),
        ("misses", table => table.Misses),
        ("stored", table => table.Stored),
        ("fillsRefusedWritten", table => table.FillsRefusedWritten),
        ("fillsRefusedInDoubt", table => table.FillsRefusedInDoubt),
        ("dropsOverlapped", table => table.DropsOverlapped),
        ("dropsSuspected", table => table.DropsSuspected),
        ("dropsUnreported", table => table.DropsUnreported),
        ("dropsUnknown", table => table.DropsUnknown),
        ("refreshes", table => table.Refreshes),
        ("staleHits", table => table.StaleHits),
        ("evictedForCapacity", table => table.EvictedForCapacity),
        ("evictedByAge", table => table.EvictedByAge),
        ("entries", table => table.Entries),
        ("bytes", table => table.Bytes),
    ];

    private static readonly (string Name, Func<QueryStatistics, long> Of)[] OfPages =
    [
        ("hits", table => table.Hits),
        ("hitsPastWrites", table => table.HitsPastWrites),
        ("missesAbsent", table => table.MissesAbsent),
        ("missesWritten", table => table.MissesWritten),
        ("missesForgotten", table => table.MissesForgotten),
        ("stored", table => table.Stored),
        ("fillsRefusedWritten", table => table.FillsRefusedWritten),
        ("fillsRefusedInDoubt", table => table.FillsRefusedInDoubt),
        ("fillsRefusedUnsettled", table => table.FillsRefusedUnsettled),
        ("refreshes", table => table.Refreshes),
        ("staleHits", table => table.StaleHits),
        ("evictedForCapacity", table => table.EvictedForCapacity),
        ("evictedByAge", table => table.EvictedByAge),
        ("entries", table => table.Entries),
        ("bytes", table => table.Bytes),
    ];

    /// <summary>Writes <c>cache</c> and <c>queryCache</c>.</summary>
    public static void Write(Utf8JsonWriter writer, ShownTables tables)
    {
        Write(writer, "cache", tables, OfItems, table => table.Counters.Read(), table => table.Counters.ReadUnitsSaved);
        Write(
            writer,
            "queryCache",
            tables,
            OfPages,
            table => table.Counters.Queries.Read(),
            table => table.Counters.Queries.ReadUnitsSaved);
    }

    private static void Write<T>(
        Utf8JsonWriter writer,
        string member,
        ShownTables tables,
        (string Name, Func<T, long> Of)[] figures,
        Func<CatalogTable, T> read,
        Func<CatalogTable, double> unitsSaved)
    {
        writer.WriteStartObject(member);
        foreach (CatalogTable table in tables.Named)
        {
            T known = read(table);
            WriteOne(table.Info.TableName, figure => figure(known), unitsSaved(table));
        }

        if (tables.Others.Count > 0)
        {
            T[] others = [.. tables.Others.Select(read)];
            WriteOne(ShownTables.OthersName, figure => others.Sum(figure), tables.Others.Sum(unitsSaved));
        }

        writer.WriteEndObject();

        void WriteOne(string name, Func<Func<T, long>, long> of, double saved)
        {
            writer.WriteStartObject(name);
            foreach ((string figure, Func<T, long> value) in figures)
            {
                writer.WriteNumber(figure, of(value));
            }

            writer.WriteNumber("readUnitsSaved", saved);
            writer.WriteEndObject();
        }
    }
}
