using System.Diagnostics;
using System.Text;
using DaxProxy.Commands;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Storage.Seals;
using DaxProxy.Engine.Storage.Encryption;
using DaxProxy.Engine.Storage.Files;
using DaxProxy.Tests.Caching;
using NUnit.Framework;
using static DaxProxy.Tests.Engine.Storage.SealedStore;

namespace DaxProxy.Tests.Engine.Storage;

/// <summary>An encrypted store: its files tell nothing, it opens with its key only, and no interruption leaves it without.</summary>
[TestFixture]
public sealed class EncryptionTests
{
    private const string Secret = "a-secret-not-to-be-read";

    private static readonly IStoreKey Key = StoreKeyFile.Random();
    private static readonly EngineOptions Plain = new();
    private static readonly EngineOptions Encrypted = new() { EncryptionKey = Key };

    [Test]
    public async Task Files_WhileOpenAfterAKillAndClosed_HoldNothingOfItems([Values] bool isEncrypted)
    {
        using StoreFolder store = new();
        string killed = Path.Combine(store.Path, "killed");
        using (EngineRig rig = Open(store.Path, isEncrypted ? Encrypted : Plain))
        {
            await rig.CreateHashTableAsync("secrets");
            for (int i = 0; i < 200; i++)
            {
                string text = string.Concat(Enumerable.Repeat(Secret, i % 20 == 0 ? 400 : 10));
                Assert.That(
                    await rig.CallAsync(
                        "PutItem", $"{{'TableName':'secrets','Item':{{'pk':{{'S':'{Secret}-{i}'}},'text':{{'S':'{text}'}}}}}}"),
                    Is.EqualTo("{}"));
            }

            Copy(store.Path, killed);
            Assert.That(new FileInfo(Path.Combine(killed, "daxproxy.db-wal")).Length, Is.GreaterThan(100_000));
            Assert.That(TextIn(store.Path), Is.EqualTo(!isEncrypted), "open");
            Assert.That(TextIn(killed), Is.EqualTo(!isEncrypted), "killed");
        }

        Assert.That(TextIn(store.Path), Is.EqualTo(!isEncrypted), "closed");
        if (isEncrypted)
        {
            using EngineRig rig = Open(killed, Encrypted);
            Assert.That(
                await rig.CallAsync("GetItem", $"{{'TableName':'secrets','Key':{{'pk':{{'S':'{Secret}-199'}}}},'ConsistentRead':true}}"),
                Does.Contain(Secret));
        }
    }

    [Test]
    public async Task Nonces_OfAllPagesThatWereWritten_AreDifferent()
    {
        using StoreFolder store = new();
        using EngineRig rig = Open(store.Path, Encrypted);
        await FillAsync(rig);
        byte[] log = File.ReadAllBytes(StoreFile.LogOf(store.File)), file = ReadShared(store.File);
        List<string> nonces = [];
        for (int end = LogFrame.LogHeaderBytes + LogFrame.FrameBytes; end <= log.Length; end += LogFrame.FrameBytes)
        {
            nonces.Add(Convert.ToHexString(log, end - PageCipher.SealBytes, 12));
        }

        for (int end = PageSeal.PageBytes; end <= file.Length; end += PageSeal.PageBytes)
        {
            nonces.Add(Convert.ToHexString(file, end - PageCipher.SealBytes, 12));
        }

        Assert.That(nonces, Is.Unique.And.Count.GreaterThan(300));
    }

    [Test]
    public async Task Pages_InThePlaceOfEachOther_AreRefused()
    {
        using StoreFolder store = new();
        await FillAsync(store.Path, Encrypted);
        byte[] file = File.ReadAllBytes(store.File);
        byte[] third = file[(2 * PageSeal.PageBytes)..(3 * PageSeal.PageBytes)];
        Array.Copy(file, 4 * PageSeal.PageBytes, file, 2 * PageSeal.PageBytes, PageSeal.PageBytes);
        third.CopyTo(file, 4 * PageSeal.PageBytes);
        File.WriteAllBytes(store.File, file);
        Assert.That(() => Open(store.Path, Encrypted).Dispose(), Refused("damaged (page"));
    }

    [Test]
    public async Task Frames_InThePlaceOfEachOther_AreRefused()
    {
        using StoreFolder store = new();
        string killed = Path.Combine(store.Path, "killed");
        using (EngineRig rig = Open(store.Path, Encrypted))
        {
            await FillAsync(rig);
            Copy(store.Path, killed);
        }

        string path = Path.Combine(killed, "daxproxy.db-wal");
        byte[] log = File.ReadAllBytes(path);
        int fifth = LogFrame.LogHeaderBytes + (4 * LogFrame.FrameBytes), tenth = LogFrame.LogHeaderBytes + (9 * LogFrame.FrameBytes);
        byte[] kept = log[fifth..(fifth + LogFrame.FrameBytes)];
        Array.Copy(log, tenth, log, fifth, LogFrame.FrameBytes);
        kept.CopyTo(log, tenth);
        File.WriteAllBytes(path, log);
        Assert.That(() => Open(killed, Encrypted).Dispose(), Refused("frame 5 of"));
    }

