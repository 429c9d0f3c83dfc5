using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Fetching;

/// <summary>One fetch from the backend: what is asked for, the right to keep what comes, and those who wait for it.</summary>
/// <param name="name">Name of the entry in its cache.</param>
/// <param name="begunAt">When it is begun, as <see cref="StaleWait"/> counts.</param>
/// <param name="continuations">How those who wait go on.</param>
internal abstract class Fetch<TEntry>(byte[] name, long begunAt, TaskCreationOptions continuations)
    : TaskCompletionSource<FetchResult<TEntry>>(continuations)
    where TEntry : class
{
    /// <summary>Name of the entry in its cache.</summary>
    public byte[] Name { get; } = name;

    /// <summary>When it was begun, as <see cref="StaleWait"/> counts.</summary>
    public long BegunAt { get; } = begunAt;

    /// <summary>
    /// Whether the backend is asked for a consistent read that no reader wanted, as another may miss a write that has ended.
    /// </summary>
    public bool IsConsistent { get; protected set; }

    /// <summary>Why the answer was not kept, for the reader who wants to know; null where it was.</summary>
    public string? NotKept { get; protected set; }

    /// <summary>Whether what comes may be kept, as far as is known when it is begun.</summary>
    public abstract bool MayKeep { get; }

    /// <summary>Whether a stale entry may be answered at all.</summary>
    public abstract bool HasGrace { get; }

    /// <summary>
    /// Whether a reader that would begin the other fetch now may wait for this one: no write has begun or ended since this one began.
    /// </summary>
    public abstract bool Serves(Fetch<TEntry> other);

    /// <summary>Asks the backend so that no ended write is missed. The answer says what the reader's own request would have cost.</summary>
    public abstract ValueTask<Reply> AskAsync();

    /// <summary>Keeps what the backend answered; null where that may not be.</summary>
    public abstract TEntry? TryKeep(Reply reply);

    /// <summary>The stale entry that may be answered while the backend fails; null for none, and once a write has begun.</summary>
    public abstract TEntry? FindStale();
}
