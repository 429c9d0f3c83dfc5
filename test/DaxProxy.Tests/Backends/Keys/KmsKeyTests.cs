using System.Text.Json.Nodes;
using Amazon.KeyManagementService;
using Amazon.Runtime;
using DaxProxy.Backends.Keys;
using DaxProxy.Commands;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Storage.Encryption;
using DaxProxy.Engine.Storage.Files;
using DaxProxy.Tests.Caching;
using DaxProxy.Tests.Engine;
using DaxProxy.Tests.Engine.Storage;
using NUnit.Framework;

namespace DaxProxy.Tests.Backends.Keys;

/// <summary>A store whose key is wrapped by AWS KMS, which stands here as a small server of its protocol.</summary>
[TestFixture]
public sealed class KmsKeyTests
{
    private FakeKms kms = null!;
    private StoreFolder store = null!;

    [SetUp]
    public void SetUp() => (kms, store) = (new FakeKms(), new StoreFolder());

    [TearDown]
    public void TearDown()
    {
        kms.Dispose();
        store.Dispose();
    }

    [Test]
    public async Task Store_MadeWithAKeyOfKms_OpensWithItByAnyOfItsNames()
    {
        string arn = kms.Add("one");
        using (EngineRig rig = Open("alias/one"))
        {
            await rig.CreateHashTableAsync("tab");
            await rig.CallAsync("PutItem", "{'TableName':'tab','Item':{'pk':{'S':'x'}}}");
        }

        JsonNode envelope = JsonNode.Parse(File.ReadAllText(Path.Combine(store.Path, Envelope.Name)))!;
        Assert.That((string?)envelope["keyId"], Is.EqualTo(arn));
        using (EngineRig rig = Open(arn))
        {
            Assert.That(await rig.CallAsync("GetItem", "{'TableName':'tab','Key':{'pk':{'S':'x'}}}"), Does.Contain("\"x\""));
            Assert.That(
                await rig.ReadAsync("DescribeTable", "{'TableName':'tab'}", "Table", "SSEDescription", "KMSMasterKeyArn"),
                Is.EqualTo($"\"{arn}\""));
        }

        string context = $"{{\"daxproxy:store\":\"{envelope["store"]}\"}}";
        Assert.That(kms.Asked, Is.EqualTo(new[] { "GenerateDataKey " + context, "Decrypt " + context, "Decrypt " + context }));
    }

    [Test]
    public void Store_WithAnotherKeyOrARefusalOrNoKms_IsRefusedInOneLine()
    {
        string arn = kms.Add("one");
        kms.Add("two");
        Open("one").Dispose();
        Assert.That(
            () => Open("two").Dispose(),
            Refused($"not the one that the store is encrypted with ({arn}); name that one by Backend.KmsKeyId"));
        Assert.That(() => Open("three").Dispose(), Refused("NotFoundException"));
        kms.Refusal = "DisabledException";
        Assert.That(() => Open("one").Dispose(), Refused("AWS KMS refuses the key one (DisabledException, request 0-1-2-3); check "));
        kms.Refusal = FakeKms.Secret;
        Assert.That(() => Open("one").Dispose(), Refused("AWS KMS refuses the key one (?, request 0-1-2-3); check "));
        kms.Dispose();
        Assert.That(() => Open("one").Dispose(), Refused("AWS KMS cannot be asked for the key one"));
    }

    [Test]
    public void Kms_ThatDoesNotAnswer_IsRefusedInOneLine()
    {
        kms.Add("one");
        kms.IsSilent = true;
        Assert.That(() => Open("one").Dispose(), Refused("AWS KMS cannot be asked for the key one"));
    }

    [Test]
    public void Key_ThatMayWrapAndNotUnwrap_IsRefused()
    {
        kms.Add("one");
        IStoreKey file = StoreKeyFile.Random();
        Open(file).Dispose();
        kms.RefusedVerb = "Decrypt";
        StringWriter output = new();
        Assert.That(DataCommand.Rewrap(store.Path, () => file, () => Key("one"), output, output), Is.EqualTo(1));
        Assert.That(output.ToString(), Does.Contain("AccessDeniedException"));
        Open(file).Dispose();
    }

