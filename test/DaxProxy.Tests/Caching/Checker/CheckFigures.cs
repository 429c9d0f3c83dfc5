namespace DaxProxy.Tests.Caching.Checker;

/// <summary>What a check did.</summary>
internal sealed class CheckFigures
{
    public HashSet<QueryShape> Shapes { get; } = [];

    public long Reads { get; set; }

    /// <summary>Queries whose page the short way found, too.</summary>
    public long ShortWays { get; set; }

    public long Writes { get; set; }

    /// <summary>Evictions, expiries, changes of tables, writes past the caches, steps of the clock.</summary>
    public long Others { get; set; }

    /// <summary>Tables made and dropped, indexes added and removed.</summary>
    public long TableChanges { get; set; }

    public long ItemHits { get; set; }

    public long PageHits { get; set; }

    /// <summary>Misses answered by what another member had fetched.</summary>
    public long SharedHits { get; set; }

    /// <summary>Answers past the end of a life, as the backend failed: items, batches among them, and pages.</summary>
    public long StaleItems { get; set; }

    public long StalePages { get; set; }

    /// <summary>Pages found wrong or not provably right at look-up.</summary>
    public long PagesDropped { get; set; }

    /// <summary>Those of them to which nothing had been written that they depend on.</summary>
    public long PagesDroppedForNothing { get; set; }

    /// <summary>Answers for which too many states were possible to look at all.</summary>
    public long Undecided { get; set; }

    public long Operations => Reads + Writes + Others;

    public double ImprecisionPercent => 100.0 * PagesDroppedForNothing / Math.Max(1, PageHits + PagesDropped);

    public override string ToString() =>
        $"operations {Operations}, shapes {Shapes.Count}, reads {Reads}, writes {Writes}, changes of tables {TableChanges}, "
        + $"item hits {ItemHits}, page hits {PageHits} ({ShortWays} by the short way, too), shared {SharedHits}, stale {StaleItems} and {StalePages}, "
        + $"pages dropped {PagesDropped}, of these for nothing {PagesDroppedForNothing} ({ImprecisionPercent:0.00} % of the pages asked for), "
        + $"answers not decided {Undecided}";
}
