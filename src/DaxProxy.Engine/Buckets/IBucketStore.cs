namespace DaxProxy.Engine.Buckets;

/// <summary>Where the objects of exports, imports and bulk operations are: S3, or what stands for it.</summary>
/// <remarks>
/// Thread-safe. Calls wait for what they ask for: exports, imports and bulk operations have threads of their own. What cannot be reached or
/// is refused throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>, of which no text reaches clients.
/// </remarks>
public interface IBucketStore
{
    /// <summary>Whether a bucket may have this name, and keys in it may begin with this. Asks for nothing.</summary>
    bool CanHold(string bucket, string prefix);

    /// <summary>Whether there is such a bucket.</summary>
    bool HasBucket(string bucket);

    /// <summary>The objects of a bucket whose keys begin with a prefix, ordered by key; none where there is no bucket.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="prefix">What keys begin with; may be empty.</param>
    /// <param name="most">How many at most.</param>
    List<BucketObject> List(string bucket, string prefix, int most);

    /// <summary>The content of an object, to be read once from its beginning; null when it is not there.</summary>
    Stream? OpenRead(string bucket, string key);

    /// <summary>Begins an object, over any of the same key.</summary>
    IBucketWriter Create(string bucket, string key);
}