    [TestCase("arn:aws:kms:no region:111122223333:key/one", null)]
    [TestCase("alias/one", "kms.local")]
    [NonParallelizable]
    public void Client_ThatCannotBeMade_IsRefusedInOneLine(string id, string? endpoint)
    {
        using IDisposable variables = Variables(
            ("AWS_ENDPOINT_URL_KMS", endpoint), ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "secret"));
        Assert.That(
            () => Open(StoreKeys.Of(
                ("", "file"), (id, "--kms-key-id"), "us-east-1")!).Dispose(), Refused(endpoint ?? "--kms-key-id: "));
    }

    /// <summary>The region of a key without one is that of the configuration, also where the key itself is an argument.</summary>
    [Test]
    [NonParallelizable]
    public void Region_OfAKeyThatIsAnArgument_IsThatOfItsArnOrElseOfTheConfiguration()
    {
        string arn = kms.Add("one");
        kms.Add("two");
        Open((IStoreKey?)null).Dispose();
        string config = Path.Combine(store.Path, "config.json");
        File.WriteAllText(config, """{"Backend":{"Region":"eu-west-3"}}""");
        using (Variables(
            ("AWS_ENDPOINT_URL_KMS", kms.Address), ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "secret"), ("AWS_REGION", "ap-south-1")))
        {
            Assert.That(Run("encrypt", store.Path, "--config", config, "--kms-key-id", "alias/one"), Is.EqualTo("eu-west-3"));
            Assert.That(
                Run("rewrap", store.Path, "--config", config, "--kms-key-id", "alias/one", "--new-kms-key-id", "alias/two"), Is.EqualTo("eu-west-3"));
            Assert.That(
                Run("rewrap", store.Path, "--config", config, "--kms-key-id", "alias/two", "--new-kms-key-id", arn), Is.EqualTo("eu-west-3 us-east-1"));
            File.WriteAllText(config, """{"Backend":{"Region":"auto"}}""");
            Assert.That(Run("check", store.Path, "--config", config, "--kms-key-id", "alias/one"), Is.EqualTo("ap-south-1"), "the machine's");
            File.WriteAllText(config, """{"Backend":{"Region":"eu-west-3"},"ItemCache":{"TimeToLive":"-1"}}""");
            Assert.That(
                Run("rewrap", store.Path, "--config", config, "--kms-key-id", arn, "--new-kms-key-id", "alias/two"), Does.StartWith("us-east-1"),
                "a configuration that cannot be used is no hindrance");
        }

        string Run(params string[] arguments)
        {
            kms.Regions.Clear();
            Assert.That(DataCommand.Create().Parse(arguments).Invoke(), Is.Zero, string.Join(' ', arguments));
            return string.Join(' ', kms.Regions.Distinct());
        }
    }

    [Test]
    public void Envelope_OfAnotherStore_IsRefused()
    {
        kms.Add("one");
        Open("one").Dispose();
        string path = Path.Combine(store.Path, Envelope.Name);
        JsonNode envelope = JsonNode.Parse(File.ReadAllText(path))!;
        envelope["store"] = Guid.NewGuid().ToString();
        File.WriteAllText(path, envelope.ToJsonString());
        Assert.That(() => Open("one").Dispose(), Refused("The envelope of the store is damaged"));
    }

    [Test]
    public async Task Rewrap_FromAFileToKmsAndOn_KeepsTheStore()
    {
        kms.Add("one");
        kms.Add("two");
        IStoreKey file = StoreKeyFile.Random();
        using (EngineRig rig = Open(file))
        {
            await rig.CreateHashTableAsync("tab");
        }

        IStoreKey[] keys = [file, Key("one"), Key("two"), file];
        for (int i = 1; i < keys.Length; i++)
        {
            StringWriter output = new();
            Assert.That(DataCommand.Rewrap(store.Path, () => keys[i - 1], () => keys[i], output, output), Is.Zero, output.ToString());
            Assert.That(() => Open(keys[i - 1]).Dispose(), Refused("; name "));
            using EngineRig rig = Open(keys[i]);
            Assert.That(await rig.CallAsync("ListTables", "{}"), Does.Contain("tab"));
        }
    }

    /// <summary>Sets variables of the process, which are as before when it is disposed of.</summary>
    private static Restoring Variables(params (string Name, string? Value)[] set)
    {
        (string Name, string? Value)[] before = [.. set.Select(one => (one.Name, Environment.GetEnvironmentVariable(one.Name)))];
        Set(set);
        return new Restoring(() => Set(before));

        static void Set(IEnumerable<(string Name, string? Value)> variables)
        {
            foreach ((string name, string? value) in variables)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }
    }

    private static NUnit.Framework.Constraints.ContainsConstraint Refused(string text) =>
        Throws.TypeOf<StorageException>().With.Message.Contains(text).And.Message.Not.Contains("\n").And.Message.Not.Contains(FakeKms.Secret);

    private KmsKey Key(string id) => new(id, new AmazonKeyManagementServiceClient(
        new BasicAWSCredentials("id", "secret"),
        new AmazonKeyManagementServiceConfig
        {
            ServiceURL = kms.Address,
            AuthenticationRegion = "us-east-1",
            MaxErrorRetry = 0,
            Timeout = TimeSpan.FromSeconds(2),
        }));

    private EngineRig Open(string id) => Open(Key(id));

    private EngineRig Open(IStoreKey? key) => new(new EngineOptions { DataFolder = store.Path, EncryptionKey = key }, new ManualTime());

    private sealed class Restoring(Action restore) : IDisposable
    {
        public void Dispose() => restore();
    }
}
