using DaxProxy.Tests.Engine.Storage;
using Microsoft.Data.Sqlite;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Faults;

/// <summary>
/// The n-th call of the disk fails, for n from 1 on, while groups of writes are made: a write that failed has done nothing at all, one that
/// was acknowledged is there, also after opening the store again, and when the fault is gone everything goes on.
/// </summary>
[TestFixture]
[NonParallelizable]
public sealed class StorageFaultTests
{
    private string folder = "";
    private FaultyDisk disk = null!;

    private static IEnumerable<TestCaseData> Faults()
    {
        foreach (bool isEncrypted in new[] { false, true })
        {
            string of = isEncrypted ? ", encrypted" : "";
            yield return new TestCaseData(DiskCall.Write, FaultyDisk.IoWrite, true, isEncrypted).SetArgDisplayNames("half a write" + of);
            yield return new TestCaseData(DiskCall.Read, FaultyDisk.IoRead, false, isEncrypted).SetArgDisplayNames("read error" + of);
            yield return new TestCaseData(DiskCall.Any, FaultyDisk.IoWrite, false, isEncrypted).SetArgDisplayNames("any error" + of);
        }

        yield return new TestCaseData(DiskCall.Write, FaultyDisk.IoWrite, false, false).SetArgDisplayNames("write error");
        yield return new TestCaseData(DiskCall.Write, FaultyDisk.Full, false, false).SetArgDisplayNames("full");
        yield return new TestCaseData(DiskCall.Synchronize, FaultyDisk.IoSync, false, false).SetArgDisplayNames("synchronisation error");
        yield return new TestCaseData(DiskCall.Lock, FaultyDisk.Busy, false, false).SetArgDisplayNames("busy");
    }

    [SetUp]
    public void SetUp()
    {
        Assume.That(FaultyDisk.IsPossible, "needs 64-bit Unix");
        folder = Directory.CreateTempSubdirectory("daxproxy-faults-").FullName;
        disk = FaultyDisk.Install(folder);
    }

    [TearDown]
    public void TearDown()
    {
        disk.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [TestCaseSource(nameof(Faults))]
    public async Task Writes_WhenOneCallFails_HappenWhollyOrNotAtAll(DiskCall calls, int code, bool isTorn, bool isEncrypted)
    {
        int failures = await RunAsync(calls, code, isTorn, isEncrypted, isLasting: false);
        TestContext.Out.WriteLine($"{failures} writes failed");
        Assert.That(failures, calls == DiskCall.Lock ? Is.GreaterThanOrEqualTo(0) : Is.Positive);
    }

    [TestCaseSource(nameof(Faults))]
    public async Task Writes_WhenAllCallsFailForAWhile_HappenWhollyOrNotAtAll(DiskCall calls, int code, bool isTorn, bool isEncrypted)
    {
        int failures = await RunAsync(calls, code, isTorn, isEncrypted, isLasting: true);
        TestContext.Out.WriteLine($"{failures} writes failed");
        Assert.That(failures, Is.Positive);
    }

    [Test]
    public async Task Reads_AfterOneFailed_SeeTheStoreAsItIs()
    {
        using FaultStore store = await FaultStore.CreateAsync(folder, 5);
        for (int i = 0; i < 10; i++)
        {
            await store.BurstAsync();
        }

        int failures = 0;
        for (int n = 1; n <= 60; n++)
        {
            // A new engine has nothing in memory yet.
            store.Reopen();
            disk.Fail(DiskCall.Read, FaultyDisk.IoRead, n);
            try
            {
                await store.Engine.CallAsync("Scan", "{'TableName':'Faulty','IndexName':'local','Select':'ALL_ATTRIBUTES'}");
            }
            catch (SqliteException)
            {
                failures++;
            }

            disk.Heal();
            await store.BurstAsync();
            await store.VerifyAsync();
        }

        Assert.That(failures, Is.GreaterThan(10));
    }

    /// <summary>Not a fault of the disk but of a busy machine: who holds the lock does not get its turn.</summary>
    [Test]
    public void Lock_HeldByAnotherThread_IsWaitedFor()
    {
        const int Tries = 6;
        using SqliteConnection one = Connect(), other = Connect();
        Execute(one, "PRAGMA journal_mode = WAL");
        Execute(one, "CREATE TABLE t (v)");
        Execute(other, "SELECT count(*) FROM t");
        Execute(one, "BEGIN IMMEDIATE");
        disk.Fail(DiskCall.Lock, FaultyDisk.Busy, long.MaxValue);
        Task waiting = Task.Run(() => Execute(other, "BEGIN IMMEDIATE"));
        SpinWait.SpinUntil(() => waiting.IsCompleted || disk.Seen > Tries);
        Execute(one, "COMMIT");
        Assert.That(async () => await waiting, Throws.Nothing);
    }

    private SqliteConnection Connect()
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(folder, "locked.db"),
            Pooling = false,
            Vfs = "unix-excl",
        }.ToString());
        connection.Open();
        Execute(connection, "PRAGMA busy_timeout = 10000");
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        // Prepared and stepped by SQLite itself: the library has retries of its own.
        int code = SQLitePCL.raw.sqlite3_exec(connection.Handle, sql);
        if (code != SQLitePCL.raw.SQLITE_OK)
        {
            throw new SqliteException(sql, code);
        }
    }

    private async Task<int> RunAsync(DiskCall calls, int code, bool isTorn, bool isEncrypted, bool isLasting)
    {
        using FaultStore store = await FaultStore.CreateAsync(folder, (int)calls + code, isEncrypted ? StoreKeyFile.Random() : null);
        int quiet = 0;
        for (int n = 1; quiet < 3 && n <= 100; n += n < 16 ? 1 : 9)
        {
            if (calls == DiskCall.Read)
            {
                // A new engine has nothing in memory yet.
                store.Reopen();
            }

            disk.Fail(calls, code, n, isLasting, isTorn);
            await store.BurstAsync();
            quiet = disk.HasFailed ? 0 : quiet + 1;
            disk.Heal();
            await store.VerifyAsKilledAsync();
            await store.VerifyAsync();
            if (n % 5 == 0)
            {
                store.Reopen();
                await store.VerifyAsync();
            }
        }

        return store.Failures;
    }
}