    /// <summary>
    /// A frame that was written to its place before the log began again decrypts; and is refused, alone and with its neighbours.
    /// </summary>
    [Test]
    public async Task Frames_FromBeforeTheLogBeganAgain_AreNeverServed([Values(1, 2, 1000)] int together)
    {
        using StoreFolder store = new();
        using EngineRig rig = Open(store.Path, Encrypted);
        await FillAsync(rig);
        string path = StoreFile.LogOf(store.File);
        byte[] salts = ReadShared(path)[16..24], before = [];
        int more = 0;
        for (byte[] log = ReadShared(path); log.AsSpan(16, 8).SequenceEqual(salts); log = ReadShared(path))
        {
            before = log;
            Assert.That(more++, Is.LessThan(200));
            for (int i = 0; i < 20; i++)
            {
                await rig.CallAsync("PutItem", $"{{'TableName':'far','Item':{{'pk':{{'S':'{more}-{i}'}}}}}}");
            }
        }

        for (int i = 0; i < 60; i++)
        {
            Assert.That(
                await rig.CallAsync(
                    "PutItem", $"{{'TableName':'tab','Item':{{'pk':{{'S':'{i}'}},'g':{{'S':'g{i % 7}'}},'text':{{'S':'now {i}'}}}}}}"),
                Is.EqualTo("{}"));
        }

        Dictionary<string, string> truth = await ReadAllAsync(rig, null);
        byte[] now = ReadShared(path);
        int frames = (int)Math.Min(
            (ReadShared(path).Length - LogFrame.LogHeaderBytes) / LogFrame.FrameBytes,
            (before.Length - LogFrame.LogHeaderBytes) / LogFrame.FrameBytes);
        List<DamagedPage> damaged = [];
        rig.Backend.PageDamaged = damaged.Add;
        int failures = 0;
        for (int first = 1; first <= frames; first += Math.Max(together, 9))
        {
            // Readers keep what they have read until something is written.
            await rig.CallAsync("PutItem", "{'TableName':'far','Item':{'pk':{'S':'x'}}}");
            int at = LogFrame.LogHeaderBytes + ((first - 1) * LogFrame.FrameBytes);
            int count = Math.Min(together, frames - first + 1) * LogFrame.FrameBytes;
            WriteShared(path, at, before.AsSpan(at, count));
            await ReadAllAsync(rig, truth, () => failures++);
            WriteShared(path, at, now.AsSpan(at, count));
        }

        Assert.That(damaged, Is.All.Matches<DamagedPage>(one => one.IsInLog));
        Assert.That(failures, Is.GreaterThan(0));
    }

    [Test]
    public async Task Log_HasNeitherSaltsNorChecksumsInTheClear()
    {
        using StoreFolder store = new();
        using EngineRig rig = Open(store.Path, Encrypted);
        await FillAsync(rig);
        byte[] log = ReadShared(StoreFile.LogOf(store.File));
        HashSet<string> blocks = [];
        for (int at = LogFrame.LogHeaderBytes; at + LogFrame.FrameBytes <= log.Length; at += LogFrame.FrameBytes)
        {
            Assert.That(log.AsSpan(at + LogFrame.SaltOffset, 4).SequenceEqual(log.AsSpan(LogFrame.HeaderSaltOffset, 4)), Is.False);
            Assert.That(blocks.Add(Convert.ToHexString(log, at + LogFrame.SaltOffset, 8)), "the first half of each block differs, too");
        }

        Assert.That(blocks, Has.Count.GreaterThan(200));
    }

    /// <summary>A SQLite that has no key takes the log for none and would remove it as it closes.</summary>
    [Test]
    public async Task Log_OfAKilledProcess_IsKeptByASqliteWithoutTheKey()
    {
        using StoreFolder store = new();
        string killed = Path.Combine(store.Path, "killed"), file = Path.Combine(killed, "daxproxy.db");
        Dictionary<string, string> truth;
        using (EngineRig rig = Open(store.Path, Encrypted))
        {
            await FillAsync(rig);
            truth = await ReadAllAsync(rig, null);
            Copy(store.Path, killed);
        }

        Dictionary<string, byte[]> before = Contents(killed);
        using (Microsoft.Data.Sqlite.SqliteConnection connection = new($"Data Source={file};Pooling=False"))
        {
            connection.Open();
            foreach (string text in (string[])["SELECT count(*) FROM sqlite_master", "PRAGMA wal_checkpoint(TRUNCATE)"])
            {
                Assert.That(() => connection.Execute(text), Throws.TypeOf<Microsoft.Data.Sqlite.SqliteException>());
            }
        }

        Assert.That(File.ReadAllBytes(StoreFile.LogOf(file)), Is.EqualTo(before["daxproxy.db-wal"]));
        using EngineRig again = Open(killed, Encrypted);
        await ReadAllAsync(again, truth);
    }

