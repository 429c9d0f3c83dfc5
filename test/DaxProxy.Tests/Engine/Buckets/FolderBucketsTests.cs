using System.Runtime.Versioning;
using DaxProxy.Engine.Buckets;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Buckets;

public sealed class FolderBucketsTests
{
    [Test]
    public void Objects_BelowAPrefix_AreListedByKey()
    {
        using BucketFolder folder = new();
        foreach (string key in new[] { "b/2.json", "a", "b/1.json", "b/deep/er.json", "bx" })
        {
            folder.Put(key, "x");
        }

        Assert.That(Keys(folder, ""), Is.EqualTo(new[] { "a", "b/1.json", "b/2.json", "b/deep/er.json", "bx" }));
        Assert.That(Keys(folder, "b"), Is.EqualTo(new[] { "b/1.json", "b/2.json", "b/deep/er.json", "bx" }));
        Assert.That(Keys(folder, "b/"), Is.EqualTo(new[] { "b/1.json", "b/2.json", "b/deep/er.json" }));
        Assert.That(Keys(folder, "b/deep/e"), Is.EqualTo(new[] { "b/deep/er.json" }));
        Assert.That(Keys(folder, "c/"), Is.Empty);
    }

    [Test]
    public void Object_BeforeItsCommit_IsNotThere_AndLeavesNothingWithoutOne()
    {
        using BucketFolder folder = new();
        folder.Put("key", "old");
        using (IBucketWriter writer = folder.Store.Create(BucketFolder.Bucket, "key"))
        {
            writer.Content.Write("new"u8);
            Assert.That(folder.Read("key"), Is.EqualTo("old"));
            Assert.That(Keys(folder, ""), Is.EqualTo(new[] { "key" }));
        }

        Assert.That(folder.Read("key"), Is.EqualTo("old"));
        Assert.That(Directory.GetFiles(folder.PathOf("")), Has.Length.EqualTo(1));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows has other rights.")]
    [UnsupportedOSPlatform("windows")]
    public void Object_AndTheFoldersOfItsKey_AreTheirOwnersOnly()
    {
        using BucketFolder folder = new();
        folder.Put("export/data/1.json.gz", "x");
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.That(File.GetUnixFileMode(folder.PathOf("export/data/1.json.gz")), Is.EqualTo(owner));
        Assert.That(File.GetUnixFileMode(folder.PathOf("export/data")), Is.EqualTo(owner | UnixFileMode.UserExecute));
        Assert.That(File.GetUnixFileMode(folder.PathOf("export")), Is.EqualTo(owner | UnixFileMode.UserExecute));
    }

    [TestCase("../out")]
    [TestCase("a/../../out")]
    [TestCase("/etc/passwd")]
    [TestCase("a//b")]
    [TestCase("a/./b")]
    [TestCase("..")]
    [TestCase("")]
    [TestCase("a/")]
    [TestCase("a\\..\\..\\out")]
    [TestCase("C:/out")]
    [TestCase("a:stream")]
    [TestCase("a\0b")]
    [TestCase("nul")]
    [TestCase("a/COM1.json")]
    [TestCase("a/lpt9")]
    [TestCase("a/b.")]
    [TestCase("a/b ")]
    [TestCase("a.daxproxy-unfinished")]
    public void Key_ThatASystemMayUnderstandOtherwise_IsNone(string key)
    {
        using BucketFolder folder = new();
        Assert.That(BucketNames.IsKey(key), Is.False);
        Assert.That(folder.Store.OpenRead(BucketFolder.Bucket, key), Is.Null);
        Assert.Throws<IOException>(() => folder.Store.Create(BucketFolder.Bucket, key));
        Assert.That(Directory.GetFileSystemEntries(folder.Root), Has.Length.EqualTo(1));
    }

    [TestCase("..")]
    [TestCase(".")]
    [TestCase("")]
    [TestCase("a/b")]
    [TestCase("/tmp")]
    [TestCase("a\\b")]
    [TestCase("con")]
    [TestCase("aux.txt")]
    [TestCase("a\0")]
    [TestCase("-a")]
    public void Bucket_ThatIsNoPlainName_IsNone(string bucket)
    {
        using BucketFolder folder = new();
        Assert.That(folder.Store.HasBucket(bucket), Is.False);
        Assert.That(folder.Store.List(bucket, "", 100), Is.Empty);
        Assert.That(folder.Store.OpenRead(bucket, "a"), Is.Null);
        Assert.Throws<IOException>(() => folder.Store.Create(bucket, "a"));
    }

    [TestCase("../")]
    [TestCase("a/../../")]
    [TestCase("/")]
    [TestCase("a\\..")]
    public void Prefix_ThatLeadsOutside_FindsNothing(string prefix)
    {
        using BucketFolder folder = new();
        folder.Put("a/b", "x");
        Assert.That(folder.Store.List(BucketFolder.Bucket, prefix, 100), Is.Empty);
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Making links needs rights there.")]
    public void Links_WithinABucket_AreNotFollowed()
    {
        using BucketFolder folder = new();
        string outside = Directory.CreateTempSubdirectory("daxproxy-outside-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(outside, "secret"), "secret");
            Directory.CreateSymbolicLink(folder.PathOf("folder"), outside);
            Directory.CreateSymbolicLink(Path.Combine(folder.Root, "other"), outside);
            File.CreateSymbolicLink(folder.PathOf("file"), Path.Combine(outside, "secret"));
            Assert.That(Keys(folder, ""), Is.Empty);
            Assert.That(Keys(folder, "folder/"), Is.Empty);
            Assert.That(folder.Read("folder/secret"), Is.Null);
            Assert.That(folder.Read("file"), Is.Null);
            Assert.That(folder.Store.HasBucket("other"), Is.False);
            Assert.Throws<IOException>(() => folder.Store.Create(BucketFolder.Bucket, "folder/new/deep"));
            folder.Put("file", "mine");
            Assert.That(File.ReadAllText(Path.Combine(outside, "secret")), Is.EqualTo("secret"), "the link is replaced, not followed");
            Assert.That(Directory.GetFileSystemEntries(outside), Has.Length.EqualTo(1));
        }
        finally
        {
            Directory.Delete(outside, recursive: true);
        }
    }

    private static IEnumerable<string> Keys(BucketFolder folder, string prefix) =>
        folder.Store.List(BucketFolder.Bucket, prefix, 100).Select(found => found.Key);
}
