using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Engine.Queries;

/// <summary>Query: one partition of a table or index, in the order of its sort key.</summary>
internal sealed class QueryHandler(TableReads reads, Consumption consumption, ValidationProfile profile)
{
    private readonly ValidationLayer layer = profile.LayerOf(nameof(Query));

    public Reply Execute(Query request) =>
        reads.Run(
            (request, layer, consumption),
            static (ref scope, query) => Read(ref scope, query.request, query.layer, query.consumption));

    private static Reply Read(ref ReadScope scope, Query request, ValidationLayer layer, Consumption consumption)
    {
        AttributeMap? start = request.ExclusiveStartKey?.Value;
        KeyRange? range = null;
        DynamoError? error = PageRules.TryFindSource(ref scope, request, out PageSource? source)
            ?? (start is null ? null : PageRules.CheckStartKey(source!, start, isQuery: true))
            ?? KeyConditionPlan.TryPlan(source!, request.KeyCondition.Conditions, layer, out range)
            ?? (start is null ? null : CheckPosition(source!, request, range!, start))
            ?? CheckFilter(source!, request)
            ?? PageRules.CheckSelection(source!, request);
        return error is not null
            ? new ErrorReply(error)
            : scope.Read(source!.ReplicaFor(request), (source, range: range!, request, start, consumption), static (session, page) =>
                new PageReader(session, page.source, page.request).Read(
                    Rows(session, page.source, page.range, page.request, page.start), page.consumption, page.range.Hash));
    }

    private static DynamoError? CheckFilter(PageSource source, Query request)
    {
        if (request.Filter is null)
        {
            return null;
        }

        string? key = request.Filter.TopLevelNames.FirstOrDefault(name => source.Hash.Concat(source.Range).Any(k => k.Name == name));
        return key is null ? null : QueryFaults.FilterOnKey(request.FilterName, key);
    }

    private static DynamoError? CheckPosition(PageSource source, Query request, KeyRange range, AttributeMap start)
    {
        bool isRestricted = request.KeyCondition.Conditions.Count > source.Hash.Count;
        bool isOtherPartition = source.Hash.Any(hash =>
            !request.KeyCondition.Conditions.First(condition => condition.AttributeName == hash.Name).Value.Equals(start[hash.Name]));
        if (isOtherPartition)
        {
            return isRestricted ? QueryFaults.CannotRestart : QueryFaults.StartKeyOutside;
        }

        if (source.Index is null && source.Range.Count == 0)
        {
            return QueryFaults.StartKeyOfHashTable(start);
        }

        return range.Contains(source.KeyOf(start)) ? null : QueryFaults.StartKeyOutsideRange;
    }

    private static Statement Rows(Session session, PageSource source, KeyRange range, Query request, AttributeMap? start)
    {
        string order = request.ScanIndexForward ? "" : " DESC";
        string beyond = request.ScanIndexForward ? ">" : "<";
        if (source.Index is null)
        {
            string position = start is null ? "" : $" AND key {beyond} ?5";
            Statement rows = session.Statement(
                    "SELECT item, size, page_size FROM items WHERE table_id = ?1 AND hash = ?2 AND key >= ?3 AND key < ?4"
                    + $"{position} ORDER BY key{order}")
                .Bind(1, source.Table.Id).Bind(2, range.Hash).Bind(3, range.First).Bind(4, range.End);
            return start is null ? rows : rows.Bind(5, source.KeyOf(start));
        }

        string entryPosition = start is null ? "" : $" AND (key, base) {beyond} (?5, ?6)";
        Statement entries = session.Statement(
                "SELECT item, size, page_size, base, base_hash FROM entries WHERE index_id = ?1 AND hash = ?2 AND key >= ?3 AND key < ?4"
                + $"{entryPosition} ORDER BY key{order}, base{order}")
            .Bind(1, source.Index.Id).Bind(2, range.Hash).Bind(3, range.First).Bind(4, range.End);
        return start is null
            ? entries
            : entries.Bind(5, source.KeyOf(start)).Bind(6, ItemKey.Of(source.Table.KeySchema, start).Bytes.Span);
    }
}
