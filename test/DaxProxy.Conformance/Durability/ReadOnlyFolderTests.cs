using DaxProxy.Backends;
using DaxProxy.Engine.Storage.Files;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Conformance.Durability;

/// <summary>A data folder on a file system that takes no writes: not even root may write there.</summary>
public sealed class ReadOnlyFolderTests
{
    [Test]
    public void Start_OnAFolderThatCannotBeWritten_SaysSo([Values] bool hasStore)
    {
        using SmallDisk disk = SmallDisk.Mount(8);
        ProxyOptions options = new() { Backend = new BackendOptions { DataFolder = Path.Combine(disk.Folder, "data") } };
        if (hasStore)
        {
            BackendStack.Create(options, TimeProvider.System).Dispose();
        }

        disk.MakeReadOnly();
        StorageException fault = Assert.Throws<StorageException>(() => BackendStack.Create(options, TimeProvider.System).Dispose())!;
        Assert.That(fault.Message, Does.Contain("cannot be written").And.Contain(options.Backend.DataFolder).And.Not.Contain("in use"));
    }
}
