using DaxProxy.Engine.Buckets;

namespace DaxProxy.Tests.Engine.Buckets;

/// <summary>A folder of buckets of a test's own, with one bucket in it.</summary>
internal sealed class BucketFolder : IDisposable
{
    public const string Bucket = "bucket";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("daxproxy-buckets-");

    public BucketFolder()
    {
        Directory.CreateDirectory(PathOf(""));
        Store = new FolderBuckets(folder.FullName);
    }

    public string Root => folder.FullName;

    public FolderBuckets Store { get; }

    public string PathOf(string key) => Path.Combine(Root, Bucket, key);

    /// <summary>Puts an object there.</summary>
    public void Put(string key, ReadOnlySpan<byte> content)
    {
        using IBucketWriter writer = Store.Create(Bucket, key);
        writer.Content.Write(content);
        writer.Commit();
    }

    public void Put(string key, string content) => Put(key, System.Text.Encoding.UTF8.GetBytes(content));

    public string? Read(string key)
    {
        using Stream? content = Store.OpenRead(Bucket, key);
        return content is null ? null : new StreamReader(content).ReadToEnd();
    }

    public void Dispose() => folder.Delete(recursive: true);
}
