using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>
/// Finds out which cached pages were dropped for nothing: nothing had been written to the sort keys of the partition that they cover.
/// </summary>
internal sealed class Precision(History history)
{
    private readonly Dictionary<string, (int Instant, AttributeMap? End)> pages = [];

    /// <summary>A page was answered.</summary>
    /// <param name="name">Its name in the cache.</param>
    /// <param name="instant">The last effect when it was asked for.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="isHit">Whether it had been cached before.</param>
    public void Note(string? name, int instant, AttributeMap? end, bool isHit)
    {
        if (name is not null && !isHit)
        {
            pages[name] = (instant, end);
        }
    }

    /// <summary>A page was asked for: counts it if a cached one was dropped.</summary>
    public void Count(CheckFigures figures, PageOperation page, QueryStatistics? before, QueryStatistics? after, string? name)
    {
        if (before is null || after is null || name is null
            || after.MissesWritten + after.MissesForgotten <= before.MissesWritten + before.MissesForgotten)
        {
            return;
        }

        figures.PagesDropped++;
        TableInfo? info = history[page.TableName].Info;
        if (info is not null && page is Query && pages.TryGetValue(name, out (int Instant, AttributeMap? End) stored))
        {
            PageOrder order = new(info, page.IndexName is null ? null : info.Indexes.GetValueOrDefault(page.IndexName), page);
            bool isWritten = history.EffectsSince(page.TableName, stored.Instant).Any(change =>
                (change.Old is null && change.New is null)
                    || Lies(order, change.Old, page, stored.End)
                    || Lies(order, change.New, page, stored.End));
            figures.PagesDroppedForNothing += isWritten ? 0 : 1;
        }
    }

    private static bool Lies(PageOrder order, Row? row, PageOperation page, AttributeMap? end) =>
        row is not null && order.Includes(row.Attributes)
        && (page.ExclusiveStartKey?.Value is not { } start || order.CompareSortKeys(row.Attributes, start) >= 0)
        && (end is null || order.CompareSortKeys(row.Attributes, end) <= 0);
}
