using System.Collections;
using System.Net;
using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Tests.Options;

public sealed class OptionsLoaderTests
{
    [Test]
    public void Build_NothingConfigured_GivesTheDefaults() => Assert.That(new OptionsLoader().Build(), Is.EqualTo(new ProxyOptions()));

    [Test]
    public void Build_AllSources_LaterOverridesEarlier()
    {
        using TemporaryFile file = new("""{ "Listen": { "Port": 1, "AdminPort": 2, "MaxRequestBytes": "1MiB" } } // comment""");
        OptionsLoader loader = new();
        loader.AddFile(file.Path);
        loader.AddEnvironment(new Hashtable { ["DAXPROXY__Listen__Port"] = "3", ["DAXPROXY__listen__adminport"] = "4", ["PATH"] = "x" });
        loader.AddArgument("Listen:Port", "5", "--port");
        ProxyOptions? options = loader.Build();
        Assert.That(loader.Faults, Is.Empty);
        Assert.That(
            (options!.Listen.Port, options.Listen.AdminPort, options.Listen.MaxRequestBytes), Is.EqualTo((5, 4, 1L << 20)));
    }

    [TestCase("Backend:EncryptionKeyFile", "key", "Backend:KmsKeyId", "alias/store")]
    [TestCase("Backend:EncryptionKeyFile", "key", "Backend:InMemory", "true")]
    [TestCase("Backend:KmsKeyId", "alias/store", "Backend:Kind", "dynamodb")]
    public void Build_AKeyForAStoreThatCannotHaveIt_IsRefused(string option, string key, string other, string value)
    {
        OptionsLoader loader = new(static _ => "us-east-1");
        loader.AddArgument(option, key, option);
        Assert.That(loader.Build(), Is.Not.Null);
        loader.AddArgument(other, value, other);
        Assert.That(loader.Build(), Is.Null);
        Assert.That(loader.Faults, Has.One.Items.And.All.StartsWith("Backend:").And.All.Contains("leave"));
    }

    [Test]
    public void Build_AKeyInThePlaceOfItsFile_IsNotRepeated()
    {
        string key = Convert.ToBase64String(new byte[32]);
        OptionsLoader loader = new();
        loader.AddArgument("Backend:EncryptionKeyFile", key, "argument");
        Assert.That(loader.Build(), Is.Null);
        Assert.That(loader.Faults, Has.One.Items.And.None.Contains(key));
    }

    [Test]
    public void Build_ManyFaults_ReportsEachOnALineOfItsOwn()
    {
        using TemporaryFile file = new("""{ "Listn": {}, "Listen": { "Prt": 1, "Port": "x" }, "Auth": 3 }""");
        OptionsLoader loader = new();
        loader.AddFile(file.Path);
        loader.AddEnvironment(new Hashtable { ["DAXPROXY__ItemCache__TimeToLife"] = "3" });
        loader.AddArgument("Backend:Kind", "oracle", "--backend");
        Assert.That(loader.Build(), Is.Null);
        Assert.That(loader.Faults, Has.Count.EqualTo(6));
        Assert.That(loader.Faults, Has.None.Contains("\n"));
        foreach (string part in (string[])["Listn", "Listen:Prt", "Listen:Port", "Auth is a section", "DAXPROXY__ItemCache__TimeToLife", "--backend: 'oracle'"])
        {
            Assert.That(loader.Faults, Has.One.Contains(part));
        }
    }

