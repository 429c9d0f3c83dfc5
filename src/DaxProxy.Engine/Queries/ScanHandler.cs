using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Engine.Queries;

/// <summary>
/// Scan: a whole table or index in hash order. A segment is its share of the range of hashes, so every item of a partition is in one
/// segment.
/// </summary>
internal sealed class ScanHandler(TableReads reads, Consumption consumption)
{
    public Reply Execute(Scan request) =>
        reads.Run((request, consumption), static (ref scope, asked) => Read(ref scope, asked.request, asked.consumption));

    private static Reply Read(ref ReadScope scope, Scan request, Consumption consumption)
    {
        AttributeMap? start = request.ExclusiveStartKey?.Value;
        (long first, long last) = HashRange(request);
        DynamoError? error = PageRules.TryFindSource(ref scope, request, out PageSource? source)
            ?? (start is null
                ? null
                : PageRules.CheckStartKey(source!, start, isQuery: false) ?? CheckSegment(source!, request, start, first, last))
            ?? PageRules.CheckSelection(source!, request);
        return error is not null
            ? new ErrorReply(error)
            : scope.Read(source!.ReplicaFor(request), (source, request, start, first, last, consumption), static (session, page) =>
                new PageReader(session, page.source, page.request).Read(
                    Rows(session, page.source, page.start, page.first, page.last), page.consumption, partition: null));
    }

    private static DynamoError? CheckSegment(PageSource source, Scan request, AttributeMap start, long first, long last)
    {
        long hash = RowKey.HashColumn(start[source.Hash[0].Name]);
        return hash >= first && hash <= last
            ? null
            : QueryFaults.StartKeyOfOtherSegment(request.TotalSegments!.Value, request.Segment!.Value);
    }

    /// <summary>The hashes of segment s of T: from s/T to (s+1)/T of all, as columns, both inclusive.</summary>
    private static (long First, long Last) HashRange(Scan request)
    {
        ulong total = (ulong)(request.TotalSegments ?? 1), segment = (ulong)(request.Segment ?? 0);
        UInt128 all = UInt128.One << 64;

        // The smallest hash h with h * T / 2^64 >= s is s * 2^64 / T rounded up.
        UInt128 first = ((all * segment) + total - 1) / total, next = ((all * (segment + 1)) + total - 1) / total;
        return (RowKey.ToColumn((ulong)first), RowKey.ToColumn((ulong)(next - 1)));
    }

    private static Statement Rows(Session session, PageSource source, AttributeMap? start, long first, long last)
    {
        long hash = start is null ? first : RowKey.HashColumn(start[source.Hash[0].Name]);
        byte[] key = start is null ? [] : source.KeyOf(start);
        if (source.Index is null)
        {
            return session.Statement("SELECT item, size, page_size FROM items WHERE table_id = ?1 AND (hash, key) > (?2, ?3) "
                    + "AND hash <= ?4 ORDER BY hash, key")
                .Bind(1, source.Table.Id).Bind(2, hash).Bind(3, key).Bind(4, last);
        }

        byte[] item = start is null ? [] : ItemKey.Of(source.Table.KeySchema, start).Bytes.ToArray();
        return session.Statement("SELECT item, size, page_size, base, base_hash FROM entries "
                + "WHERE index_id = ?1 AND (hash, key, base) > (?2, ?3, ?4) AND hash <= ?5 ORDER BY hash, key, base")
            .Bind(1, source.Index.Id).Bind(2, hash).Bind(3, key).Bind(4, item).Bind(5, last);
    }
}
