namespace DaxProxy.Core.Caching.Following;

/// <summary>A shard that is being read. Belongs to its reader.</summary>
/// <param name="id">Its name.</param>
/// <param name="completeAt">The time, by the clock, of the state that the caches are not behind as far as this shard tells.</param>
internal sealed class FollowedShard(string id, long completeAt)
{
    /// <summary>
    /// So many pages in a row that hold little or nothing are taken for the end, where the reader comes from an older place: the service
    /// says that it may take several to come to where the records are. One that was at the end is there again with one.
    /// </summary>
    private const int PagesOfAnEnd = 3;

    private int littlePages;
    private bool wasAtEnd;

    /// <summary>Its name.</summary>
    public string Id => id;

    /// <summary>Where to go on; null for its beginning.</summary>
    public string? Iterator { get; set; }

    /// <summary>Whether it is closed and has been read to its end.</summary>
    public bool IsEnded { get; set; }

    /// <summary>The time, by the clock, of the state that the caches are not behind as far as this shard tells.</summary>
    public long CompleteAt { get; private set; } = completeAt;

    /// <summary>A shard that is read from its newest record on.</summary>
    public static FollowedShard AtItsEnd(string id, string iterator, long completeAt) =>
        new(id, completeAt) { Iterator = iterator, wasAtEnd = true };

    /// <summary>A page was read and its fences were raised.</summary>
    /// <param name="askedAt">When it was asked for.</param>
    /// <param name="isFull">Whether it holds so much that more may follow.</param>
    /// <returns>Whether its end has been reached.</returns>
    public bool NotePage(long askedAt, bool isFull)
    {
        littlePages = isFull ? 0 : littlePages + 1;
        if (littlePages < (wasAtEnd ? 1 : PagesOfAnEnd))
        {
            return false;
        }

        wasAtEnd = true;
        littlePages = 0;
        CompleteAt = askedAt;
        return true;
    }

    /// <summary>It could not be read.</summary>
    public void NoteFailure()
    {
        wasAtEnd = false;
        littlePages = 0;
    }

    /// <summary>What is kept of it.</summary>
    public StreamPlace.Shard ToPlace() => new(Id, Iterator, IsEnded);
}
