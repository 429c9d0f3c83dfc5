using DaxProxy.Core.Catalog;
using DaxProxy.Options;

namespace DaxProxy.Backends;

/// <summary>
/// From the rules of section <c>Tables</c> to the settings of one table: of each option, what the most specific rule says. Immutable.
/// </summary>
internal sealed class TableSettings
{
    private readonly ProxyOptions options;
    private readonly List<(TablePattern Pattern, TableOptions Rule)> rules;

    /// <summary>The rules of options that were checked.</summary>
    public TableSettings(ProxyOptions options)
    {
        this.options = options;
        rules = [.. options.Tables.Select(rule => (TablePattern.TryParse(rule.Key)!, rule.Value)).OrderBy(rule => rule.Item1)];
    }

    /// <summary>The settings of a table. They never change.</summary>
    public TableCacheSettings Of(string table)
    {
        List<(TablePattern Pattern, TableOptions Rule)> mine = [.. rules.Where(rule => rule.Pattern.MatchesTable(table))];
        List<TableOptions> ofTable = [.. mine.Where(rule => rule.Pattern.Index is null).Select(rule => rule.Rule)];
        if (First(ofTable, rule => rule.Enabled) == false)
        {
            return TableCacheSettings.Off;
        }

        bool isFollowed = First(ofTable, rule => rule.FollowStream) == true;
        bool cachesQueries = options.QueryCache.Enabled;
        bool hasIndexRules = ofTable.Count < mine.Count;
        TimeSpan? grace = First(ofTable, rule => rule.ServeStale);
        TimeSpan graceOfPages = grace ?? options.QueryCache.ServeStale;
        TimeSpan ofPages = cachesQueries ? First(ofTable, rule => rule.QueryTimeToLive) ?? options.QueryCache.TimeToLive : TimeSpan.Zero;
        return new TableCacheSettings
        {
            CachesItems = options.ItemCache.Enabled && (First(ofTable, rule => rule.CacheItems) ?? true),
            TimeToLive = First(ofTable, rule => rule.TimeToLive) ?? options.ItemCache.TimeToLive,
            NegativeTimeToLive = First(ofTable, rule => rule.NegativeTimeToLive) ?? options.ItemCache.NegativeTimeToLive,
            QueryTimeToLive = ofPages,
            IndexTimeToLive = cachesQueries && hasIndexRules ? index => OfIndex(mine, index, ofPages) : null,
            ServeStale = grace ?? options.ItemCache.ServeStale,
            QueryServeStale = graceOfPages,
            IndexServeStale = hasIndexRules
                ? index => First(mine.Where(rule => rule.Pattern.MatchesIndex(index)), rule => rule.ServeStale) ?? graceOfPages
                : null,
            DaxCompatible = IsDaxCompatible(ofTable),
            MaxStreamLag = isFollowed ? First(ofTable, rule => rule.MaxStreamLag) ?? TableOptions.DefaultMaxStreamLag : null,
            IsValidated = options.Group.Redis.Length > 0 && ModeOf(table) == GroupMode.Validated,
        };
    }

    /// <summary>
    /// What the members of the group promise of a table. Always the same. Where the caches are to be as DAX is, no read waits, so writes
    /// do.
    /// </summary>
    public GroupMode ModeOf(string table)
    {
        List<TableOptions> mine =
            [.. rules.Where(rule => rule.Pattern.Index is null && rule.Pattern.MatchesTable(table)).Select(rule => rule.Rule)];
        GroupMode mode = First(mine, rule => rule.GroupMode) ?? options.Group.Mode;
        return mode == GroupMode.Validated && IsDaxCompatible(mine) ? GroupMode.Strict : mode;
    }

    /// <summary>Whether the local engine refuses what exceeds a table's throughput; null where it does so for none.</summary>
    public Func<string, bool>? EnforcesThroughput =>
        options.Backend.Throughput == ThroughputMode.Enforce || rules.Exists(rule => rule.Rule.Throughput == ThroughputMode.Enforce)
            ? table => (First(rules.Where(rule => rule.Pattern.MatchesTable(table)), rule => rule.Throughput)
                ?? options.Backend.Throughput) == ThroughputMode.Enforce
            : null;

    /// <summary>Whether the caches are to be as DAX is; not those of a followed table, whose bound no other rule lifts.</summary>
    private bool IsDaxCompatible(List<TableOptions> rules) =>
        First(rules, rule => rule.FollowStream) != true && (First(rules, rule => rule.DaxCompatible) ?? options.QueryCache.DaxCompatible);

    private static TimeSpan OfIndex(List<(TablePattern Pattern, TableOptions Rule)> rules, string index, TimeSpan ofTable)
    {
        // Asked for each query: allocates nothing.
        bool? isEnabled = null;
        TimeSpan? life = null;
        foreach ((TablePattern pattern, TableOptions rule) in rules)
        {
            if (pattern.MatchesIndex(index))
            {
                isEnabled ??= rule.Enabled;
                life ??= rule.QueryTimeToLive;
            }
        }

        return isEnabled == false ? TimeSpan.Zero : life ?? ofTable;
    }

    private static T? First<T>(IEnumerable<(TablePattern Pattern, TableOptions Rule)> rules, Func<TableOptions, T?> member)
        where T : struct => First(rules.Select(rule => rule.Rule), member);

    private static T? First<T>(IEnumerable<TableOptions> rules, Func<TableOptions, T?> member)
        where T : struct => rules.Select(member).FirstOrDefault(value => value is not null);
}
