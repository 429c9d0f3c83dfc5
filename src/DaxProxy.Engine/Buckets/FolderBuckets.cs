using DaxProxy.Engine.Storage.Files;

namespace DaxProxy.Engine.Buckets;

/// <summary>
/// Where S3 would be: a folder whose folders are buckets. The key of an object is the path of its file in the bucket, with slashes.
/// </summary>
/// <remarks>
/// Thread-safe. Nothing outside of the folder is reached: names are checked (<see cref="BucketNames"/>), and links within the folder are
/// neither followed nor listed. That the folder itself may be reached by a link is its owner's choice.
/// </remarks>
/// <param name="root">The folder.</param>
public sealed class FolderBuckets(string root) : IBucketStore
{
    private static readonly EnumerationOptions NoLinks = new()
    {
        AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device,
        IgnoreInaccessible = false,
        RecurseSubdirectories = true,
        ReturnSpecialDirectories = false,
    };

    private readonly string root = Path.GetFullPath(root);

    /// <inheritdoc/>
    public bool CanHold(string bucket, string prefix) => BucketNames.IsBucket(bucket) && BucketNames.IsPrefix(prefix);

    /// <inheritdoc/>
    public bool HasBucket(string bucket) => BucketNames.IsBucket(bucket) && FolderOf(bucket, []) is not null;

    /// <inheritdoc/>
    public List<BucketObject> List(string bucket, string prefix, int most)
    {
        if (!HasBucket(bucket) || !BucketNames.IsPrefix(prefix))
        {
            return [];
        }

        string[] parts = prefix.Split('/');
        if (FolderOf(bucket, parts[..^1]) is not { } folder)
        {
            return [];
        }

        List<BucketObject> objects = [];
        int keyStart = Path.Combine(root, bucket).Length + 1;
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*", NoLinks))
        {
            string key = file.FullName[keyStart..].Replace(Path.DirectorySeparatorChar, '/');
            if (key.StartsWith(prefix, StringComparison.Ordinal) && BucketNames.IsKey(key))
            {
                objects.Add(new BucketObject(key, file.Length));
            }
        }

        objects.Sort(static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        return objects.Count > most ? objects[..most] : objects;
    }

    /// <inheritdoc/>
    public Stream? OpenRead(string bucket, string key)
    {
        if (!BucketNames.IsBucket(bucket) || !BucketNames.IsKey(key))
        {
            return null;
        }

        string[] parts = key.Split('/');
        if (FolderOf(bucket, parts[..^1]) is not { } folder)
        {
            return null;
        }

        FileInfo file = new(Path.Combine(folder, parts[^1]));
        return file.Exists && file.LinkTarget is null
            ? new FileStream(
                file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.SequentialScan)
            : null;
    }

    /// <summary><inheritdoc/> Makes the folders of its key, for their owner only.</summary>
    /// <exception cref="IOException">There is no such bucket, the key is none, or the disk fails.</exception>
    public IBucketWriter Create(string bucket, string key)
    {
        if (!HasBucket(bucket) || !BucketNames.IsKey(key))
        {
            throw new IOException($"There is no place for an object {key} in a bucket {bucket}.");
        }

        string[] parts = key.Split('/');
        string folder = Path.Combine(root, bucket);
        foreach (string part in parts[..^1])
        {
            // Looked at before the next one is made in it: nothing is made behind a link.
            folder = Path.Combine(folder, part);
            PrivateFiles.CreateFolder(folder);
            if (IsLink(folder))
            {
                throw new IOException($"The folder of the object {key} in bucket {bucket} leads elsewhere.");
            }
        }

        return new BucketWriter(Path.Combine(folder, parts[^1]));
    }

    /// <summary>The folder of a part of a bucket, if it is there without following a link.</summary>
    private string? FolderOf(string bucket, IEnumerable<string> parts)
    {
        string folder = root;
        foreach (string part in parts.Prepend(bucket))
        {
            folder = Path.Combine(folder, part);
            if (!Directory.Exists(folder) || IsLink(folder))
            {
                return null;
            }
        }

        return folder;
    }

    private static bool IsLink(string folder) => new DirectoryInfo(folder).LinkTarget is not null;
}