    /// <summary>An encrypted log that an older version has left has the header that SQLite wrote.</summary>
    [Test]
    public async Task Log_WithTheHeaderOfSqlite_IsRead()
    {
        using StoreFolder store = new();
        string killed = Path.Combine(store.Path, "killed"), path = Path.Combine(killed, "daxproxy.db-wal");
        Dictionary<string, string> truth;
        using (EngineRig rig = Open(store.Path, Encrypted))
        {
            await FillAsync(rig);
            truth = await ReadAllAsync(rig, null);
            Copy(store.Path, killed);
        }

        byte[] log = File.ReadAllBytes(path), hidden = log[..LogFrame.LogHeaderBytes];
        LogFrame.Show(log.AsSpan(0, LogFrame.LogHeaderBytes));
        Assert.That(log.AsSpan(0, LogFrame.LogHeaderBytes).SequenceEqual(hidden), Is.False);
        File.WriteAllBytes(path, log);
        using EngineRig again = Open(killed, Encrypted);
        await ReadAllAsync(again, truth);
    }

    [Test]
    public async Task Envelope_OfAnotherStoreWithTheSameKey_IsRefusedAndChangesNothing()
    {
        using StoreFolder store = new(), other = new();
        string killed = Path.Combine(store.Path, "killed");
        Dictionary<string, string> truth;
        using (EngineRig rig = Open(store.Path, Encrypted))
        {
            await FillAsync(rig);
            truth = await ReadAllAsync(rig, null);
            Copy(store.Path, killed);
        }

        Open(other.Path, Encrypted).Dispose();
        string envelope = Path.Combine(killed, Envelope.Name);
        byte[] own = File.ReadAllBytes(envelope);
        File.Copy(Path.Combine(other.Path, Envelope.Name), envelope, overwrite: true);
        Dictionary<string, byte[]> before = Contents(killed);
        Assert.That(() => Open(killed, Encrypted).Dispose(), Refused("damaged (page 1 of"));
        Assert.That(Contents(killed), Is.EqualTo(before));
        File.WriteAllBytes(envelope, own);
        using EngineRig again = Open(killed, Encrypted);
        await ReadAllAsync(again, truth);
    }

    [Test]
    public async Task Log_WithoutItsStore_IsRefusedAndKept([Values] bool isEncrypted)
    {
        using StoreFolder store = new();
        string killed = Path.Combine(store.Path, "killed"), file = Path.Combine(killed, "daxproxy.db");
        using (EngineRig rig = Open(store.Path, isEncrypted ? Encrypted : Plain))
        {
            await FillAsync(rig);
            Copy(store.Path, killed);
        }

        File.Delete(file);
        Dictionary<string, byte[]> before = Contents(killed);
        Assert.That(() => Open(killed, isEncrypted ? Encrypted : Plain).Dispose(), Refused("is gone"));
        Assert.That(Contents(killed), Is.EqualTo(before));
    }

    [Test]
    public async Task Store_OpenedInAnotherWay_IsRefusedAndLeftAsItIs()
    {
        using StoreFolder store = new(), other = new();
        string killed = Path.Combine(store.Path, "killed");
        using (EngineRig rig = Open(store.Path, Encrypted))
        {
            await FillAsync(rig);
            Copy(store.Path, killed);
        }

        Dictionary<string, byte[]> before = Contents(killed);
        string envelope = Path.Combine(killed, Envelope.Name);
        Assert.That(
            () => Open(killed, Plain).Dispose(),
            Refused("is encrypted and no key is configured; name its key by Backend.EncryptionKeyFile"));
        Assert.That(
            () => Open(killed, Plain with { EncryptionKey = StoreKeyFile.Random() }).Dispose(),
            Refused("is not the one that the store is encrypted with (file:"));
        Assert.That(Contents(killed), Is.EqualTo(before));
        File.Delete(envelope);
        Assert.That(() => Open(killed, Encrypted).Dispose(), Refused("its envelope is gone (daxproxy.envelope)"));
        Assert.That(() => Open(killed, Plain).Dispose(), Refused("its envelope is gone (daxproxy.envelope)"));
        File.WriteAllBytes(envelope, before[Envelope.Name]);
        Open(killed, Encrypted).Dispose();

        await FillAsync(other.Path, Plain);
        Assert.That(
            () => Open(other.Path, Encrypted).Dispose(),
            Refused("is not encrypted, and a key is configured; encrypt it by 'daxproxy data encrypt'"));
        Assert.That(File.Exists(Path.Combine(other.Path, Envelope.Name)), Is.False);
        File.Copy(envelope, Path.Combine(other.Path, Envelope.Name));
        Assert.That(() => Open(other.Path, Encrypted).Dispose(), Refused("is not encrypted, though there is an envelope"));
        Assert.That(() => Open(other.Path, Plain).Dispose(), Refused("is encrypted and no key is configured"));
    }

