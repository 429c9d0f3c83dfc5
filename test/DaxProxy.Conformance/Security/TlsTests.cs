using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using DaxProxy.Backends;
using DaxProxy.Conformance.Clients;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Security;

public sealed class TlsTests
{
    private CertificateFiles files = null!;
    private BackendStack stack = null!;
    private DaxProxyHost host = null!;
    private HttpClient client = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        files = new CertificateFiles();
        ProxyOptions options =
            new() { Listen = Listen(), Dax = new DaxOptions { Enabled = false }, Backend = new BackendOptions { InMemory = true } };
        stack = BackendStack.Create(options, TimeProvider.System);
        host = await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, TimeProvider.System);
        client = new HttpClient(Trusting(new SocketsHttpHandler()));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
        stack.Dispose();
        files.Dispose();
    }

    [TestCase(UnixFileMode.UserRead | UnixFileMode.UserWrite, ExpectedResult = false)]
    [TestCase(UnixFileMode.UserRead | UnixFileMode.OtherRead, ExpectedResult = true)]
    [TestCase(UnixFileMode.UserRead | UnixFileMode.GroupRead, ExpectedResult = true)]
    [Platform(Exclude = "Win", Reason = "Windows has other rights.")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public bool Key_ThatOthersCanRead_IsWarnedOf(UnixFileMode mode)
    {
        using CertificateFiles other = new();
        using RecordingLoggers log = new();
        string link = other.KeyFile + ".link";
        File.CreateSymbolicLink(link, other.KeyFile);
        File.SetUnixFileMode(other.KeyFile, mode);
        ListenOptions listen = Listen() with { CertificateFile = other.CertificateFile, CertificateKeyFile = link };
        Assert.That(ServerCertificate.Of(listen, log, TimeProvider.System), Is.Not.Null);
        return log.Lines.Any(line => line.Contains($"The private key in {link} can be read by others", StringComparison.Ordinal));
    }

    [Test]
    public async Task Sdk_OverTls_ReadsWhatItWroteInClearText()
    {
        using AmazonDynamoDBClient plain = SdkClient.For(new Uri($"http://{host.DataEndPoint}"));
        using AmazonDynamoDBClient secure = new(
            new BasicAWSCredentials("AKIDEXAMPLE", "secret"),
            new AmazonDynamoDBConfig
            {
                ServiceURL = Https.ToString(),
                AuthenticationRegion = "us-east-1",
                MaxErrorRetry = 0,
                HttpClientFactory = new TrustingFactory(this),
            });
        await plain.CreateTableAsync(new CreateTableRequest
        {
            TableName = "tls",
            BillingMode = BillingMode.PAY_PER_REQUEST,
            KeySchema = [new KeySchemaElement("pk", KeyType.HASH)],
            AttributeDefinitions = [new AttributeDefinition("pk", ScalarAttributeType.S)],
        });
        await plain.PutItemAsync("tls", new Dictionary<string, AttributeValue> { ["pk"] = new("a"), ["n"] = new("1") });
        GetItemResponse read = await secure.GetItemAsync("tls", new Dictionary<string, AttributeValue> { ["pk"] = new("a") });
        Assert.That(read.Item["n"].S, Is.EqualTo("1"));
    }

    [Test]
    public void Boto3_OverTls_RunsItsScenario()
    {
        if (ClientProcess.Python is not { } python)
        {
            Assert.Ignore("There is no python3 with boto3 here (Debian: python3-boto3).");
            return;
        }

        Dictionary<string, string> trust = new() { ["AWS_CA_BUNDLE"] = files.AuthorityFile };
        (int code, string output) = ClientProcess.Run(
            python, ClientProcess.RunTime, null, trust, Path.Combine(ClientProcess.Scripts, "boto3_client.py"),
            Https.ToString().TrimEnd('/'));
        Assert.That(output, Does.Contain("all as expected"), "exit code " + code);
    }

    [TestCase("1.1")]
    [TestCase("2.0")]
    public async Task Request_OfEitherVersion_IsAnsweredInIt(string version)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, Https)
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.That((response.Version.ToString(2), response.StatusCode), Is.EqualTo((version, HttpStatusCode.OK)));
    }

    [Test]
    public async Task ClearText_OnThePortWithTls_GetsNoAnswer()
    {
        using HttpClient plain = new();
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetAsync(new UriBuilder(Https) { Scheme = "http" }.Uri));
    }

    [Test]
    public async Task Start_KeyOfAnotherCertificate_IsOneLineWithKeyAndRemedy() => Assert.That(
        (await Assert.ThrowsAsync<IOException>(() => StartAsync(Listen() with { CertificateKeyFile = files.OtherKeyFile })))!.Message,
        Does.StartWith("Listen:CertificateFile: ").And.Contains("Listen:CertificateKeyFile").And.Contains("name a PEM file")
            .And.Not.Contains("\n"));

    [Test]
    public async Task Start_FileThatIsNotThere_IsOneLineWithKeyAndRemedy()
    {
        Assert.That(
            (await Assert.ThrowsAsync<IOException>(() => StartAsync(Listen() with { CertificateFile = "/nowhere/server.pem" })))!.Message,
            Is.EqualTo("Listen:CertificateFile: /nowhere/server.pem cannot be read; name a PEM file that exists and is readable"));
        Assert.That(
            (await Assert.ThrowsAsync<IOException>(
                () => StartAsync(Listen() with { CertificateKeyFile = "/nowhere/server.key" })))!.Message,
            Does.StartWith("Listen:CertificateKeyFile: /nowhere/server.key cannot be read"));
    }

    [Test]
    public async Task Start_FilesThatAreNoPem_IsOneLineWithKeyAndRemedy()
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "no certificate");
            Assert.That(
                (await Assert.ThrowsAsync<IOException>(() => StartAsync(Listen() with { CertificateFile = file })))!.Message,
                Does.StartWith("Listen:CertificateFile: " + file).And.Contains("name a PEM file").And.Not.Contains("\n"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public void Certificate_RenewedOnDisk_IsTakenUpAndABrokenOneIsNot()
    {
        using CertificateFiles own = new();
        SetTime time = new();
        ListenOptions options = new() { CertificateFile = own.CertificateFile, CertificateKeyFile = own.KeyFile };
        ServerCertificate certificate = ServerCertificate.Of(options, NullLogger.Instance, time)!;
        string first = Thumbprint();
        string second = own.Issue();
        Assert.That(Thumbprint(), Is.EqualTo(first), "not looked at on every handshake");
        time.Now += TimeSpan.FromSeconds(6);
        Assert.That(Thumbprint(), Is.EqualTo(second));
        File.WriteAllText(own.KeyFile, "half a ke");
        time.Now += TimeSpan.FromSeconds(6);
        Assert.That(Thumbprint(), Is.EqualTo(second));
        string third = own.Issue();
        time.Now += TimeSpan.FromSeconds(6);
        Assert.That((Thumbprint(), third), Is.EqualTo((third, third)).And.Not.EqualTo((second, second)));

        string Thumbprint() => certificate.Current.TargetCertificate.Thumbprint;
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task RawPort_BesideHttp_GetsTheBytesAndLearnsOfTheStop(bool isSecure)
    {
        ServerCertificate certificate = ServerCertificate.Of(Listen(), NullLogger.Instance, TimeProvider.System)!;
        ListenerPort http = ListenerPort.Http(0),
            raw = isSecure ? ListenerPort.RawTls(0, EchoAsync, new Handshake(certificate, null)) : ListenerPort.Raw(0, EchoAsync);
        Listener listener = await Listener.StartAsync(
            IPAddress.Loopback, [http, raw], Listen(), NullLoggerFactory.Instance, TimeProvider.System,
            context => context.Response.CompleteAsync(), default);
        await using (listener)
        {
            using HttpClient plain = new();
            Assert.That((await plain.GetAsync(new Uri($"http://{http.EndPoint}"))).StatusCode, Is.EqualTo(HttpStatusCode.OK));
            using TcpClient connection = new();
            await connection.ConnectAsync(raw.EndPoint);
            await using Stream stream = isSecure ? await SecureAsync(connection.GetStream()) : connection.GetStream();
            byte[] answer = new byte[4];
            await stream.WriteAsync("ping"u8.ToArray());
            await stream.ReadExactlyAsync(answer);
            Assert.That(Encoding.ASCII.GetString(answer), Is.EqualTo("ping"));
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));
            await listener.StopAsync(patience.Token);
            Assert.That(patience.IsCancellationRequested, Is.False, "the stop waited for a connection that was told to end");
            Assert.That(await stream.ReadAsync(answer), Is.Zero);
        }
    }

    private Uri Https => new($"https://{host.HttpsEndPoint}");

    private ListenOptions Listen() => new()
    {
        Port = 0,
        AdminPort = 0,
        HttpsPort = 0,
        CertificateFile = files.CertificateFile,
        CertificateKeyFile = files.KeyFile,
    };

    private async Task StartAsync(ListenOptions listen)
    {
        DaxProxyHost other = await DaxProxyHost.StartAsync(
            new ProxyOptions { Listen = listen, Dax = new DaxOptions { Enabled = false } }, stack, NullLoggerFactory.Instance,
            TimeProvider.System);
        await other.DisposeAsync();
    }

    private static async Task EchoAsync(ConnectionContext connection)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(
            connection.ConnectionClosed,
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()!.ConnectionClosedRequested);
        try
        {
            while (true)
            {
                ReadResult read = await connection.Transport.Input.ReadAsync(end.Token);
                foreach (ReadOnlyMemory<byte> part in read.Buffer)
                {
                    await connection.Transport.Output.WriteAsync(part);
                }

                connection.Transport.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The listener stops.
        }
    }

    private async Task<Stream> SecureAsync(Stream stream)
    {
        SslStream secure = new(stream);
        await secure.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = Policy() });
        Assert.That(secure.NegotiatedApplicationProtocol.Protocol.Length, Is.Zero);
        return secure;
    }

    private X509ChainPolicy Policy()
    {
        // The server sends what is between its certificate and the root.
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(files.Root);
        return policy;
    }

    private SocketsHttpHandler Trusting(SocketsHttpHandler handler)
    {
        handler.SslOptions.CertificateChainPolicy = Policy();
        return handler;
    }

    private sealed class TrustingFactory(TlsTests tests) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(tests.Trusting(new SocketsHttpHandler()));
    }

    private sealed class SetTime : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
