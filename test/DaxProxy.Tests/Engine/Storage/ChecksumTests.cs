using DaxProxy.Commands;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Storage.Checksums;
using DaxProxy.Engine.Storage.Files;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Storage;

/// <summary>
/// One byte that is not what was written, wherever it is: a read that needs it fails and says where it is, every other is answered with the
/// truth, and nothing else happens.
/// </summary>
[TestFixture]
public sealed class ChecksumTests
{
    private const int Items = 60;
    private const string Tab = "{'TableName':'tab','BillingMode':'PAY_PER_REQUEST',"
        + "'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'g','AttributeType':'S'}],"
        + "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],"
        + "'GlobalSecondaryIndexes':[{'IndexName':'by-g','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}]}";

    private static readonly EngineOptions Options = new() { SynchronizeEveryCommit = false };

    [Test]
    public async Task AnyByte_OfTheFile_IsNeverServedAsData([Values(1, 2)] int seed)
    {
        using StoreFolder store = new();
        await FillAsync(store.Path, Options);
        Dictionary<string, string> truth;
        using (EngineRig rig = Open(store.Path))
        {
            truth = await ReadAllAsync(rig, null);
        }

        Random random = new(seed);
        byte[] whole = File.ReadAllBytes(store.File);
        int pages = whole.Length / PageSeal.PageBytes, noticed = 0;
        Assert.That(pages, Is.GreaterThan(40));
        for (int page = 1; page <= pages; page++)
        {
            // The catalog is read before, so the process serves when the disk goes wrong.
            int at = ((page - 1) * PageSeal.PageBytes) + random.Next(PageSeal.PageBytes);
            List<DamagedPage> damaged = [];
            using (EngineRig rig = Open(store.Path))
            {
                rig.Backend.PageDamaged = damaged.Add;
                Flip(store.File, at, random);
                int failures = 0;
                await ReadAllAsync(rig, truth, () => failures++);
                Assert.That(damaged.Select(one => one.Number), Is.All.EqualTo(page).And.Exactly(failures).Items, $"byte {at}");
                noticed += Math.Min(failures, 1);
            }

            File.WriteAllBytes(store.File, whole);
        }

        Assert.That(noticed, Is.GreaterThan(pages / 2), "the rest are pages that no read of an item needs");
    }

    [Test]
    public async Task AnyByte_OfTheFile_IsFoundByTheCheck([Values(1, 2)] int seed)
    {
        using StoreFolder store = new();
        await FillAsync(store.Path, Options);
        Random random = new(seed);
        byte[] whole = File.ReadAllBytes(store.File);
        for (int page = 1; page <= whole.Length / PageSeal.PageBytes; page++)
        {
            Flip(store.File, ((page - 1) * PageSeal.PageBytes) + random.Next(PageSeal.PageBytes), random);
            Assert.That(() => Open(store.Path).Dispose(), Throws.TypeOf<StorageException>().With.Message.Contains($"page {page} of").And.Message.Not.Contains("\n"));
            File.WriteAllBytes(store.File, whole);
        }
    }

    [Test]
    public async Task EveryByte_OfTheHeader_IsRefusedAtTheStart()
    {
        using StoreFolder store = new();
        await FillAsync(store.Path, Options);
        byte[] whole = File.ReadAllBytes(store.File);
        for (int at = 0; at < 100; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0xFF;
            File.WriteAllBytes(store.File, damaged);
            Assert.That(() => Open(store.Path).Dispose(), Throws.TypeOf<StorageException>().With.Message.Contains("damaged (page 1 of"), $"byte {at}");
            Assert.That(File.ReadAllBytes(store.File), Is.EqualTo(damaged), "left as it was");
        }
    }

    [Test]
    public async Task AnyByte_OfAPageInTheLog_IsNeverServedAsData([Values(1, 2)] int seed)
    {
        using StoreFolder store = new();
        Random random = new(seed);
        using EngineRig rig = Open(store.Path);
        await FillAsync(rig);
        Dictionary<string, string> truth = await ReadAllAsync(rig, null);
        string log = StoreFile.LogOf(store.File);
        int noticed = 0;
        for (int frame = 1; frame <= Frames(log); frame += 5)
        {
            List<DamagedPage> damaged = [];
            rig.Backend.PageDamaged = damaged.Add;
            byte undo = Flip(log, LogFrame.LogHeaderBytes + ((frame - 1) * LogFrame.FrameBytes) + LogFrame.HeaderBytes + random.Next(PageSeal.PageBytes), random, out long at);
            int failures = 0;
            for (int round = 0; round < 3 && failures == 0; round++)
            {
                // A reader keeps what it has read until something is written; so the writer goes on meanwhile, far from these items.
                await rig.CallAsync("PutItem", "{'TableName':'far','Item':{'pk':{'S':'x'}}}");
                await ReadAllAsync(rig, truth, () => failures++);
            }

            Assert.That(damaged, Is.All.Matches<DamagedPage>(one => one.IsInLog), $"frame {frame}");
            noticed += Math.Min(failures, 1);
            Write(log, at, undo);
        }

        Assert.That(noticed, Is.GreaterThan(5));
    }