    [Test]
    public void Store_ThatIsGone_IsNotMadeAgainBecauseItsEnvelopeIsThere()
    {
        using StoreFolder store = new();
        Open(store.Path, Encrypted).Dispose();
        File.Delete(store.File);
        Assert.That(() => Open(store.Path, Encrypted).Dispose(), Refused("is gone"));
        File.Delete(Path.Combine(store.Path, StoreFile.LockName));
        Assert.That(() => Open(store.Path, Plain).Dispose(), Refused("is encrypted and no key is configured"));
        Assert.That(File.Exists(store.File), Is.False);
    }

    /// <summary>A start that ends between the envelope and the store leaves the former, and the next one goes on with it.</summary>
    [Test]
    public void Start_ThatEndedBeforeTheStoreWasThere_IsTakenUp()
    {
        using StoreFolder store = new();
        Open(store.Path, Encrypted).Dispose();
        string envelope = File.ReadAllText(Path.Combine(store.Path, Envelope.Name));
        File.Delete(store.File);
        File.Delete(Path.Combine(store.Path, StoreFile.LockName));
        Open(store.Path, Encrypted).Dispose();
        Assert.That(File.ReadAllText(Path.Combine(store.Path, Envelope.Name)), Is.EqualTo(envelope));
    }

    [Test]
    public void EveryByte_OfTheEnvelope_IsNeverTakenForAnother()
    {
        using StoreFolder store = new();
        Open(store.Path, Encrypted).Dispose();
        string path = Path.Combine(store.Path, Envelope.Name);
        byte[] whole = File.ReadAllBytes(path);
        int end = Encoding.UTF8.GetString(whole).IndexOf("\"createdAt\"", StringComparison.Ordinal);
        for (int at = 0; at < end; at++)
        {
            if (char.IsWhiteSpace((char)whole[at]))
            {
                continue;
            }

            byte[] damaged = [.. whole];
            damaged[at] ^= 2;
            File.WriteAllBytes(path, damaged);
            Assert.That(() => Open(store.Path, Encrypted).Dispose(), Refused(""), $"byte {at}");
        }

        File.WriteAllText(
            path, System.Text.RegularExpressions.Regex.Replace(Encoding.UTF8.GetString(whole), "\"keyId\": \"[^\"]*\"", "\"keyId\": null"));
        Assert.That(() => Open(store.Path, Encrypted).Dispose(), Refused("is damaged"));
    }

