using System.Security.Cryptography;
using DaxProxy.Engine.Storage.Files;

namespace DaxProxy.Engine.Buckets;

/// <summary>An object being written. It is there once it is committed, and as a whole; until then there is what was there before.</summary>
/// <remarks>Not thread-safe. It is its owner's only, as it may hold items.</remarks>
internal sealed class BucketWriter : IDisposable
{
    /// <summary>How the name of a file ends that is not an object yet.</summary>
    public const string Unfinished = ".daxproxy-unfinished";

    private readonly string path;
    private readonly FileStream file;
    private bool isCommitted;

    /// <summary>Begins an object.</summary>
    /// <param name="path">The file of the object. Its folder is there.</param>
    public BucketWriter(string path)
    {
        this.path = path;
        file = PrivateFiles.Create($"{path}.{RandomNumberGenerator.GetHexString(8)}{Unfinished}");
    }

    /// <summary>Takes the content of the object.</summary>
    public Stream Content => file;

    /// <summary>Puts the object in its place.</summary>
    public void Commit()
    {
        file.Flush(flushToDisk: true);
        file.Dispose();
        File.Move(file.Name, path, overwrite: true);
        isCommitted = true;
    }

    /// <summary>Leaves nothing of an object that was not committed.</summary>
    public void Dispose()
    {
        file.Dispose();
        if (!isCommitted)
        {
            File.Delete(file.Name);
        }
    }
}