    [TestCase("Listen:Port", "65536")]
    [TestCase("Listen:Port", "-1")]
    [TestCase("Listen:MaxRequestBytes", "1GiB")]
    [TestCase("Listen:MaxRequestBytes", "many")]
    [TestCase("Listen:Host", "example.org")]
    [TestCase("Listen:Host", "0.0.0.0")]
    [TestCase("Listen:AdminPort", "8000")]
    [TestCase("Listen:AllowedHosts", "http://daxproxy")]
    [TestCase("Listen:AllowedHosts", "daxproxy, daxproxy:8000")]
    [TestCase("Listen:AllowedHosts", "user@daxproxy")]
    [TestCase("Listen:AllowedHosts", "bücher.example")]
    [TestCase("Listen:AllowedHosts", "10.0.0.0/8")]
    [TestCase("Backend:EncryptionKeyFile", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [TestCase("Listen:AllowedOrigins", "localhost:3000")]
    [TestCase("Listen:AllowedOrigins", "null")]
    [TestCase("Listen:AllowedOrigins", "http://localhost:3000/")]
    [TestCase("Listen:AllowedOrigins", "http://localhost:80")]
    [TestCase("Listen:AllowedOrigins", "http://*.example")]
    [TestCase("Listen:AllowedOrigins", "http://user@example")]
    [TestCase("ItemCache:TimeToLive", "-00:00:01")]
    [TestCase("ItemCache:TimeToLive", "1e99")]
    [TestCase("ItemCache:MemoryShare", "NaN")]
    [TestCase("ItemCache:Enabled", "yes")]
    [TestCase("Backend:Region", "US East")]
    [TestCase("Backend:ReplicaLag", "00:01:01")]
    [TestCase("Backend:Clock", "60")]
    [TestCase("Backend:Clock", "x0")]
    [TestCase("Backend:Clock", "x3601")]
    [TestCase("Backend:Clock", "x1.5")]
    [TestCase("Backend:LagSeed", "1.5")]
    [TestCase("Backend:ValidationProfile", "2027-01")]
    [TestCase("Resilience:RetryRatio", "1.1")]
    [TestCase("Resilience:RepeatWrites", "some")]
    [TestCase("Auth:Mode", "0")]
    public void Build_ValueThatIsNotAllowed_IsOneFault(string path, string text)
    {
        OptionsLoader loader = new();
        loader.AddArgument(path, text, path);
        Assert.That(loader.Build(), Is.Null);
        Assert.That(loader.Faults, Has.Count.EqualTo(1));
        Assert.That(loader.Faults[0], Does.StartWith(path));
    }

    [TestCase("Backend:InMemory", "true", "dynamodb")]
    [TestCase("Backend:ReplicaLag", "1", "dynamodb")]
    [TestCase("Backend:Clock", "x60", "dynamodb")]
    [TestCase("Backend:Buckets", "buckets", "dynamodb")]
    [TestCase("Backend:Buckets", ".", "local")]
    [TestCase("Backend:Buckets", "data", "local")]
    [TestCase("Backend:Buckets", "data/buckets", "local")]
    [TestCase("Backend:Buckets", "../", "local")]
    [TestCase("Backend:Buckets", "https://s3.example/bucket", "local")]
    [TestCase("Backend:Buckets", "ftp://s3.example", "local")]
    [TestCase("Backend:Buckets", "https://s3.example", "dynamodb")]
    [TestCase("Backend:Endpoint", "localhost:8000", "dynamodb")]
    [TestCase("Backend:Endpoint", "http://localhost:8000/path", "dynamodb")]
    [TestCase("Backend:Endpoint", "http://localhost:8000", "local")]
    [TestCase("Resilience:TimeBudget", "19", "dynamodb")]
    [TestCase("Group:Redis", "localhost:6379", "local")]
    [TestCase("Group:Redis", "localhost,secretive=x", "dynamodb")]
    [TestCase("Group:Redis", "ssl=true", "dynamodb")]
    [TestCase("Group:Redis", "localhost,channelPrefix=x", "dynamodb")]
    public void Build_OptionThatDoesNotFitTheBackend_IsOneFault(string path, string text, string kind)
    {
        OptionsLoader loader = new(_ => "eu-north-1");
        loader.AddArgument("Backend:Kind", kind, "--backend");
        loader.AddArgument(path, text, path);
        Assert.That(loader.Build(), Is.Null);
        Assert.That(loader.Faults, Has.Count.EqualTo(1));
        Assert.That(loader.Faults[0], Does.StartWith(path));
    }

    [TestCase("aws", "https://dynamodb.eu-central-1.amazonaws.com/")]
    [TestCase("http://localhost:8000", "http://localhost:8000/")]
    public void Build_RemoteBackend_GoesToItsEndpoint(string endpoint, string expected)
    {
        OptionsLoader loader = new();
        loader.AddArgument("Backend:Kind", "dynamodb", "--backend");
        loader.AddArgument("Backend:Region", "eu-central-1", "--region");
        loader.AddArgument("Backend:Endpoint", endpoint, "--endpoint");
        BackendOptions options = loader.Build()!.Backend;
        Assert.That(RemoteEndpoint.Of(options.Region, options.Endpoint).DynamoDb.AbsoluteUri, Is.EqualTo(expected));
    }

    [TestCase("dynamodb", "aws", "auto", "eu-north-1", "https://dynamodb.eu-north-1.amazonaws.com/ eu-north-1")]
    [TestCase("dynamodb", "aws", "ca-west-1", "eu-north-1", "https://dynamodb.ca-west-1.amazonaws.com/ ca-west-1")]
    [TestCase("dynamodb", "http://localhost:8000", "auto", "eu-north-1", "http://localhost:8000/ eu-north-1")]
    [TestCase("dynamodb", "http://localhost:8000", "auto", null, "http://localhost:8000/ us-east-1")]
    [TestCase("dynamodb", "aws", "auto", null, null)]
    [TestCase("local", "aws", "auto", "eu-north-1", "https://dynamodb.us-east-1.amazonaws.com/ us-east-1")]
    public void Build_WithoutARegion_ARemoteBackendHasTheMachines(
        string kind, string endpoint, string region, string? ofMachine, string? expected)
    {
        OptionsLoader loader = new(isAws => isAws == (endpoint == "aws") ? ofMachine : "xx");
        loader.AddArgument("Backend:Kind", kind, "--backend");
        loader.AddArgument("Backend:Endpoint", endpoint, "--endpoint");
        loader.AddArgument("Backend:Region", region, "--region");
        BackendOptions? backend = loader.Build()?.Backend;
        Assert.That(
            backend is null ? null : $"{RemoteEndpoint.Of(backend.EffectiveRegion, backend.Endpoint).DynamoDb.AbsoluteUri} {backend.EffectiveRegion}",
            Is.EqualTo(expected));
        Assert.That(
            string.Join('\n', loader.Faults), expected is null ? Does.Match("^Backend:Region: .*AWS_REGION.*--region[^\n]*$") : Is.Empty);
    }

    [Test]
    public void Build_RegionOfTheMachineThatIsNone_IsOneFault()
    {
        OptionsLoader loader = new(_ => "US East");
        loader.AddArgument("Backend:Kind", "dynamodb", "--backend");
        Assert.That(loader.Build(), Is.Null);
        Assert.That(loader.Faults.Single(), Does.Match("^Backend:Region: .*'US East'"));
    }

    [TestCase("Listen:MaxRequestBytes", "512KB", 512_000L)]
    [TestCase("ItemCache:MaxBytes", "1GiB", 1L << 30)]
    [TestCase("ItemCache:MaxBytes", "12 MB", 12_000_000L)]
    public void Build_Size_IsReadWithItsUnit(string path, string text, long expected)
    {
        Assert.That(OptionKey.Find(path, out _)!.TryRead(text, out object? value), Is.Null);
        Assert.That(value, Is.EqualTo(expected));
    }

    [TestCase("90", 90)]
    [TestCase("00:01:30", 90)]
    [TestCase("0.5", 0.5)]
    public void Build_Duration_IsReadInBothForms(string text, double seconds)
    {
        Assert.That(OptionKey.Find("ItemCache:TimeToLive", out _)!.TryRead(text, out object? value), Is.Null);
        Assert.That(value, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
    }

    [TestCase("buckets")]
    [TestCase("data2")]
    [TestCase("../buckets")]
    public void Build_BucketsApartFromTheData_AreAllowed(string folder)
    {
        OptionsLoader loader = new();
        loader.AddArgument("Backend:Buckets", folder, "--x");
        Assert.That(loader.Build()!.Backend.Buckets, Is.EqualTo(folder));
    }

    [TestCase("Backend:ReplicaLag")]
    [TestCase("Backend:IndexLag")]
    public void Build_LagInMemory_IsRefusedWithTheRemedy(string path)
    {
        OptionsLoader loader = new();
        loader.AddArgument(path, "1", path);
        Assert.That(loader.Build(), Is.Not.Null);
        loader.AddArgument("Backend:InMemory", "true", "--in-memory");
        Assert.That(loader.Build(), Is.Null);
        Assert.That(
            loader.Faults,
            Is.EqualTo(new[] { $"{path}: a store in memory has no older states to show; set Backend:InMemory to false, or {path} to 0" }));
    }

    [TestCase("Listen:AllowedHosts", "daxproxy, *.svc.cluster.local,192.0.2.1,[2001:db8::1] , 2001:db8::2,under_score.,*")]
    [TestCase("Listen:AllowedOrigins", "http://localhost:3000, https://app.example,chrome-extension://abcdef,HTTPS://App.Example:8443")]
    [TestCase("Listen:AllowedOrigins", "*")]
    public void Build_ListOfHostsOrOrigins_IsTaken(string path, string text)
    {
        OptionsLoader loader = new();
        loader.AddArgument(path, text, path);
        Assert.That(loader.Build(), Is.Not.Null, string.Join('\n', loader.Faults));
    }

    [Test]
    public void Build_RemoteAddressThatIsAllowed_Starts()
    {
        OptionsLoader loader = new();
        loader.AddArgument("Listen:Host", "0.0.0.0", "--host");
        loader.AddArgument("Listen:AllowRemote", "true", "x");
        Assert.That(loader.Build(), Is.Not.Null);
    }

    [Test]
    public void Build_RemoteAddressAndVerifiedSignatures_StartsWithTheAdminPortOnLoopback()
    {
        OptionsLoader loader = new();
        loader.AddArgument("Listen:Host", "0.0.0.0", "--host");
        loader.AddArgument("Auth:Mode", "verify", "x");
        loader.AddArgument("Auth:CredentialsFile", "keys", "x");
        ListenOptions listen = loader.Build()!.Listen;
        Assert.That(OptionRules.UnverifiedAddress(listen), Is.EqualTo(IPAddress.Loopback));
        Assert.That(OptionRules.UnverifiedAddress(listen with { AllowRemote = true }), Is.EqualTo(IPAddress.Any));
    }

    [TestCase("Auth:Mode", "verify", "Auth:CredentialsFile: Auth:Mode is verify and there are no keys")]
    [TestCase("Auth:CredentialsFile", "keys", "Auth:CredentialsFile: Auth:Mode is none")]
    [TestCase("Auth:PoliciesFolder", "policies", "Auth:PoliciesFolder: Auth:Mode is none")]
    [TestCase("Auth:DaxActionsOnly", "true", "Auth:DaxActionsOnly: there are no policies that it could be about")]
    [TestCase("Audit:LogFile", "audit.json", "Audit:LogFile: there are no policies that it could be about")]
    [TestCase("Auth:AccountId", "12345", "Auth:AccountId: '12345' is no number of an account, use 12 digits")]
    [TestCase("Auth:AccountId", "111122223333", "Auth:AccountId: the embedded engine is the account 000000000000")]
    [TestCase("Listen:CertificateKeyFile", "key.pem", "Listen:CertificateKeyFile: a key without a certificate")]
    [TestCase("Listen:TlsOnly", "true", "Listen:TlsOnly: there is no certificate to speak TLS with")]
    [TestCase("Listen:ClientCaFile", "ca.pem", "Listen:ClientCaFile: the ports in clear text let in clients without a certificate")]
    [TestCase("Admin:ClientCaFile", "ca.pem", "Admin:ClientCaFile: the admin port speaks clear text; set Listen:TlsOnly to true")]
    [TestCase("Telemetry:LogLevels", "*.*=error", "Telemetry:LogLevels: '*.*=error' is no level of a category")]
    [TestCase("Backend:DataFolder", "", "Backend:DataFolder: '' is not allowed")]
    public void Build_HalfOfAPair_IsOneFault(string path, string text, string fault)
    {
        OptionsLoader loader = new();
        loader.AddArgument(path, text, path);
        Assert.That(loader.Build(), Is.Null);
        Assert.That(loader.Faults, Has.Count.EqualTo(1));
        Assert.That(loader.Faults[0], Does.StartWith(fault));
    }

    [TestCase(8000, 1)]
    [TestCase(8001, 1)]
    [TestCase(0, 0)]
    public void Build_PortOfTlsThatIsTaken_IsOneFaultWhereThereIsACertificate(int port, int faults)
    {
        OptionsLoader loader = new();
        loader.AddArgument("Listen:HttpsPort", port.ToString(System.Globalization.CultureInfo.InvariantCulture), "x");
        Assert.That(loader.Build(), Is.Not.Null, "not opened");
        loader.AddArgument("Listen:CertificateFile", "server.pem", "x");
        loader.Build();
        Assert.That(loader.Faults, Has.Count.EqualTo(faults));
    }

    [Test]
    public void Build_PeersInClearTextWithTlsOnly_IsOneFault()
    {
        OptionsLoader loader = new();
        loader.AddArgument("Listen:TlsOnly", "true", "x");
        loader.AddArgument("Listen:CertificateFile", "server.pem", "x");
        loader.AddArgument("Listen:HttpsPort", "8000", "x");
        Assert.That(loader.Build(), Is.Not.Null, "the port in clear text is not opened");
        loader.AddArgument("Dax:Peers", "192.0.2.1", "x");
        loader.Build();
        Assert.That(loader.Faults.Single(), Does.StartWith("Dax:Peers: peers are asked in clear text"));
    }

    [Test]
    public void ConfigurationFile_OfTheRepository_ListsEveryOptionWithItsDefault()
    {
        string path = Path.Combine(Repository.Root, "config", "daxproxy.json");
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllText(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        IEnumerable<string> listed = document.RootElement.EnumerateObject()
            .SelectMany(section => section.Value.EnumerateObject().Select(option => $"{section.Name}:{option.Name}"));
        Assert.That(listed, Is.EquivalentTo(OptionKey.All.Where(key => !key.IsPerTable).Select(key => key.Path)));
        foreach (OptionKey key in OptionKey.All.Where(key => key.IsPerTable))
        {
            Assert.That(File.ReadAllText(path), Does.Contain($"// \"{key.Name}\": "), "an example in a comment");
        }

        OptionsLoader loader = new();
        loader.AddFile(path);
        Assert.That(loader.Build(), Is.EqualTo(new ProxyOptions()));
        Assert.That(new ProxyOptions().Backend.ValidationProfile, Is.SameAs(ValidationProfile.October2026));
    }

    [TestCase("local", 1, 2)]
    [TestCase("dynamodb", 1, 25)]
    [TestCase("dynamodb", 60, 60)]
    public void DoubtWindow_OfARemoteBackend_IsItsTimeBudget_ButNeverLessThanTheNetworkNeeds(string kind, int budget, int doubt)
    {
        ProxyOptions options = new()
        {
            Backend = new BackendOptions { Kind = Enum.Parse<BackendKind>(kind, ignoreCase: true) },
            Resilience = new ResilienceOptions { TimeBudget = TimeSpan.FromSeconds(budget) },
        };
        Assert.That(options.DoubtWindow, Is.EqualTo(TimeSpan.FromSeconds(doubt)));
    }
}
