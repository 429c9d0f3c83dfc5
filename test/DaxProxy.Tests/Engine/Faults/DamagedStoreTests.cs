using DaxProxy.Engine.Storage.Files;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Faults;

/// <summary>
/// Files that are not what was written to them. A torn end of the log that no client was told of is cut off. Anything else is either
/// refused at the start with one line, or found by the request that meets it. A store is never replaced by a new one, and the
/// process lives.
/// </summary>
[TestFixture]
public sealed class DamagedStoreTests
{
    private string folder = "";

    private string File => Path.Combine(folder, "daxproxy.db");

    private string Log => File + "-wal";

    [SetUp]
    public void SetUp() => folder = Directory.CreateTempSubdirectory("daxproxy-damage-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task TornEndOfTheLog_IsCutOff([Range(1, 3)] int seed)
    {
        Random random = new(seed);
        using FaultStore store = await FaultStore.CreateAsync(folder, seed);
        for (int round = 0; round < 8; round++)
        {
            await store.BurstAsync();
            byte[] torn = new byte[random.Next(1, 20_000)];
            random.NextBytes(torn);
            await store.VerifyAsKilledAsync(copy =>
            {
                // What a process leaves that ends in the middle of a write, the log's frames being 4120 bytes: nonsense, or frames of an
                // older log.
                string log = Path.Combine(copy, "daxproxy.db-wal");
                byte[] whole = System.IO.File.ReadAllBytes(log);
                byte[] end = random.Next(2) == 0 ? torn : whole[32..Math.Min(whole.Length, 32 + torn.Length)];
                System.IO.File.AppendAllBytes(log, end);
            });
        }
    }

    [Test]
    public async Task CutLog_OpensAsOfSomeEarlierMoment([Range(1, 3)] int seed)
    {
        Random random = new(seed);
        using (FaultStore store = await FaultStore.CreateAsync(folder, seed))
        {
            store.Reopen();
            for (int i = 0; i < 6; i++)
            {
                await store.BurstAsync();
            }

            for (int i = 0; i < 6; i++)
            {
                await store.VerifyAsKilledAsync(
                    copy =>
                    {
                        using FileStream log = System.IO.File.OpenWrite(Path.Combine(copy, "daxproxy.db-wal"));
                        log.SetLength(random.NextInt64(log.Length));
                    },
                    isCut: true);
            }
        }
    }

    [TestCase(0)]
    [TestCase(100)]
    [TestCase(4096)]
    [TestCase(40_000)]
    public async Task CutFile_IsRefusedWithOneLineAndLeftAlone(int length)
    {
        await MakeAsync();
        using (FileStream file = System.IO.File.OpenWrite(File))
        {
            Assume.That(file.Length, Is.GreaterThan(length));
            file.SetLength(length);
        }

        DemandRefusal();
        Assert.That(new FileInfo(File).Length, Is.EqualTo(length), "left as it was");
    }

    [Test]
    public async Task MissingFile_IsRefusedAndNotCreated()
    {
        await MakeAsync();
        System.IO.File.Delete(File);
        DemandRefusal();
        Assert.That(System.IO.File.Exists(File), Is.False);
    }

    [Test]
    public async Task LostLog_OfAStoreThatIsAllInIt_IsRefused()
    {
        string copy = Path.Combine(folder, "copy");
        using (await FaultStore.CreateAsync(folder, 1))
        {
            Directory.CreateDirectory(copy);
            System.IO.File.Copy(File, Path.Combine(copy, "daxproxy.db"));
            System.IO.File.WriteAllText(Path.Combine(copy, "daxproxy.lock"), "store\n");
        }

        StorageException refusal = Assert.Throws<StorageException>(() => new EngineRig(copy).Dispose())!;
        Assert.That(refusal.Message, Does.Contain("damaged").And.Not.Contain("\n"));
    }

    [Test]
    public async Task FirstPages_Overwritten_AreRefusedWithOneLine([Values(0, 1)] int page)
    {
        await MakeAsync();
        Overwrite(new Random(page), page);
        DemandRefusal();
    }

    /// <summary>
    /// Whatever page is overwritten: refused at the start, or the requests that meet it fail and the others are answered.
    /// </summary>
    [Test]
    public async Task RandomPages_Overwritten_FailRequestsAndNothingElse([Range(1, 12)] int seed)
    {
        await MakeAsync();
        Random random = new(seed);
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            Overwrite(random, random.Next((int)(new FileInfo(File).Length / 4096)));
        }

        EngineRig engine;
        try
        {
            engine = new EngineRig(folder);
        }
        catch (StorageException refusal)
        {
            Assert.That(refusal.Message, Does.Contain("damaged").And.Contain(folder).And.Not.Contain("\n"));
            return;
        }

        using (engine)
        {
            Assert.That(await engine.CallAsync("ListTables", "{}"), Does.Contain("Faulty"), "not a new store");
            for (int key = 0; key < 24; key++)
            {
                string place = $"{{'p':{{'S':'p{key % 4}'}},'r':{{'N':'{key}'}}}}";
                await TryAsync(engine, "GetItem", $"{{'TableName':'Faulty','Key':{place}}}");
                await TryAsync(engine, "PutItem", $"{{'TableName':'Faulty','Item':{place}}}");
                await TryAsync(engine, "DeleteItem", $"{{'TableName':'Faulty','Key':{place}}}");
            }

            await TryAsync(engine, "Scan", "{'TableName':'Faulty'}");
            await TryAsync(engine, "Scan", "{'TableName':'Faulty','IndexName':'local','Select':'ALL_ATTRIBUTES'}");
            Assert.That(await engine.CallAsync("DescribeTable", "{'TableName':'Faulty'}"), Does.Contain("ACTIVE"));
        }
    }

    /// <summary>A request that may fail; one that is answered says nothing of how it is stored.</summary>
    private static async Task TryAsync(EngineRig engine, string verb, string request)
    {
        string reply;
        try
        {
            reply = await engine.CallAsync(verb, request);
        }
#pragma warning disable CA1031 // Which exception it is depends on what the nonsense happens to be; the front end answers all alike.
        catch (Exception)
#pragma warning restore CA1031
        {
            return;
        }

        Assert.That(reply, Does.Not.Contain("SQLite").And.Not.Contain("Exception"));
    }

    private async Task MakeAsync()
    {
        using FaultStore store = await FaultStore.CreateAsync(folder, 1);
        for (int i = 0; i < 15; i++)
        {
            await store.BurstAsync();
        }
    }

    private void Overwrite(Random random, int page)
    {
        byte[] nonsense = new byte[4096];
        random.NextBytes(nonsense);
        using FileStream file = System.IO.File.OpenWrite(File);
        file.Position = page * 4096L;
        file.Write(nonsense);
    }

    private void DemandRefusal()
    {
        StorageException refusal = Assert.Throws<StorageException>(() => new EngineRig(folder).Dispose())!;
        Assert.That(refusal.Message, Does.Contain(folder).And.Not.Contain("\n"));

        // The lock is given back: a copy can be put in its place without a restart of anything else.
        using FileStream unlocked = System.IO.File.Open(
            Path.Combine(folder, "daxproxy.lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.That(System.IO.File.Exists(Log) && new FileInfo(Log).Length > 0, Is.False);
    }
}