    [Test]
    public async Task AnyByte_OfALogThatAKilledProcessLeft_LosesNothingBehindIt([Values(1, 2)] int seed)
    {
        using StoreFolder store = new();
        Random random = new(seed);
        string killed = Path.Combine(store.Path, "killed"), log = Path.Combine(killed, "daxproxy.db-wal");
        Dictionary<string, string> truth;
        using (EngineRig rig = new(new EngineOptions { DataFolder = store.Path }, new ManualTime()))
        {
            await FillAsync(rig);
            truth = await ReadAllAsync(rig, null);
            Copy(store.Path, killed);
        }

        long frames = Frames(log);
        int refused = 0;
        for (long frame = 1; frame <= frames; frame += frame < frames - 20 ? 23 : 1)
        {
            string copy = Path.Combine(store.Path, "copy");
            Copy(killed, copy);
            Flip(Path.Combine(copy, "daxproxy.db-wal"), LogFrame.LogHeaderBytes + ((frame - 1) * LogFrame.FrameBytes) + random.Next(LogFrame.FrameBytes), random);
            try
            {
                using EngineRig rig = new(new EngineOptions { DataFolder = copy }, new ManualTime());
                Dictionary<string, string> found = await ReadAllAsync(rig, null);

                // The last transaction of the log, of one item, cannot be told from one that was being written when the process ended.
                Assert.That(found.Count(item => truth[item.Key] != item.Value), Is.LessThanOrEqualTo(3), $"frame {frame} of {frames}");
                Assert.That(frame, Is.GreaterThan(frames - 20), "all before is behind a commit");
            }
            catch (StorageException refusal)
            {
                Assert.That(refusal.Message, Does.Contain($"frame {frame} of").And.Contain("Synchronous=normal").And.Not.Contain("\n"));
                refused++;
            }

            Directory.Delete(copy, recursive: true);
        }

        Assert.That(refused, Is.GreaterThan(10));
    }

    [Test]
    public async Task Check_OfAPageThatIsWholeInTheLog_FindsNoDamage()
    {
        using StoreFolder store = new();
        await FillAsync(store.Path, Options);
        string killed = Path.Combine(store.Path, "killed"), file = Path.Combine(killed, "daxproxy.db");
        using (EngineRig rig = Open(store.Path))
        {
            Assert.That(await rig.CallAsync("PutItem", "{'TableName':'tab','Item':{'pk':{'S':'1'},'g':{'S':'g1'},'text':{'S':'new'}}}"), Is.EqualTo("{}"));
            Copy(store.Path, killed);
            File.WriteAllText(Path.Combine(killed, StoreFile.LockName), "store\n");
        }

        HashSet<long> inLog;
        using (FileStream log = File.OpenRead(file + "-wal"))
        {
            inLog = LogAudit.PagesIn(log, StoreSeal.Digests);
        }

        int pages = (int)(new FileInfo(file).Length / PageSeal.PageBytes);
        Random random = new(1);
        foreach (long page in inLog.Where(page => page <= pages))
        {
            Flip(file, ((page - 1) * PageSeal.PageBytes) + 2000, random);
        }

        Assert.That(inLog, Has.Count.GreaterThan(1));
        Assert.That(StoreCheck.Run(killed, () => null).Damaged, Is.Empty);
        long other = Enumerable.Range(1, pages).First(page => !inLog.Contains(page));
        Flip(file, ((other - 1) * PageSeal.PageBytes) + 2000, random);
        Assert.That(StoreCheck.Run(killed, () => null).Damaged.Select(one => one.Page.Number), Is.EqualTo(new[] { other }));
    }

    [Test]
    public async Task EveryByte_OfTheHeaderOfALog_IsRefused()
    {
        using StoreFolder store = new();
        string killed = Path.Combine(store.Path, "killed"), log = Path.Combine(killed, "daxproxy.db-wal");
        using (EngineRig rig = Open(store.Path))
        {
            await FillAsync(rig);
            Copy(store.Path, killed);
        }

        byte[] whole = File.ReadAllBytes(log);
        for (int at = 0; at < LogFrame.LogHeaderBytes; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0xFF;
            File.WriteAllBytes(log, damaged);
            Assert.That(
                () => new EngineRig(new EngineOptions { DataFolder = killed }, new ManualTime()).Dispose(),
                Throws.TypeOf<StorageException>().With.Message.Contains("frame 0 of"),
                $"byte {at}");
        }
    }

