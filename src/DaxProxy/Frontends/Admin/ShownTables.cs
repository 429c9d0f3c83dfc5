using System.Globalization;
using DaxProxy.Core.Catalog;
using DaxProxy.Telemetry;
using Microsoft.Extensions.Primitives;

namespace DaxProxy.Frontends.Admin;

/// <summary>
/// The tables that statistics name, those used most, so that an answer has a limit however many tables there are; the others are summed up.
/// Immutable.
/// </summary>
/// <param name="Named">Those, in the order of the catalog where they are all, else those used most first.</param>
/// <param name="Others">The others that are known.</param>
/// <param name="Found">How many there are that were asked for.</param>
internal sealed record ShownTables(IReadOnlyList<CatalogTable> Named, IReadOnlyList<CatalogTable> Others, int Found)
{
    /// <summary>How many are named where the request says nothing.</summary>
    public const int Usual = 1000;

    /// <summary>What stands for the others. No table can have that name.</summary>
    public const string OthersName = TableLabels.Others;

    /// <summary>How many there are.</summary>
    public int Known => Named.Count + Others.Count;

    /// <summary>
    /// Chooses as a request says: <c>tables</c>, how many to name, and <c>like</c>, a part of their names. Null where that cannot be read.
    /// </summary>
    public static ShownTables? Of(IEnumerable<CatalogTable> known, IQueryCollection query)
    {
        int most = Usual;
        if (query.TryGetValue("tables", out StringValues asked)
            && !(int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out most) && most <= TableCatalog.MaxTables))
        {
            return null;
        }

        return Of(known, most, query["like"].ToString());
    }

    /// <summary>Chooses.</summary>
    /// <param name="known">All tables.</param>
    /// <param name="most">How many to name.</param>
    /// <param name="like">What is in their names, in any case; empty for all.</param>
    public static ShownTables Of(IEnumerable<CatalogTable> known, int most, string like)
    {
        ILookup<bool, CatalogTable> tables = known.ToLookup(
            table => like.Length == 0 || table.Info.TableName.Contains(like, StringComparison.OrdinalIgnoreCase));
        CatalogTable[] wanted = [.. tables[true]];
        if (wanted.Length <= most)
        {
            return new ShownTables(wanted, [.. tables[false]], wanted.Length);
        }

        CatalogTable[] byUse = [.. wanted.OrderByDescending(UsesOf).ThenBy(table => table.Info.TableName, StringComparer.Ordinal)];
        return new ShownTables(byUse[..most], [.. byUse[most..], .. tables[false]], wanted.Length);
    }

    private static long UsesOf(CatalogTable table)
    {
        TableStatistics items = table.Counters.Read();
        QueryStatistics pages = table.Counters.Queries.Read();
        return items.Hits + items.NegativeHits + items.Misses
            + pages.Hits + pages.MissesAbsent + pages.MissesWritten + pages.MissesForgotten;
    }
}
