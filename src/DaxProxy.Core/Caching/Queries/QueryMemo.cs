using System.Diagnostics.CodeAnalysis;
using DaxProxy.Core.Caching.Core;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Policies;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>The short way of a plain Query whose page is cached: what a request meant that came with the same bytes before.</summary>
/// <remarks>
/// Only an optimisation: it says yes where the full flow would have answered the same from the cache. A request's bytes say all that its
/// meaning follows from, but for the table they name, so a meaning is good until that table is forgotten or evicted. Pages are found by
/// their meaning as ever, and judged by their fences each time: nothing that is remembered here can make a page older. Thread-safe. A
/// look-up takes no lock and allocates nothing.
/// </remarks>
public sealed class QueryMemo
{
    /// <summary>Longer requests take the full flow.</summary>
    public const int MaxRequestBytes = 4096;

    private readonly CacheCore<Recollection> requests;
    private readonly QueryCache pages;
    private readonly ServingGate gate;

    /// <summary>An empty memo.</summary>
    /// <param name="pages">The pages.</param>
    /// <param name="gate">While it is closed nothing is answered.</param>
    /// <param name="maxBytes">Most bytes that requests and their meanings may take together. At least 1.</param>
    /// <param name="seed">What spreads requests; random in each process.</param>
    /// <param name="time">The clock.</param>
    public QueryMemo(QueryCache pages, ServingGate gate, long maxBytes, ulong seed, TimeProvider time)
    {
        this.pages = pages;
        this.gate = gate;
        requests = new CacheCore<Recollection>(maxBytes, 2 * MaxRequestBytes, seed, time);
    }

    /// <summary>The finished answer to a request, if that is all it takes; counts a hit, but no miss.</summary>
    /// <param name="request">The body of a Query, as it came.</param>
    /// <param name="access">What the caller may do; null where everyone may do everything.</param>
    /// <param name="face">The answer.</param>
    /// <param name="status">What to say of it.</param>
    /// <param name="table">The table that it is of.</param>
    public bool TryServe(
        ReadOnlySpan<byte> request, Access? access, out Face face, out CacheStatus status, [NotNullWhen(true)] out string? table)
    {
        face = default;
        status = default;
        table = null;
        if (request.Length > MaxRequestBytes
            || !gate.IsOpen
            || !requests.TryGet(request, out Recollection? known)
            || (access is not null && !access.MayPeek(PeekUse.JsonQuery, known.Source, AttributeType.NULL, default))
            || !pages.TryFindFresh(known.Plan, out CachedPage? page))
        {
            return false;
        }

        face = page.Face;
        status = pages.StatusOf(page);
        table = known.Plan.Table.Info.TableName;
        return true;
    }

    /// <summary>
    /// Remembers what a request meant that was answered from the cache as any other of the same bytes would be; all else is left out.
    /// </summary>
    /// <param name="request">The body of a Query, as it came. Not copied; never changed from now on.</param>
    /// <param name="reply">The answer to it.</param>
    public void Note(byte[] request, PageReply reply)
    {
        if (request.Length <= MaxRequestBytes
            && reply is { Meaning: PagePlan { Table.Settings.IsValidated: false } plan, ConsumedCapacity: null })
        {
            requests.Store(new Recollection(request, plan));
        }
    }

    private sealed class Recollection(byte[] request, PagePlan plan)
        : CacheEntry(request, PlanBytes + plan.Name.Length + (plan.Request is null ? 0 : 8 * request.Length), DateTimeOffset.MaxValue)
    {
        /// <summary>
        /// What a plan takes besides its name: its own fields, its partition and its range, roughly. Where the request is kept, as it was
        /// read, that takes some times its bytes.
        /// </summary>
        private const int PlanBytes = 400;

        public PagePlan Plan => plan;

        /// <summary>The table, or table and index, as policies name it.</summary>
        public string Source { get; } =
            plan.Index is null ? plan.Table.Info.TableName : $"{plan.Table.Info.TableName}/index/{plan.Index.IndexName}";

        protected internal override bool IsVoid => plan.Table.IsRetired;

        protected internal override void OnLeft(RemovalReason why)
        {
            // Nothing is counted of it.
        }
    }
}
