using System.Text;
using DaxProxy.Commands;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Storage.Checksums;
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
    private const string Secret = "a-secret-nobody-may-read";

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
                    await rig.CallAsync("PutItem", $"{{'TableName':'secrets','Item':{{'pk':{{'S':'{Secret}-{i}'}},'text':{{'S':'{text}'}}}}}}"), Is.EqualTo("{}"));
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
                await rig.CallAsync("GetItem", $"{{'TableName':'secrets','Key':{{'pk':{{'S':'{Secret}-199'}}}},'ConsistentRead':true}}"), Does.Contain(Secret));
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
        Assert.That(() => Open(killed, Plain).Dispose(), Refused("is encrypted and no key is configured; name its key by Backend.EncryptionKeyFile"));
        Assert.That(
            () => Open(killed, Plain with { EncryptionKey = StoreKeyFile.Random() }).Dispose(), Refused("is not the one that the store is encrypted with (file:"));
        Assert.That(Contents(killed), Is.EqualTo(before));
        File.Delete(envelope);
        Assert.That(() => Open(killed, Encrypted).Dispose(), Refused("its envelope is gone (daxproxy.envelope)"));
        Assert.That(() => Open(killed, Plain).Dispose(), Refused("its envelope is gone (daxproxy.envelope)"));
        File.WriteAllBytes(envelope, before[Envelope.Name]);
        Open(killed, Encrypted).Dispose();

        await FillAsync(other.Path, Plain);
        Assert.That(() => Open(other.Path, Encrypted).Dispose(), Refused("is not encrypted, and a key is configured; encrypt it by 'daxproxy data encrypt'"));
        Assert.That(File.Exists(Path.Combine(other.Path, Envelope.Name)), Is.False);
        File.Copy(envelope, Path.Combine(other.Path, Envelope.Name));
        Assert.That(() => Open(other.Path, Encrypted).Dispose(), Refused("is not encrypted, though there is an envelope"));
        Assert.That(() => Open(other.Path, Plain).Dispose(), Refused("is encrypted and no key is configured"));
    }

    [Test]
    public void Store_ThatIsGone_IsNotMadeAnewBecauseItsEnvelopeIsThere()
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

        // What a killed process left in the log is part of the store.
        StringWriter output = new();
        Assert.That(DataCommand.Encrypt(killed, () => Key, output, output), Is.Zero, output.ToString());
        Assert.That(output.ToString(), Does.Match(@"[\d.]+ MB of [\d.]+ MB that are free").And.Contain("is encrypted"));
        Assert.That(TextIn(killed, "aaaaaaaaaaaaaaa"), Is.False);
        Assert.That(Directory.GetFiles(killed).Select(Path.GetFileName), Is.EquivalentTo(new[] { "daxproxy.db", "daxproxy.envelope", "daxproxy.lock" }));
        Assert.That(DataCommand.Check(killed, () => Key, output, output), Is.Zero, output.ToString());
        using (EngineRig rig = Open(killed, Encrypted))
        {
            await ReadAllAsync(rig, truth);
        }

        Assert.That(DataCommand.Encrypt(killed, () => Key, output, output), Is.EqualTo(1));
        Assert.That(output.ToString(), Does.Contain("data rewrap"));
    }

    /// <summary>Ends between any two steps: a part of the copy; the copy and the new envelope; the encrypted store with the new envelope.</summary>
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
            Directory.Delete(copy, recursive: true);
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
            await engine.CallAsync("CreateTable", "{'TableName':'own','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],"
                + "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],'SSESpecification':{'Enabled':true,'SSEType':'KMS','KMSMasterKeyId':'mine'}}");
        }

        Assert.That(
            await rig.ReadAsync("DescribeTable", "{'TableName':'plain'}", "Table", "SSEDescription"),
            Is.EqualTo($"{{\"Status\":\"ENABLED\",\"SSEType\":\"KMS\",\"KMSMasterKeyArn\":\"{Arn}\"}}"));
        Assert.That(await ofFile.ReadAsync("DescribeTable", "{'TableName':'plain'}", "Table", "SSEDescription"), Is.Null, "as of the service's own key");
        Assert.That(await rig.ReadAsync("DescribeTable", "{'TableName':'own'}", "Table", "SSEDescription"), Does.Contain(":key/mine"));
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

    /// <summary>Whether any file of a folder holds a text as it is.</summary>
    private static bool TextIn(string folder, string text = Secret)
    {
        string[] files = Directory.GetFiles(folder);
        Assert.That(files, Is.Not.Empty);
        return files.Where(file => !file.EndsWith(StoreFile.LockName, StringComparison.Ordinal)).Any(file => ReadShared(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);
    }

    private static Dictionary<string, byte[]> Contents(string folder) =>
        Directory.GetFiles(folder).Where(file => !file.EndsWith(StoreFile.LockName, StringComparison.Ordinal)).ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes);

    /// <summary>A key with a name of AWS KMS.</summary>
    private sealed class NamedKey(string arn) : IStoreKey
    {
        public (byte[] Key, WrappedKey Wrapped) Create(string store) => (new byte[32], new WrappedKey(arn, []));

        public WrappedKey Wrap(byte[] key, string store) => new(arn, []);

        public byte[] Unwrap(WrappedKey wrapped, string store) => new byte[32];
    }
}
