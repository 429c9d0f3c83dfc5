using DaxProxy.Backends;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Engine;
using DaxProxy.Engine.Storage;
using DaxProxy.Options;
using DaxProxy.Tests.Caching;
using Microsoft.Data.Sqlite;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Engine.Faults;

/// <summary>
/// The cache above an engine whose disk fails: after a write that failed it answers what the engine holds, whatever that is.
/// </summary>
[TestFixture]
[NonParallelizable]
public sealed class CachedFaultTests
{
    private const string Name = "cached";

    [Test]
    public async Task FailedWrite_LeavesNoWrongEntry()
    {
        Assume.That(FaultyDisk.IsPossible, "needs 64-bit Unix");
        string folder = Directory.CreateTempSubdirectory("daxproxy-cached-").FullName;
        ManualTime time = new();
        using (FaultyDisk disk = FaultyDisk.Install(folder))
        using (LocalBackend engine = new(new EngineOptions { DataFolder = folder }, ValidationProfile.October2026, TimeProvider.System))
        using (BackendStack stack = new(engine, new ProxyOptions(), time))
        {
            await engine.ExecuteAsync(Checked(new CreateTable
            {
                TableName = Name,
                BillingMode = "PAY_PER_REQUEST",
                AttributeDefinitions = [new("k", "S")],
                KeySchema = [new("k", "HASH")],
            }), CancellationToken.None);
            int failures = 0, hits = 0;
            for (int n = 1; n <= 24; n++)
            {
                // Long enough for the doubt that the last failure left to be over, so that the entry is there to be wrong.
                time.Advance(60);
                await stack.Outermost.ExecuteAsync(Write("a", n * 10), CancellationToken.None);
                Reply cached = await stack.Outermost.ExecuteAsync(Read("a"), CancellationToken.None);
                hits += StatusOf(cached)?.Contains("; hit", StringComparison.Ordinal) == true ? 1 : 0;
                Assert.That(VersionIn(cached), Is.EqualTo(n * 10));
                disk.Fail(
                    n % 2 == 0 ? DiskCall.Write : DiskCall.Synchronize, n % 2 == 0 ? FaultyDisk.Full : FaultyDisk.IoSync, (n / 8) + 1);
                try
                {
                    await stack.Outermost.ExecuteAsync(Write("a", (n * 10) + 1), CancellationToken.None);
                }
                catch (SqliteException)
                {
                    failures++;
                }

                disk.Heal();
                long held = VersionIn(await engine.ExecuteAsync(Read("a"), CancellationToken.None));
                for (int again = 0; again < 3; again++)
                {
                    Reply reply = await stack.Outermost.ExecuteAsync(Read("a"), CancellationToken.None);
                    Assert.That(VersionIn(reply), Is.EqualTo(held));
                }
            }

            Assert.That(failures, Is.GreaterThan(5));
            Assert.That(hits, Is.Positive, "the cache was of use");
        }

        Directory.Delete(folder, recursive: true);
    }

    private static PutItem Write(string key, long version) => Checked(new PutItem { TableName = Name, Item = Row(key, version) });

    private static GetItem Read(string key) => new() { TableName = Name, Key = Key(key) };
}
