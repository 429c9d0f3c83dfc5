using System.Security.Cryptography;
using DaxProxy.Engine.Storage.Files;

namespace DaxProxy.Engine.Buckets;

/// <summary>An object of a folder, being written to a file beside its place.</summary>
/// <remarks>Not thread-safe. The file is for its owner only, as it may hold items.</remarks>
internal sealed class BucketWriter : IBucketWriter
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

    /// <inheritdoc/>
    public Stream Content => file;

    /// <inheritdoc/>
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