    /// <summary>
    /// More than a cache holds is written to the log before the commit, over and over where it changes again, and read back in between.
    /// </summary>
    [Test]
    public async Task Transaction_LargerThanTheCache_IsNotTakenForDamage()
    {
        using StoreFolder store = new();
        using (Database database = Database.Open(Options with { DataFolder = store.Path }, TimeProvider.System, out Microsoft.Data.Sqlite.SqliteConnection connection))
        using (Session session = new(database, connection))
        {
            connection.Execute("PRAGMA cache_size = 10");
            for (int round = 0; round < 3; round++)
            {
                session.Begin(isWrite: true);
                for (int i = 0; i < 2000; i++)
                {
                    session.Statement("INSERT OR REPLACE INTO collections (table_id, hash, size_bytes) VALUES (1, ?1, ?2)")
                        .Bind(1, i * 7919L % 2000).Bind(2, round).Run();
                    session.Statement("INSERT OR REPLACE INTO tags (table_id, key, value) VALUES (1, ?1, ?2)")
                        .Bind(1, $"{i % 200}").Bind(2, new string('x', 500 + round)).Run();
                }

                if (round == 1)
                {
                    session.Recover();
                }
                else
                {
                    session.Commit();
                }
            }
        }

        Assert.That(store.Read("SELECT count(*) || ' ' || min(size_bytes) || ' ' || max(size_bytes) FROM collections"), Is.EqualTo(new[] { "2000 2 2" }));
        Assert.That(store.Read("PRAGMA integrity_check"), Is.EqualTo(new[] { "ok" }));
    }

    [Test]
    public async Task Store_WithoutChecksums_IsGivenThemAndKeepsAll()
    {
        using StoreFolder store = new();
        await FillAsync(store.Path, Options with { Checksums = false });
        Assert.That(StoreFile.HasChecksums(store.File), Is.False);
        Dictionary<string, string> truth;
        using (EngineRig rig = new(Options with { DataFolder = store.Path, Checksums = false }, new ManualTime()))
        {
            truth = await ReadAllAsync(rig, null);
        }

        Assert.That(StoreFile.HasChecksums(store.File), Is.False, "only where they are asked for");
        using (EngineRig rig = Open(store.Path))
        {
            await ReadAllAsync(rig, truth);
        }

        Assert.That(StoreFile.HasChecksums(store.File), Is.True);
        using (EngineRig rig = new(Options with { DataFolder = store.Path, Checksums = false }, new ManualTime()))
        {
            await ReadAllAsync(rig, truth);
        }

        Assert.That(StoreFile.HasChecksums(store.File), Is.True, "never taken away");
    }

    /// <summary>
    /// A process that ends while the copy is made leaves the store and a part of the copy; one that ends before leaves a log, which is part
    /// of the store.
    /// </summary>
    [Test]
    public async Task Store_ThatWasBeingGivenChecksums_IsGivenThemAtTheNextStart()
    {
        using StoreFolder store = new();
        string killed = Path.Combine(store.Path, "killed");
        Dictionary<string, string> truth;
        using (EngineRig rig = new(Options with { DataFolder = store.Path, Checksums = false }, new ManualTime()))
        {
            await FillAsync(rig);
            truth = await ReadAllAsync(rig, null);
            Copy(store.Path, killed);
        }

        Assert.That(new FileInfo(Path.Combine(killed, "daxproxy.db-wal")).Length, Is.GreaterThan(0));
        File.WriteAllBytes(Path.Combine(killed, "daxproxy.db-new"), new byte[9999]);
        using EngineRig again = Open(killed);
        await ReadAllAsync(again, truth);
        Assert.That(StoreFile.HasChecksums(Path.Combine(killed, "daxproxy.db")), Is.True);
        Assert.That(File.Exists(Path.Combine(killed, "daxproxy.db-new")), Is.False);
    }

    /// <summary>Layout 2 and each one before had no checksums; what is kept of layout 1 stands for all of them.</summary>
    [Test]
    public void Store_OfAnOlderLayout_IsGivenChecksums()
    {
        using StoreFolder store = StoreFolder.OfLayout1();
        new EngineRig(store.Path, new ManualTime()).Dispose();
        Assert.That(StoreFile.HasChecksums(store.File), Is.True);
        Assert.That(store.Read("PRAGMA integrity_check"), Is.EqualTo(new[] { "ok" }));
    }

