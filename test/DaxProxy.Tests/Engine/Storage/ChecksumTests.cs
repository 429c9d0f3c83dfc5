using DaxProxy.Commands;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Storage.Seals;
using DaxProxy.Engine.Storage.Encryption;
using DaxProxy.Engine.Storage.Files;
using DaxProxy.Tests.Caching;
using NUnit.Framework;
using static DaxProxy.Tests.Engine.Storage.SealedStore;

namespace DaxProxy.Tests.Engine.Storage;

/// <summary>
/// One byte that is not what was written, wherever it is: a read that needs it fails and says where it is, every other is answered with the
/// truth, and nothing else happens.
/// </summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class ChecksumTests(bool isEncrypted)
{
    private static readonly IStoreKey Key = StoreKeyFile.Random();

    private EngineOptions Options => new() { SynchronizeEveryCommit = false, EncryptionKey = isEncrypted ? Key : null };

    [Test]
    public async Task AnyByte_OfTheFile_IsNeverServedAsData([Values(1, 2)] int seed)
    {
        using StoreFolder store = new() { Key = Key };
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
        using StoreFolder store = new() { Key = Key };
        await FillAsync(store.Path, Options);
        Random random = new(seed);
        byte[] whole = File.ReadAllBytes(store.File);
        for (int page = 1; page <= whole.Length / PageSeal.PageBytes; page++)
        {
            Flip(store.File, ((page - 1) * PageSeal.PageBytes) + random.Next(PageSeal.PageBytes), random);
            Assert.That(
                () => Open(store.Path).Dispose(),
                Throws.TypeOf<StorageException>().With.Message.Contains($"page {page} of").And.Message.Not.Contains("\n"));
            File.WriteAllBytes(store.File, whole);
        }
    }

    [Test]
    public async Task EveryByte_OfTheHeader_IsRefusedAtTheStart()
    {
        using StoreFolder store = new() { Key = Key };
        await FillAsync(store.Path, Options);
        byte[] whole = File.ReadAllBytes(store.File);
        for (int at = 0; at < 100; at++)
        {
            whole[at] ^= 0xFF;
            Write(store.File, at, whole[at]);
            Assert.That(
                () => Open(store.Path).Dispose(), Throws.TypeOf<StorageException>().With.Message.Contains("damaged (page 1 of"),
                $"byte {at}");
            Assert.That(File.ReadAllBytes(store.File).AsSpan().SequenceEqual(whole), "left as it was");
            whole[at] ^= 0xFF;
            Write(store.File, at, whole[at]);
        }
    }

    [Test]
    public async Task AnyByte_OfAPageInTheLog_IsNeverServedAsData([Values(1, 2)] int seed)
    {
        using StoreFolder store = new() { Key = Key };
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
            byte undo = Flip(
                log, LogFrame.LogHeaderBytes + ((frame - 1) * LogFrame.FrameBytes) + LogFrame.HeaderBytes + random.Next(PageSeal.PageBytes),
                random, out long at);
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
        using StoreFolder store = new() { Key = Key };
        Random random = new(seed);
        string killed = Path.Combine(store.Path, "killed"), log = Path.Combine(killed, "daxproxy.db-wal");
        Dictionary<string, string> truth;
        using (EngineRig rig = new(Options with { SynchronizeEveryCommit = true, DataFolder = store.Path }, new ManualTime()))
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
            Flip(
                Path.Combine(copy, "daxproxy.db-wal"),
                LogFrame.LogHeaderBytes + ((frame - 1) * LogFrame.FrameBytes) + random.Next(LogFrame.FrameBytes), random);
            try
            {
                using EngineRig rig = new(Options with { SynchronizeEveryCommit = true, DataFolder = copy }, new ManualTime());
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
        using StoreFolder store = new() { Key = Key };
        (string killed, string file) = await KilledAfterAWriteAsync(store.Path);
        File.WriteAllText(Path.Combine(killed, StoreFile.LockName), "store\n");

        HashSet<long> inLog;
        using (FileStream log = File.OpenRead(file + "-wal"))
        {
            inLog = LogAudit.PagesIn(log, isEncrypted ? EncryptedFile.Open(file, Key) : StoreSeal.Digests);
        }

        int pages = (int)(new FileInfo(file).Length / PageSeal.PageBytes);
        Random random = new(1);
        foreach (long page in inLog.Where(page => page <= pages))
        {
            Flip(file, ((page - 1) * PageSeal.PageBytes) + 2000, random);
        }

        Assert.That(inLog, Has.Count.GreaterThan(1));
        Assert.That(StoreCheck.Run(killed, () => Options.EncryptionKey).Damaged, Is.Empty);
        long other = Enumerable.Range(1, pages).First(page => !inLog.Contains(page));
        Flip(file, ((other - 1) * PageSeal.PageBytes) + 2000, random);
        Assert.That(
            StoreCheck.Run(killed, () => Options.EncryptionKey).Damaged.Select(one => one.Page.Number), Is.EqualTo(new[] { other }));
    }

    /// <summary>Only a page that the log has whole may be torn in the file.</summary>
    [Test]
    public async Task FirstPage_DamagedAndNotInTheLog_IsRefusedAndTheLogStays()
    {
        using StoreFolder store = new() { Key = Key };
        (string killed, string file) = await KilledAfterAWriteAsync(store.Path);

        using (FileStream stream = File.OpenRead(file + "-wal"))
        {
            HashSet<long> pages = LogAudit.PagesIn(stream, isEncrypted ? EncryptedFile.Open(file, Key) : StoreSeal.Digests);
            Assert.That(pages, Is.Not.Empty.And.No.Member(1L), "else this tests nothing");
        }

        byte[] log = File.ReadAllBytes(file + "-wal");
        Flip(file, 2000, new Random(1));
        Assert.That(() => Open(killed).Dispose(), Throws.TypeOf<StorageException>().With.Message.Contains("damaged (page 1 of"));
        Assert.That(File.ReadAllBytes(file + "-wal"), Is.EqualTo(log));
    }

    [Test]
    public async Task EveryByte_OfTheHeaderOfALog_IsRefused()
    {
        using StoreFolder store = new() { Key = Key };
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
                () => new EngineRig(Options with { SynchronizeEveryCommit = true, DataFolder = killed }, new ManualTime()).Dispose(),
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
        using StoreFolder store = new() { Key = Key };
        EngineOptions options = Options with { DataFolder = store.Path };
        using (Database database = Database.Open(options, TimeProvider.System, out Microsoft.Data.Sqlite.SqliteConnection connection))
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

        Assert.That(
            store.Read("SELECT count(*) || ' ' || min(size_bytes) || ' ' || max(size_bytes) FROM collections"),
            Is.EqualTo(new[] { "2000 2 2" }));
        Assert.That(store.Read("PRAGMA integrity_check"), Is.EqualTo(new[] { "ok" }));
    }

    [Test]
    public async Task Check_SaysWhichPagesAreDamagedAndWhatTheyBelongTo()
    {
        using StoreFolder store = new() { Key = Key };
        await FillAsync(store.Path, Options);
        StringWriter output = new();
        Assert.That(DataCommand.Check(store.Path, () => Options.EncryptionKey, output, output), Is.Zero, output.ToString());
        Assert.That(output.ToString(), Does.Contain(" 0 damaged"));
        Random random = new(1);
        byte[] whole = File.ReadAllBytes(store.File);
        HashSet<string> parts = [];
        for (int page = 1; page <= whole.Length / PageSeal.PageBytes; page++)
        {
            Flip(store.File, ((page - 1) * PageSeal.PageBytes) + random.Next(PageSeal.PageBytes), random);
            output = new();
            Assert.That(DataCommand.Check(store.Path, () => Options.EncryptionKey, output, output), Is.EqualTo(1));
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
        using StoreFolder store = new() { Key = Key };
        StringWriter errors = new();
        Assert.That(DataCommand.Check(store.Path, () => Options.EncryptionKey, TextWriter.Null, errors), Is.EqualTo(1));
        using EngineRig rig = Open(store.Path);
        Assert.That(DataCommand.Check(store.Path, () => Options.EncryptionKey, TextWriter.Null, errors), Is.EqualTo(1));
        Assert.That(errors.ToString().Split('\n'), Has.Length.EqualTo(3).And.Some.Contains("no store").And.Some.Contains("in use"));
    }

    /// <summary>A filled store as the end of its process leaves it, with one write in its log; the folder, and its file.</summary>
    private async Task<(string Folder, string File)> KilledAfterAWriteAsync(string store)
    {
        await FillAsync(store, Options);
        string killed = Path.Combine(store, "killed");
        using EngineRig rig = Open(store);
        Assert.That(
            await rig.CallAsync("PutItem", "{'TableName':'tab','Item':{'pk':{'S':'1'},'g':{'S':'g1'},'text':{'S':'new'}}}"),
            Is.EqualTo("{}"));
        Copy(store, killed);
        return (killed, Path.Combine(killed, "daxproxy.db"));
    }

    private EngineRig Open(string folder) => new(Options with { DataFolder = folder }, new ManualTime());
}
