using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Items;

/// <summary>
/// The fetch of one whole item, also for a reader with a projection: from what other processes have fetched, or else from the backend.
/// </summary>
internal sealed class ItemFetch(
    IDynamoBackend inner,
    ShieldedItems items,
    ISharedItems? shared,
    CacheKey key,
    FetchTerms terms,
    long begunAt,
    GetItem operation,
    TaskCreationOptions continuations)
    : Fetch<CachedItem>(key.Bytes, begunAt, continuations)
{
    private SharedLook look;

    /// <inheritdoc/>
    public override bool MayKeep => terms.Ticket is not null;

    /// <inheritdoc/>
    public override bool HasGrace => key.Table.Settings.ItemGrace > TimeSpan.Zero;

    /// <summary>Asks for an item, consistently if that is what it takes not to miss an ended write.</summary>
    public static async ValueTask<Reply> AskAsync(
        IDynamoBackend inner, GetItem operation, bool isConsistent, CancellationToken cancellationToken)
    {
        if (!isConsistent)
        {
            return await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
        }

        Reply reply = await inner.ExecuteAsync(operation.Consistently(), cancellationToken).ConfigureAwait(false);
        return reply is GetItemReply got ? new GetItemReply(got.Item, got.ConsumedCapacity?.Halved()) : reply;
    }

    /// <inheritdoc/>
    public override bool Serves(Fetch<CachedItem> other) => Version == ((ItemFetch)other).Version;

    /// <inheritdoc/>
    public override ValueTask<Reply> AskAsync() => shared is null || !MayKeep ? AskBackendAsync() : LookAsync(shared);

    /// <inheritdoc/>
    public override CachedItem? TryKeep(Reply reply)
    {
        CachedItem? kept = reply is GetItemReply got ? items.Fill(key, terms.Ticket, got.Item, look.Found?.Left) : null;
        if (kept is not null && look.Ticket is { } right)
        {
            shared!.Share(key, right, kept);
        }

        NotKept = kept is not null ? null
            : MayKeep ? "written to meanwhile, or not to be kept"
            : "a write is in flight or may still arrive";
        return kept;
    }

    /// <inheritdoc/>
    public override CachedItem? FindStale() => items.FindStale(key, terms.Ticket);

    private long Version => terms.Version;

    private async ValueTask<Reply> LookAsync(ISharedItems others)
    {
        look = await others.LookAsync(key).ConfigureAwait(false);
        return look.Found is { } known
            ? new GetItemReply(known.Item, null) { Cache = known.Left is { } left ? CacheStatus.HitFor(left) : CacheStatus.Hit }
            : await AskBackendAsync().ConfigureAwait(false);
    }

    private ValueTask<Reply> AskBackendAsync()
    {
        IsConsistent = !terms.IsSettled;
        return AskAsync(inner, operation.WholeItem(), IsConsistent, CancellationToken.None);
    }
}
