using System.Collections.Concurrent;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Fetching;

/// <summary>The fetches under way, so that readers that miss one thing at one time ask once.</summary>
/// <remarks>
/// A fetch is joined only under the versions under which it began: a reader that comes after a write must not be given what was asked for
/// before it. It starts another fetch, which takes the place of the first. Thread-safe.
/// </remarks>
/// <param name="patience">How long a reader waits before it gets a stale entry.</param>
internal sealed class SharedFetches<TEntry>(StaleWait patience)
    where TEntry : class
{
    private readonly ConcurrentDictionary<byte[], Fetch<TEntry>> running = new(NameComparer.Instance);

    /// <summary>Fetches, or waits for a fetch under way. Throws what the backend throws where there is no stale entry to answer.</summary>
    /// <param name="own">The reader's own fetch, which it begins where it may not wait for another one.</param>
    /// <param name="explanation">Where to say what was done; null for nowhere.</param>
    /// <param name="cancellationToken">The reader leaves. The fetch goes on for those who wait for it.</param>
    /// <returns>What came of it, and whether it was the reader's own.</returns>
    public async ValueTask<(FetchResult<TEntry> Result, bool IsOwn)> FetchAsync(
        Fetch<TEntry> own, Explanation? explanation, CancellationToken cancellationToken)
    {
        // 1. One fetch for all readers that miss the entry at one time, under the same versions of its fences.
        Fetch<TEntry> fetch = Join(own);

        // 2. The first reader runs it. It goes on if that reader leaves.
        if (fetch == own)
        {
            _ = RunAsync(own);
        }

        // 3. All wait; where a stale entry may be answered, no longer than for it.
        FetchResult<TEntry> result = await WaitAsync(fetch, cancellationToken).ConfigureAwait(false);
        if (explanation is not null)
        {
            Explain(explanation, fetch, fetch == own, result);
        }

        return (result, fetch == own);
    }

    /// <summary>
    /// Fetches with no reader waiting, as a miss would, unless a fetch is under way or what comes would not be kept. Throws nothing.
    /// </summary>
    /// <param name="begin">Begins the fetch; gives null where that cannot be.</param>
    /// <returns>What the backend answered; null where it did not, or was not asked.</returns>
    public async ValueTask<Reply?> RefreshAsync(Func<Fetch<TEntry>?> begin)
    {
        // A backend may answer in the caller's thread, which has a reader to answer first.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (begin() is not { MayKeep: true } own || Join(own) != own)
        {
            return null;
        }

        await RunAsync(own).ConfigureAwait(false);
        return own.Task.IsCompletedSuccessfully ? own.Task.Result.Reply : null;
    }

    private Fetch<TEntry> Join(Fetch<TEntry> own) => running.AddOrUpdate(
        own.Name, static (_, own) => own, static (_, current, own) => current.Serves(own) ? current : own, own);

    /// <summary>Belongs to all who wait: no one's cancellation ends it, and its fault is theirs, not the thread pool's.</summary>
    private async Task RunAsync(Fetch<TEntry> fetch)
    {
        FetchResult<TEntry> result;
        try
        {
            Reply reply = await fetch.AskAsync().ConfigureAwait(false);
            result = BackendFailure.Of(reply) is { } failure
                ? new FetchResult<TEntry>(reply, fetch.FindStale(), failure)
                : new FetchResult<TEntry>(reply, fetch.TryKeep(reply));
        }
        catch (Exception fault)
        {
            if (fetch.FindStale() is not { } stale)
            {
                Close(fetch);
                fetch.SetException(fault);
                _ = fetch.Task.Exception;
                return;
            }

            result = new FetchResult<TEntry>(null, stale, BackendFailure.NoAnswer);
        }

        Close(fetch);
        fetch.SetResult(result);
    }

    /// <summary>
    /// A reader that can be given a stale entry does not wait as long as the backend may take. After the wait the entry is looked up again,
    /// as after a failure: a write may have begun. The fetch goes on.
    /// </summary>
    private async ValueTask<FetchResult<TEntry>> WaitAsync(Fetch<TEntry> fetch, CancellationToken cancellationToken) =>
        !fetch.Task.IsCompleted
        && fetch.HasGrace
        && fetch.FindStale() is not null
        && !await patience.SufficesAsync(fetch.Task, fetch.BegunAt, cancellationToken).ConfigureAwait(false)
        && fetch.FindStale() is { } stale
            ? new FetchResult<TEntry>(null, stale, BackendFailure.Late)
            : await fetch.Task.WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>No one may join this fetch any more.</summary>
    private void Close(Fetch<TEntry> fetch) => running.TryRemove(KeyValuePair.Create(fetch.Name, fetch));

    private static void Explain(Explanation explanation, Fetch<TEntry> fetch, bool isOwn, in FetchResult<TEntry> result)
    {
        if (!isOwn)
        {
            explanation.Say("waited for a fetch under way");
        }

        if (fetch.IsConsistent)
        {
            explanation.Say("read consistently as a write may not have settled");
        }

        if (result.Stale is not null)
        {
            explanation.Say("known from before, though its life has ended");
        }
        else if (fetch.NotKept is { } reason)
        {
            explanation.Say("not kept: " + reason);
        }
    }

    private sealed class NameComparer : IEqualityComparer<byte[]>
    {
        public static NameComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj)
        {
            HashCode hash = default;
            hash.AddBytes(obj);
            return hash.ToHashCode();
        }
    }
}
