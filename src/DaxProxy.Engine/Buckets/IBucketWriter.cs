namespace DaxProxy.Engine.Buckets;

/// <summary>
/// An object being written. It is there once it is committed, and as a whole; until then there is what was there before. To dispose of one
/// that was not committed leaves nothing of it.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public interface IBucketWriter : IDisposable
{
    /// <summary>Takes the content of the object. Flushing promises nothing.</summary>
    Stream Content { get; }

    /// <summary>Puts the object in its place.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    void Commit();
}
