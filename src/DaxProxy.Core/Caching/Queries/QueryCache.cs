using System.Diagnostics.CodeAnalysis;
using DaxProxy.Core.Caching.Core;
using DaxProxy.Core.Caching.Explaining;
using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Caching.HotKeys;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>
/// The answers to Query and Scan that we remember, within a limit of bytes, and the fences that say whether they are still right.
/// </summary>
/// <remarks>Thread-safe. Why the rules are as they are: <c>DESIGN.md</c>.</remarks>
public sealed class QueryCache
{
    /// <summary>The largest page that is kept, if the budget is eight times as much; otherwise an eighth of the budget is.</summary>
    private const int LargestEntryBytes = 4 << 20;

    private readonly CacheCore<CachedPage> pages;
    private readonly Lifetimes lives;
    private readonly TimeProvider time;
    private readonly HotReads<PagePlan>? hot;
    private readonly Func<PageReply, Face> render;
    private readonly Func<Face, IReadOnlyList<Item>?> open;

    /// <summary>An empty cache.</summary>
    /// <param name="options">Its limits.</param>
    /// <param name="seed">What spreads names and partitions; random in each process.</param>
    /// <param name="time">The clock.</param>
    /// <param name="render">Finishes an answer, without its capacity.</param>
    /// <param name="open">The items of a finished answer; null where it has none, only their count.</param>
    public QueryCache(
        QueryCacheOptions options, ulong seed, TimeProvider time, Func<PageReply, Face> render, Func<Face, IReadOnlyList<Item>?> open)
    {
        this.time = time;
        this.render = render;
        this.open = open;
        Fences = new QueryFences(options, seed, time);
        Patience = new StaleWait(options.StaleAfter, time);
        Continuations = options.Continuations;
        hot = options.FindsHot ? new(KeyedHash.Of(seed, "hot"u8), time) : null;
        lives = new Lifetimes(options.Jitter, options.EarlyRefresh, seed, time);
        pages = new CacheCore<CachedPage>(options.MaxBytes, LargestEntryBytes, seed, time);
    }

    /// <summary>How many pages there are, the expired among them included.</summary>
    public int Count => pages.Count;

    /// <summary>What they take of the budget.</summary>
    public long Bytes => pages.Bytes;

    /// <summary>What is to see hits; null, the default, for nothing. Set before the first request.</summary>
    internal HitSampler? Sampler { get; set; }

    internal QueryFences Fences { get; }

    internal StaleWait Patience { get; }

    /// <summary>How those who wait for a fetch go on.</summary>
    internal TaskCreationOptions Continuations { get; }

    /// <summary>The page of a plan, if it is still right; counts a hit or says why there is none.</summary>
    internal bool TryFind(PagePlan plan, Explanation? explanation, [NotNullWhen(true)] out CachedPage? page)
    {
        QueryCounters counters = plan.Table.Counters.Queries;
        FenceVerdict verdict = FenceVerdict.Untouched;
        if (!pages.TryGet(plan.Name, out page))
        {
            NoteRead(plan, null);
            counters.CountMiss();
            explanation?.Say(Remarks.PageNotKnown);
            return false;
        }

        if (!plan.Table.Settings.DaxCompatible)
        {
            verdict = Fences.Judge(plan.Guard, page.Stamp, page.Covered, page.View, out PageStamp now);
            if (verdict is FenceVerdict.Written or FenceVerdict.Forgotten)
            {
                // Not removed: what is there by now may be a newer page. What is fetched next takes its place.
                counters.CountDrop(verdict);
                NoteRead(plan, null);
                explanation?.Say(verdict == FenceVerdict.Written ? Remarks.PageWritten : Remarks.PageForgotten);
                page = null;
                return false;
            }

            if (verdict == FenceVerdict.Missed)
            {
                page.Stamp = now;
            }
        }

        counters.CountHit(verdict);
        NoteRead(plan, page);
        explanation?.Say(Remarks.PageOf(time.GetUtcNow() - page.StoredAt));
        explanation?.Say(WhyRight(plan, verdict));
        return true;
    }

    /// <summary>How a read of this plan would be answered, of a table whose pages may be answered.</summary>
    internal Forecast Foresee(PagePlan plan)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (pages.Look(plan.Name) is not { } page || page.IsExpired(time))
        {
            return Forecast.Miss(Remarks.PageNotKnown);
        }

        bool isJudged = !plan.Table.Settings.DaxCompatible;
        FenceVerdict verdict = isJudged
            ? Fences.Judge(plan.Guard, page.Stamp, page.Covered, page.View, out _)
            : FenceVerdict.Untouched;
        if (verdict is FenceVerdict.Written or FenceVerdict.Forgotten)
        {
            return Forecast.Miss(verdict == FenceVerdict.Written ? Remarks.PageWritten : Remarks.PageForgotten);
        }