    [TestCase("", "holds no 32 bytes in base64")]
    [TestCase("not base64 at all", "holds no 32 bytes in base64")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "holds no 32 bytes in base64")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "holds no 32 bytes in base64")]
    public void KeyFile_WithoutAKey_IsRefused(string text, string fault)
    {
        using StoreFolder store = new();
        string file = Path.Combine(store.Path, "key");
        StoreKeyFile.Write(file);
        File.WriteAllText(file, text);
        Assert.That(() => KeyFile.Read(file, "Backend:EncryptionKeyFile"), Refused($"Backend:EncryptionKeyFile: {file} {fault}"));
        File.Delete(file);
        Assert.That(() => KeyFile.Read(file, "Backend:EncryptionKeyFile"), Refused($"Backend:EncryptionKeyFile: {file} cannot be read"));
    }

    [Test]
    public void KeyFile_NamedByAKey_IsRefusedWithoutRepeatingIt()
    {
        string key = Convert.ToBase64String(new byte[32]);
        Assert.That(
            () => KeyFile.Read(key, "--new-encryption-key-file"),
            Refused("--new-encryption-key-file: this is a key").And.Message.Not.Contains(key));
    }

    [TestCase(UnixFileMode.GroupRead)]
    [TestCase(UnixFileMode.OtherRead)]
    [TestCase(UnixFileMode.OtherWrite)]
    [Platform(Exclude = "Win", Reason = "Windows has other rights.")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void KeyFile_ThatOthersMayReadOrWrite_IsRefused(UnixFileMode others)
    {
        using StoreFolder store = new();
        string file = Path.Combine(store.Path, "key");
        StoreKeyFile.Write(file);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | others);
        Assert.That(() => KeyFile.Read(file, "Backend:EncryptionKeyFile"), Refused($"chmod 600 {file}"));
    }

    [Test]
    public async Task Encrypt_OfAPlainStore_KeepsAllAndLeavesNothingInTheClear([Values] bool hasChecksums)
    {
        using StoreFolder store = new();
        EngineOptions options = Plain with { Checksums = hasChecksums };
        string killed = Path.Combine(store.Path, "killed");
        Dictionary<string, string> truth;
        using (EngineRig rig = Open(store.Path, options))
        {
            await FillAsync(rig);
            truth = await ReadAllAsync(rig, null);
            Copy(store.Path, killed);
        }

        // A process that was killed while it made copies has left them.
        foreach (string left in (string[])["daxproxy.copy-abc", "daxproxy.copy-abc.part", "daxproxy.db.part"])
        {
            File.WriteAllText(Path.Combine(killed, left), new string('a', 100));
        }

        // What a killed process left in the log is part of the store.
        StringWriter output = new();
        Assert.That(DataCommand.Encrypt(killed, () => Key, output, output), Is.Zero, output.ToString());
        Assert.That(output.ToString(), Does.Match(@"[\d.]+ MB of [\d.]+ MB that are free").And.Contain("is encrypted"));
        Assert.That(TextIn(killed, "aaaaaaaaaaaaaaa"), Is.False);
        Assert.That(
            Directory.GetFiles(killed).Select(Path.GetFileName),
            Is.EquivalentTo(new[] { "daxproxy.db", "daxproxy.envelope", "daxproxy.envelope-lock", "daxproxy.lock" }));
        Assert.That(DataCommand.Check(killed, () => Key, output, output), Is.Zero, output.ToString());
        using (EngineRig rig = Open(killed, Encrypted))
        {
            await ReadAllAsync(rig, truth);
        }

        Assert.That(DataCommand.Encrypt(killed, () => Key, output, output), Is.EqualTo(1));
        Assert.That(output.ToString(), Does.Contain("data rewrap"));
    }

    /// <summary>
    /// Ends between any two steps: a part of the copy; the copy and the new envelope; the encrypted store with the new envelope.
    /// </summary>
    [Test]
    public async Task Encrypt_ThatIsInterrupted_LeavesTheStoreAsItWasOrEncrypted()
    {
        using StoreFolder store = new();
        string killed = Path.Combine(store.Path, "killed");
        Dictionary<string, string> truth;
        using (EngineRig rig = Open(store.Path, Plain))
        {
            await FillAsync(rig);
            truth = await ReadAllAsync(rig, null);
        }

        Copy(store.Path, killed);
        string file = Path.Combine(killed, "daxproxy.db");
        Envelope.Create(Key, DateTimeOffset.UnixEpoch).Envelope.Write(Envelope.NewOf(file));
        File.WriteAllBytes(StoreFile.CopyOf(file), new byte[9999]);
        using (EngineRig rig = Open(killed, Plain))
        {
            await ReadAllAsync(rig, truth);
        }

        StringWriter output = new();
        Assert.That(DataCommand.Encrypt(killed, () => Key, output, output), Is.Zero, output.ToString());
        File.Move(Envelope.Of(file), Envelope.NewOf(file));
        Assert.That(() => Open(killed, Plain).Dispose(), Refused("no key is configured"));
        using (EngineRig rig = Open(killed, Encrypted))
        {
            await ReadAllAsync(rig, truth);
        }

        Assert.That(File.Exists(Envelope.NewOf(file)), Is.False);
        Assert.That(File.Exists(Envelope.Of(file)), Is.True);
    }

    [Test]
    public async Task Rewrap_GivesTheStoreANewKeyAndLeavesItsPages()
    {
        using StoreFolder store = new();
        await FillAsync(store.Path, Encrypted);
        byte[] pages = File.ReadAllBytes(store.File);
        IStoreKey next = StoreKeyFile.Random();
        StringWriter output = new();
        Assert.That(DataCommand.Rewrap(store.Path, () => next, () => Key, output, output), Is.EqualTo(1));
        Assert.That(output.ToString(), Does.Contain("is not the one that the store is encrypted with"));

        // One that was interrupted has written the new envelope, and no more.
        Envelope.Read(Envelope.Of(store.File)).Rewrap(Key, next, DateTimeOffset.UnixEpoch).Write(Envelope.NewOf(store.File));
        Open(store.Path, Encrypted).Dispose();
        Assert.That(DataCommand.Rewrap(store.Path, () => Key, () => next, output, output), Is.Zero, output.ToString());
        Assert.That(File.ReadAllBytes(store.File).AsSpan(PageSeal.PageBytes).SequenceEqual(pages.AsSpan(PageSeal.PageBytes)));
        Assert.That(() => Open(store.Path, Encrypted).Dispose(), Refused("is not the one"));
        Open(store.Path, Plain with { EncryptionKey = next }).Dispose();
    }

    /// <summary>KMS may let a caller wrap with a key and not unwrap. Such a key must never be the only one that a store has.</summary>
    [Test]
    public async Task Key_ThatDoesNotGiveBackWhatItWraps_IsRefusedBeforeAnythingNeedsIt([Values] bool isRefusal)
    {
        using StoreFolder store = new(), plain = new(), none = new();
        await FillAsync(store.Path, Encrypted);
        await FillAsync(plain.Path, Plain);
        IStoreKey oneWay = new OneWayKey(isRefusal);
        Dictionary<string, byte[]> before = Contents(store.Path), plainBefore = Contents(plain.Path);
        StringWriter output = new();
        Assert.That(DataCommand.Rewrap(store.Path, () => Key, () => oneWay, output, output), Is.EqualTo(1));
        Assert.That(DataCommand.Encrypt(plain.Path, () => oneWay, output, output), Is.EqualTo(1));
        Assert.That(
            () => Open(none.Path, Plain with { EncryptionKey = oneWay }).Dispose(), Refused(isRefusal ? "may not" : "does not give back"));
        Assert.That(File.ReadAllBytes(Envelope.Of(store.File)), Is.EqualTo(before[Envelope.Name]));
        Assert.That(File.ReadAllBytes(plain.File), Is.EqualTo(plainBefore["daxproxy.db"]));
        Assert.That(File.Exists(Envelope.Of(none.File)), Is.False);
        Open(store.Path, Encrypted).Dispose();
        Open(plain.Path, Plain).Dispose();
    }

    [Test]
    public async Task Rewrap_WhileAnotherOneIsUnderWay_IsRefused()
    {
        using StoreFolder store = new(), plain = new();
        await FillAsync(store.Path, Encrypted);
        await FillAsync(plain.Path, Plain);
        StringWriter output = new();
        using (PrivateFiles.Open(Envelope.LockOf(store.File)))
        using (PrivateFiles.Open(Envelope.LockOf(plain.File)))
        {
            Assert.That(DataCommand.Rewrap(store.Path, () => Key, () => StoreKeyFile.Random(), output, output), Is.EqualTo(1));
            Assert.That(DataCommand.Encrypt(plain.Path, () => Key, output, output), Is.EqualTo(1));
        }

        Assert.That(output.ToString().Split("is being changed by another process"), Has.Length.EqualTo(3), output.ToString());
        Open(store.Path, Encrypted).Dispose();
        Open(plain.Path, Plain).Dispose();
    }

    /// <summary>More than the start looks at: the copy is what meets the damage.</summary>
    [Test]
    public async Task Encrypt_OfALargeStoreThatIsDamaged_SaysWhichPage()
    {
        using StoreFolder store = new();
        using (EngineRig rig = Open(store.Path, Plain))
        {
            await rig.CreateHashTableAsync("large");
            string text = new('x', 390_000);
            for (int i = 0; i < 100; i++)
            {
                Assert.That(
                    await rig.CallAsync("PutItem", $"{{'TableName':'large','Item':{{'pk':{{'S':'{i}'}},'t':{{'S':'{text}'}}}}}}"),
                    Is.EqualTo("{}"));
            }
        }

        long pages = new FileInfo(store.File).Length / PageSeal.PageBytes;
        Flip(store.File, ((pages - 200) * PageSeal.PageBytes) + 1000, new Random(1));
        StringWriter output = new();
        Assert.That(DataCommand.Encrypt(store.Path, () => Key, output, output), Is.EqualTo(1));
        Assert.That(output.ToString(), Does.Contain($"page {pages - 199} of").And.Not.Contain("make room"));
    }

    [Test]
    public async Task Backup_OfWhatAKilledProcessLeft_IsWholeOrRefusedAndChangesNothing([Values] bool isEncrypted, [Values] bool isDamaged)
    {
        using StoreFolder store = new(), copies = new();
        string killed = Path.Combine(store.Path, "killed"), copy = Path.Combine(copies.Path, "copy");
        Dictionary<string, string> truth;
        using (EngineRig rig = Open(store.Path, isEncrypted ? Encrypted : Plain))
        {
            await FillAsync(rig);
            truth = await ReadAllAsync(rig, null);
            Copy(store.Path, killed);
        }

        if (isDamaged)
        {
            Flip(Path.Combine(killed, "daxproxy.db-wal"), LogFrame.LogHeaderBytes + 500, new Random(1));
        }

        Dictionary<string, byte[]> before = Contents(killed);
        (int code, string text) = await CopyAsync(killed, copy, Key);
        Assert.That(Contents(killed).Where(one => !one.Key.EndsWith("-shm", StringComparison.Ordinal)).ToDictionary(), Is.EqualTo(before));
        if (isDamaged)
        {
            Assert.That(text, Does.Contain("frame 1 of"));
            Assert.That(code, Is.EqualTo(1));
            Assert.That(Directory.GetFileSystemEntries(copy), Is.Empty);
            return;
        }

        Assert.That(code, Is.Zero, text);
        using EngineRig again = Open(copy, isEncrypted ? Encrypted : Plain);
        await ReadAllAsync(again, truth);
    }

    [Test]
    public async Task Backup_OfAnEncryptedStore_IsEncryptedWithTheSameKey([Values] bool isServed)
    {
        using StoreFolder store = new(), copies = new();
        string copy = Path.Combine(copies.Path, "copy");
        ManualTime time = new();
        Dictionary<string, string> truth;
        using (EngineRig rig = new(Encrypted with { DataFolder = store.Path }, time))
        {
            await FillAsync(rig);
            truth = await ReadAllAsync(rig, null);
            if (isServed)
            {
                Task<(int Code, string Text)> copying = Task.Run(() => CopyAsync(store.Path, copy, null));
                while (!copying.IsCompleted)
                {
                    time.Advance(1);
                    await Task.Yield();
                }

                Assert.That((await copying).Code, Is.Zero, (await copying).Text);
            }
        }

        if (!isServed)
        {
            Assert.That((await CopyAsync(store.Path, copy, null)).Text, Does.Contain("no key is configured"));
            Assert.That(File.Exists(Path.Combine(copy, "daxproxy.db")), Is.False);
            Assert.That(Directory.GetFileSystemEntries(copy), Is.Empty, "so that it can be tried again");
            Assert.That((await CopyAsync(store.Path, copy, Key)).Code, Is.Zero);
        }

        Assert.That(TextIn(copy, "aaaaaaaaaaaaaaa"), Is.False);
        using EngineRig restored = Open(copy, Encrypted);
        await ReadAllAsync(restored, truth);
    }

    [Test]
    public async Task Description_OfATable_NamesTheStoresKeyOfKmsWhereItHasNoneOfItsOwn()
    {
        const string Arn = "arn:aws:kms:eu-west-1:123456789012:key/store";
        using StoreFolder store = new(), other = new();
        using EngineRig rig = Open(store.Path, Plain with { EncryptionKey = new NamedKey(Arn) }), ofFile = Open(other.Path, Encrypted);
        foreach (EngineRig engine in new[] { rig, ofFile })
        {
            await engine.CreateHashTableAsync("plain");
            await engine.CallAsync(
                "CreateTable",
                "{'TableName':'own','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],"
                + "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],'SSESpecification':{'Enabled':true,'SSEType':'KMS','KMSMasterKeyId':'mine'}}");
        }

        Assert.That(
            await rig.ReadAsync("DescribeTable", "{'TableName':'plain'}", "Table", "SSEDescription"),
            Is.EqualTo($"{{\"Status\":\"ENABLED\",\"SSEType\":\"KMS\",\"KMSMasterKeyArn\":\"{Arn}\"}}"));
        Assert.That(
            await ofFile.ReadAsync("DescribeTable", "{'TableName':'plain'}", "Table", "SSEDescription"), Is.Null,
            "as of the service's own key");
        Assert.That(await rig.ReadAsync("DescribeTable", "{'TableName':'own'}", "Table", "SSEDescription"), Does.Contain(":key/mine"));
    }

    [Test]
    public async Task Description_OfATable_NamesTheNewKeyOnceTheStoreHasIt_WhileItIsServed()
    {
        const string Arn = "arn:aws:kms:eu-west-1:123456789012:key/";
        using StoreFolder store = new();
        NamedKey first = new(Arn + "first"), second = new(Arn + "second");
        using EngineRig rig = Open(store.Path, Plain with { EncryptionKey = first });
        await rig.CreateHashTableAsync("tab");
        Assert.That(await KeyOfAsync(), Does.Contain(Arn + "first"));
        StringWriter output = new();
        Assert.That(DataCommand.Rewrap(store.Path, () => first, () => second, output, output), Is.Zero, output.ToString());
        Assert.That(await KeyOfAsync(), Does.Contain(Arn + "second"));
        File.Move(Envelope.Of(store.File), Envelope.Of(store.File) + ".away");
        Assert.That(await KeyOfAsync(), Does.Contain(Arn + "second"), "what is known, where no more can be found out");
        File.Move(Envelope.Of(store.File) + ".away", Envelope.Of(store.File));
        Assert.That(DataCommand.Rewrap(store.Path, () => second, () => Key, output, output), Is.Zero, output.ToString());
        Assert.That(await KeyOfAsync(), Is.Null, "a key of a file has no name");

        Task<string?> KeyOfAsync() => rig.ReadAsync("DescribeTable", "{'TableName':'tab'}", "Table", "SSEDescription");
    }

    /// <summary>
    /// An operator may run the commands as root; the service that has the store must be able to open all that is there then.
    /// </summary>
    [Test]
    [Platform("Linux")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Commands_OfRoot_LeaveTheFolderToItsOwner()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("Only root may give files away.");
        }

        const string Service = "65534:65534";
        using StoreFolder store = new();
        await FillAsync(store.Path, Plain with { Checksums = false });
        File.SetUnixFileMode(store.File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        RunTool("chown", "-R", Service, store.Path);
        StringWriter output = new();
        Assert.That(DataCommand.Encrypt(store.Path, () => Key, output, output), Is.Zero, output.ToString());
        CheckOwner("640 ");
        File.SetUnixFileMode(Envelope.Of(store.File), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        IStoreKey next = StoreKeyFile.Random();
        Assert.That(DataCommand.Rewrap(store.Path, () => Key, () => next, output, output), Is.Zero, output.ToString());
        CheckOwner("600 ");

        // A start as root: the log and all that it makes.
        using (EngineRig rig = Open(store.Path, Plain with { EncryptionKey = next }))
        {
            await rig.CreateHashTableAsync("more");
            CheckOwner("600 ");
        }

        string made = Path.Combine(store.Path, "made");
        Directory.CreateDirectory(made);
        RunTool("chown", Service, made);
        Assert.That(
            await DataCommand.CopyAsync(store.Path, made, () => next, output, output, isTerminal: false, CancellationToken.None),
            Is.Zero,
            output.ToString());
        CheckOwner("600 ");

        void CheckOwner(string envelopeMode)
        {
            string[] files = Directory.GetFileSystemEntries(store.Path, "*", SearchOption.AllDirectories);
            Assert.That(files, Has.Length.GreaterThanOrEqualTo(4));
            foreach (string file in files)
            {
                Assert.That(RunTool("stat", "-c", "%u:%g", file), Is.EqualTo(Service), file);
            }

            Assert.That(RunTool("stat", "-c", "%a ", store.File), Is.EqualTo("640 "), "the mode is the operator's choice");
            Assert.That(RunTool("stat", "-c", "%a ", Envelope.Of(store.File)), Is.EqualTo(envelopeMode));
        }
    }

    private static string RunTool(string name, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd().TrimEnd('\n');
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{name} {string.Join(' ', arguments)}: {process.ExitCode}");
    }

    private static EngineRig Open(string folder, EngineOptions options) => new(options with { DataFolder = folder }, new ManualTime());

    private static NUnit.Framework.Constraints.ContainsConstraint Refused(string text) =>
        Throws.TypeOf<StorageException>().With.Message.Contains(text).And.Message.Not.Contains("\n");

    private static async Task<(int Code, string Text)> CopyAsync(string from, string to, IStoreKey? key)
    {
        StringWriter output = new();
        int code = await DataCommand.CopyAsync(from, to, () => key, output, output, isTerminal: false, CancellationToken.None);
        return (code, output.ToString());
    }

    private static byte[] ReadShared(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static void WriteShared(string file, long at, ReadOnlySpan<byte> bytes)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        stream.Position = at;
        stream.Write(bytes);
    }

    /// <summary>Whether any file of a folder holds a text as it is.</summary>
    private static bool TextIn(string folder, string text = Secret)
    {
        string[] files = Directory.GetFiles(folder);
        Assert.That(files, Is.Not.Empty);
        return files.Where(file => !file.EndsWith(StoreFile.LockName, StringComparison.Ordinal)).Any(
            file => ReadShared(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);
    }

    private static Dictionary<string, byte[]> Contents(string folder) =>
        Directory.GetFiles(folder).Where(file => !file.EndsWith(StoreFile.LockName, StringComparison.Ordinal)).ToDictionary(
            file => Path.GetFileName(file), File.ReadAllBytes);

    /// <summary>A key that wraps, and does not unwrap, or gives back something else.</summary>
    private sealed class OneWayKey(bool isRefusal) : IStoreKey
    {
        public (byte[] Key, WrappedKey Wrapped) Create(string store) => (new byte[32], new WrappedKey("arn:one-way", [1]));

        public WrappedKey Wrap(byte[] key, string store) => new("arn:one-way", [1]);

        public byte[] Unwrap(WrappedKey wrapped, string store) =>
            isRefusal ? throw new StorageException("it may not") : [.. Enumerable.Repeat((byte)1, 32)];
    }

    /// <summary>A key with a name of AWS KMS.</summary>
    private sealed class NamedKey(string arn) : IStoreKey
    {
        public (byte[] Key, WrappedKey Wrapped) Create(string store) => (new byte[32], new WrappedKey(arn, []));

        public WrappedKey Wrap(byte[] key, string store) => new(arn, []);

        public byte[] Unwrap(WrappedKey wrapped, string store) => new byte[32];
    }
}
