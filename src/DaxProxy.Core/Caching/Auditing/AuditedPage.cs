using DaxProxy.Core.Caching.Queries;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Auditing;

/// <summary>A page of a table or a local index that the query cache answered.</summary>
internal sealed class AuditedPage(QueryCache pages, SampledPage hit) : AuditedHit(hit.Plan.Table)
{
    /// <inheritdoc/>
    public override (long, long)? Version =>
        pages.VersionOf(hit.Plan, hit.Page) is { } stamp ? (stamp.PartitionVersion, stamp.ScopeVersion) : null;

    /// <inheritdoc/>
    /// <remarks>
    /// Compared is what the page shows. How many entries were read, and where reading stopped, may change without that.
    /// </remarks>
    public override async ValueTask<(bool? IsSame, long Units)> CompareAsync(IDynamoBackend backend, CancellationToken cancellationToken)
    {
        PageOperation read = hit.Plan.Request!.Consistently(ReturnConsumedCapacity.TOTAL);
        return await backend.ExecuteAsync(read, cancellationToken).ConfigureAwait(false) is PageReply page
            ? (IsSame(page), Math.Max(1, (long)Math.Ceiling(page.ConsumedCapacity?.TotalUnits ?? 0)))
            : (null, 1);
    }

    /// <inheritdoc/>
    public override void Drop() => pages.Drop(hit.Plan);

    private bool IsSame(PageReply truth)
    {
        if (truth.Count != hit.Page.Count || truth.Items is not { } right || pages.ItemsOf(hit.Page) is not { } left)
        {
            return truth.Count == hit.Page.Count;
        }

        return left.Count == right.Count && left.Zip(right).All(pair => IsSame(pair.First, pair.Second));
    }
}