        TimeSpan? left = page.ExpiresAt == DateTimeOffset.MaxValue ? null : page.ExpiresAt - now;
        string what = plan.Index is { } index ? $"index {index.IndexName}" : "the table";
        string[] ends = !isJudged ? []
            : [plan.Partition is null
                ? $"a write to {what} of an item that the page shows or may show"
                : $"a write to its partition of {what}, between its sort keys, of an item that it shows or may show"];
        return new(ForecastAnswer.Hit, StatusOf(page), [Remarks.PageOf(now - page.StoredAt), WhyRight(plan, verdict)])
        {
            Entry = new("page", now - page.StoredAt, left, page.EntryBytes, ends),
        };
    }

    private void NoteRead(PagePlan plan, CachedPage? hit)
    {
        // Of others it is not known what is right: no read of a global index is consistent, and as DAX does it, pages may be old.
        if (hit is not null && Sampler?.Picks() == true
            && plan is { Request: not null, IsGlobalIndex: false, Table.Settings.DaxCompatible: false })
        {
            Sampler.Add(new SampledPage(plan, hit));
        }

        if (ReadSampling.IsPicked())
        {
            if (hit is not null)
            {
                plan.Table.Counters.Queries.CountSaved(hit.Face.Body.Length, ReadSampling.ReadsPerSample);
            }

            hot?.Note(plan.Table.Info.TableName, plan.Name.AsSpan(CatalogTable.PrefixBytes), plan);
        }
    }

    private static string WhyRight(PagePlan plan, FenceVerdict verdict) =>
        plan.Table.Settings.DaxCompatible ? Remarks.WritesNotLookedAt
        : verdict == FenceVerdict.Missed ? Remarks.WritesOutside
        : Remarks.NoWrite;

    /// <summary>
    /// As <see cref="TryFind"/>, but false also for a page that should be fetched again or whose table is not known any more, and without
    /// counting what it does not find.
    /// </summary>
    internal bool TryFindFresh(PagePlan plan, [NotNullWhen(true)] out CachedPage? page)
    {
        if (plan.Table.IsRetired || !plan.Table.IsFresh || !pages.TryGet(plan.Name, out page))
        {
            page = null;
            return false;
        }

        TableCacheSettings settings = plan.Table.Settings;
        FenceVerdict verdict = FenceVerdict.Untouched;
        PageStamp now = default;
        if ((!settings.DaxCompatible && (verdict = Fences.Judge(plan.Guard, page.Stamp, page.Covered, page.View, out now))
                is FenceVerdict.Written or FenceVerdict.Forgotten)
            || lives.IsDue(page, RefreshedLifeOf(plan)))
        {
            page = null;
            return false;
        }

        if (verdict == FenceVerdict.Missed)
        {
            page.Stamp = now;
        }

        plan.Table.Counters.Queries.CountHit(verdict);
        NoteRead(plan, page);
        return true;
    }

    /// <summary>The queries and scans that are made most, the most first; none where they are not looked for.</summary>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<HotRead> HotQueries(int most) => hot?.Read(most, static (plan, hash) => new(
        plan.Table.Info.TableName,
        plan.Index?.IndexName,
        plan.Partition is null ? Scan.Definition.Name : Query.Definition.Name,
        plan.PartitionAttributes(),
        hash)) ?? [];

    /// <summary>
    /// The stale page of a plan, past the end of its life and in its grace, for a reader that could not fetch it. It is judged as any page
    /// is: false if it was written to. Always false where fences are not asked (<see cref="TableCacheSettings.DaxCompatible"/>).
    /// </summary>
    internal bool TryFindStale(PagePlan plan, [NotNullWhen(true)] out CachedPage? page) =>
        pages.TryGetStale(plan.Name, out page) && !plan.Table.IsRetired && plan.Table.IsFresh
        && Fences.Judge(plan.Guard, page.Stamp, page.Covered, page.View, out _) is FenceVerdict.Untouched or FenceVerdict.Missed;

    /// <summary>
    /// The versions of its fences while this page is answered; null where it is not, or where a write may still arrive. Counts no hit.
    /// </summary>
    internal PageStamp? VersionOf(PagePlan plan, CachedPage page) =>
        !plan.Table.IsRetired && plan.Table.IsFresh && !Fences.IsInDoubt(plan.Guard)
        && pages.Look(plan.Name) is { } there && !there.IsExpired(time) && there.Face.Body.Equals(page.Face.Body)
        && Fences.Judge(plan.Guard, there.Stamp, there.Covered, there.View, out PageStamp now)
            is FenceVerdict.Untouched or FenceVerdict.Missed
            ? now
            : null;

    /// <summary>The items that a page shows; null where it shows only how many there are.</summary>
    internal IReadOnlyList<Item>? ItemsOf(CachedPage page) => open(page.Face);

    /// <summary>Forgets the page of a plan.</summary>
    internal void Drop(PagePlan plan) => pages.Remove(plan.Name);

    /// <summary>Whether the reader that was given this page is to fetch it again. Only one reader is told so.</summary>
    internal bool MustRefresh(PagePlan plan, CachedPage page)
    {
        if (!lives.IsDue(page, RefreshedLifeOf(plan)) || !page.TryBeginRefresh())
        {
            return false;
        }

        plan.Table.Counters.Queries.CountRefresh();
        return true;
    }

    /// <summary>The terms of a fetch that begins now.</summary>
    internal PageTerms TermsFor(PagePlan plan) => new(FindRefusal(plan), MustReadConsistently(plan));

    private FillRefusal? FindRefusal(PagePlan plan) =>
        plan.Table.Settings.DaxCompatible ? null
        : Fences.IsInDoubt(plan.Guard) ? FillRefusal.InDoubt
        : plan.IsGlobalIndex && !Fences.IsSettled(plan.Guard, isGlobalIndex: true) ? FillRefusal.Unsettled
        : null;

    private bool MustReadConsistently(PagePlan plan) =>
        !plan.Table.Settings.DaxCompatible && !plan.IsGlobalIndex && !Fences.IsSettled(plan.Guard, isGlobalIndex: false);

    /// <summary>Keeps an answer; gives the page, or why there is none (both null where it is too large).</summary>
    /// <param name="plan">What was asked.</param>
    /// <param name="asked">The versions of its fences before it was asked.</param>
    /// <param name="refusal">Why it may not be kept, as found before it was asked; null if it may.</param>
    /// <param name="reply">The answer.</param>
    /// <param name="operation">The request that was sent.</param>
    internal (CachedPage? Page, FillRefusal? Refusal) TryStore(
        PagePlan plan, PageStamp asked, FillRefusal? refusal, PageReply reply, PageOperation operation)
    {
        QueryCounters counters = plan.Table.Counters.Queries;
        if (refusal is { } reason)
        {
            counters.CountRefusedFill(reason);
            return (null, reason);
        }

        SortKeyRange covered = plan.CoveredBy(reply.LastEvaluatedKey);
        PageView view = PageView.Of(Fences, plan.Table.Info, plan.Index, operation, reply);
        PageStamp now = asked;
        if (!plan.Table.Settings.DaxCompatible
            && Fences.Judge(plan.Guard, asked, covered, view, out now) is FenceVerdict.Written or FenceVerdict.Forgotten)
        {
            counters.CountRefusedFill(FillRefusal.Written);
            return (null, FillRefusal.Written);
        }

        Face face = render(reply);
        CachedPage page = new(
            plan,
            reply,
            face,
            view.From(() => open(face)),
            now,
            covered,
            time.GetUtcNow(),
            lives.EndOf(plan.Name, plan.TimeToLive));
        page.CountStored();
        return (pages.Store(page) ? page : null, null);
    }

    /// <summary>The answer that a page is.</summary>
    /// <param name="page">The page.</param>
    /// <param name="capacity">What the caller is told that it consumed.</param>
    /// <param name="status">What it is told of the cache.</param>
    /// <param name="hit">
    /// What was asked, if the page has been asked for before: only then is more worth its room that serves those who ask again.
    /// </param>
    internal PageReply Answer(CachedPage page, ConsumedCapacity? capacity, CacheStatus status, PagePlan? hit = null) => new()
    {
        Count = page.Count,
        ScannedCount = page.ScannedCount,
        LastEvaluatedKey = page.LastEvaluatedKey,
        ConsumedCapacity = capacity,
        Face = page.Face,
        Opener = () => open(page.Face),
        DaxFace = page.DaxFace,
        DaxFaceKeeper = hit is not null && page.DaxFace is null ? (table, face) => TryKeepDaxFace(page, table, face) : null,
        Meaning = hit,
        Cache = status,
    };

    /// <summary>
    /// Keeps the answer of the DAX protocol beside the page, in an entry that takes the place of this one. False, with nothing changed, if
    /// this one has left meanwhile, if both together are too large, or if the answer was made for what the table was at another time.
    /// </summary>
    /// <remarks>
    /// No fence is needed: the new entry says the same as the one that is there, under the versions under which that was right.
    /// </remarks>
    internal bool TryKeepDaxFace(CachedPage page, TableInfo table, byte[] daxFace)
    {
        CachedPage entry = page.With(daxFace);
        bool isKept = ReferenceEquals(page.Table, table) && pages.TryReplace(page, entry);
        if (isKept)
        {
            entry.CountStored();
        }

        return isKept;
    }

    /// <summary>What the life of a page was made of; zero where none is to be fetched early.</summary>
    private static TimeSpan RefreshedLifeOf(PagePlan plan) => plan.Table.Settings.DaxCompatible ? TimeSpan.Zero : plan.TimeToLive;

    /// <summary>What to say of a page whose life has ended.</summary>
    internal CacheStatus StaleStatusOf(CachedPage page, string failure) => CacheStatus.Stale(page.ExpiresAt - time.GetUtcNow(), failure);

    /// <summary>What to say of a hit.</summary>
    internal CacheStatus StatusOf(CachedPage page) => CacheStatus.HitFor(page.ExpiresAt - time.GetUtcNow());
}
