using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>The fetch of one page.</summary>
/// <param name="inner">Who is asked.</param>
/// <param name="pages">Where the page is kept.</param>
/// <param name="plan">What is asked for.</param>
/// <param name="stamp">The versions of its fences before it is asked for.</param>
/// <param name="terms">Why it will not be kept, null if it may be; and whether it must be read consistently.</param>
/// <param name="begunAt">When it is begun, as <see cref="StaleWait"/> counts.</param>
/// <param name="operation">The request of the reader that began it.</param>
/// <param name="continuations">How those who wait go on.</param>
internal sealed class PageFetch(
    IDynamoBackend inner,
    ShieldedPages pages,
    PagePlan plan,
    PageStamp stamp,
    PageTerms terms,
    long begunAt,
    PageOperation operation,
    TaskCreationOptions continuations)
    : Fetch<CachedPage>(plan.Name, begunAt, continuations)
{
    /// <summary>The versions of the fences under which it began.</summary>
    public PageStamp Stamp { get; } = stamp;

    /// <inheritdoc/>
    public override bool MayKeep => terms.Refusal is null;

    /// <inheritdoc/>
    public override bool HasGrace => plan.Grace > TimeSpan.Zero;

    /// <summary>Asks for a page, consistently if that is what it takes not to miss an ended write.</summary>
    public static async ValueTask<Reply> AskAsync(
        IDynamoBackend inner, PageOperation operation, bool isConsistent, CancellationToken cancellationToken)
    {
        if (!isConsistent)
        {
            return await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
        }

        Reply reply = await inner.ExecuteAsync(operation.Consistently(), cancellationToken).ConfigureAwait(false);
        return reply is PageReply page ? page.With(page.ConsumedCapacity?.Halved(), default) : reply;
    }

    /// <inheritdoc/>
    public override bool Serves(Fetch<CachedPage> other) => Stamp == ((PageFetch)other).Stamp;

    /// <inheritdoc/>
    public override ValueTask<Reply> AskAsync()
    {
        IsConsistent = terms.IsConsistent;
        return AskAsync(inner, operation, IsConsistent, CancellationToken.None);
    }

    /// <inheritdoc/>
    public override CachedPage? TryKeep(Reply reply)
    {
        (CachedPage? kept, FillRefusal? refusal) =
            reply is PageReply page ? pages.TryStore(plan, Stamp, terms.Refusal, page, operation) : default;
        NotKept = refusal switch
        {
            FillRefusal.InDoubt => "a write may still arrive",
            FillRefusal.Unsettled => "the index may not have caught up",
            FillRefusal.Written => "written to meanwhile",
            _ => null,
        };
        return kept;
    }

    /// <inheritdoc/>
    public override CachedPage? FindStale() => pages.FindStale(plan);
}