    [Test]
    public async Task Check_SaysWhichPagesAreDamagedAndWhatTheyBelongTo()
    {
        using StoreFolder store = new();
        await FillAsync(store.Path, Options);
        StringWriter output = new();
        Assert.That(DataCommand.Check(store.Path, () => null, output, output), Is.Zero, output.ToString());
        Assert.That(output.ToString(), Does.Contain(" 0 damaged"));
        Random random = new(1);
        byte[] whole = File.ReadAllBytes(store.File);
        HashSet<string> parts = [];
        for (int page = 1; page <= whole.Length / PageSeal.PageBytes; page++)
        {
            Flip(store.File, ((page - 1) * PageSeal.PageBytes) + random.Next(PageSeal.PageBytes), random);
            output = new();
            Assert.That(DataCommand.Check(store.Path, () => null, output, output), Is.EqualTo(1));
            Assert.That(output.ToString(), Does.Contain($"page {page} of ").And.Contain(" 1 damaged"));
            parts.Add(output.ToString().Split('\n')[0].Split(": part of ")[^1]);
            File.WriteAllBytes(store.File, whole);
        }

        Assert.That(parts, Is.SupersetOf(new[] { "items", "entries", "tables", "schema" }));
        Assert.That(File.ReadAllBytes(store.File), Is.EqualTo(whole), "changes nothing");
    }

    [Test]
    public void Check_OfNoStoreOrOneInUse_SaysSoInOneLine()
    {
        using StoreFolder store = new();
        StringWriter errors = new();
        Assert.That(DataCommand.Check(store.Path, () => null, TextWriter.Null, errors), Is.EqualTo(1));
        using EngineRig rig = Open(store.Path);
        Assert.That(DataCommand.Check(store.Path, () => null, TextWriter.Null, errors), Is.EqualTo(1));
        Assert.That(errors.ToString().Split('\n'), Has.Length.EqualTo(3).And.Some.Contains("no store").And.Some.Contains("in use"));
    }

    private static EngineRig Open(string folder) => new(Options with { DataFolder = folder }, new ManualTime());

    private static async Task FillAsync(string folder, EngineOptions options)
    {
        using EngineRig rig = new(options with { DataFolder = folder }, new ManualTime());
        await FillAsync(rig);
    }

    private static async Task FillAsync(EngineRig rig)
    {
        await rig.CreateHashTableAsync("far");
        Assert.That(await rig.CallAsync("CreateTable", Tab), Does.Contain("CREATING"));
        for (int i = 0; i < Items; i++)
        {
            // Some on overflow pages.
            string text = new((char)('a' + (i % 26)), i % 5 == 0 ? 9000 : 300);
            Assert.That(
                await rig.CallAsync("PutItem", $"{{'TableName':'tab','Item':{{'pk':{{'S':'{i}'}},'g':{{'S':'g{i % 7}'}},'text':{{'S':'{text}'}}}}}}"), Is.EqualTo("{}"));
        }
    }

    /// <summary>Everything that can be read of the table. With a truth to compare with, an answer is that or a failure.</summary>
    private static async Task<Dictionary<string, string>> ReadAllAsync(EngineRig rig, Dictionary<string, string>? truth, Action? failed = null)
    {
        Dictionary<string, string> found = [];
        for (int i = 0; i < Items; i++)
        {
            await ReadAsync("GetItem", $"{{'TableName':'tab','Key':{{'pk':{{'S':'{i}'}}}},'ConsistentRead':true}}");
        }

        for (int i = 0; i < 7; i++)
        {
            await ReadAsync("Query", $"{{'TableName':'tab','IndexName':'by-g','KeyConditionExpression':'g = :g','ExpressionAttributeValues':{{':g':{{'S':'g{i}'}}}}}}");
        }

        await ReadAsync("Scan", "{'TableName':'tab'}");
        return found;

        async Task ReadAsync(string verb, string request)
        {
            try
            {
                found[request] = await rig.CallAsync(verb, request);
            }
            catch (DamagedPageException) when (failed is not null)
            {
                failed();
                return;
            }

            Assert.That(truth is null || truth[request] == found[request], request);
        }
    }

    private static long Frames(string log) => (new FileInfo(log).Length - LogFrame.LogHeaderBytes) / LogFrame.FrameBytes;

    private static void Flip(string file, long at, Random random) => Flip(file, at, random, out _);

    private static byte Flip(string file, long at, Random random, out long place)
    {
        byte[] one = new byte[1];
        using (FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            stream.Position = place = at;
            stream.ReadExactly(one);
        }

        Write(file, at, (byte)(one[0] ^ random.Next(1, 256)));
        return one[0];
    }

    private static void Write(string file, long at, byte value)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        stream.Position = at;
        stream.WriteByte(value);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string name in new[] { "daxproxy.db", "daxproxy.db-wal" })
        {
            File.Copy(Path.Combine(from, name), Path.Combine(to, name), overwrite: true);
        }
    }
}
