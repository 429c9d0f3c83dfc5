using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using DaxProxy.Backends;
using DaxProxy.Conformance.Caching;
using DaxProxy.Conformance.Clients;
using DaxProxy.Conformance.Commands;
using DaxProxy.Conformance.Dax;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Security;

/// <summary>A process without a port in clear text, which asks clients and operators for certificates of two authorities.</summary>
[Parallelizable]
public sealed class MutualTlsTests
{
    private CertificateFiles files = null!;
    private CertificateFiles operators = null!;
    private BackendStack stack = null!;
    private DaxProxyHost host = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        files = new CertificateFiles();
        operators = new CertificateFiles();
        ProxyOptions options = new()
        {
            Listen = new ListenOptions
            {
                Port = 0,
                HttpsPort = 0,
                AdminPort = 0,
                TlsOnly = true,
                CertificateFile = files.CertificateFile,
                CertificateKeyFile = files.KeyFile,
                ClientCaFile = files.AuthorityFile,
            },
            Admin = new AdminOptions { ClientCaFile = operators.AuthorityFile },
            Dax = new DaxOptions { Port = 0, TlsPort = 0 },
            Backend = new BackendOptions { InMemory = true },
        };
        stack = BackendStack.Create(options, TimeProvider.System);
        host = await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, TimeProvider.System);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await host.DisposeAsync();
        stack.Dispose();
        files.Dispose();
        operators.Dispose();
    }

    [Test]
    public void Process_WithTlsOnly_HasNoDaxPortInClearText() => Assert.That(host.DaxEndPoint, Is.Null);

    [Test]
    public async Task AdminPort_InClearText_GetsNoAnswer()
    {
        using HttpClient plain = new();
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetAsync(new Uri($"http://{host.AdminEndPoint}/health/live")));
    }

    [Test]
    public async Task Client_WithItsCertificate_IsAnswered()
    {
        using X509Certificate2 own = files.IssueToClient();
        Assert.That(await AskAsync(new Uri($"https://{host.HttpsEndPoint}/"), own), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await IsLetInByDaxAsync(own), Is.True);
    }

    [TestCase("none")]
    [TestCase("of another authority")]
    [TestCase("for servers")]
    [TestCase("expired")]
    public async Task Client_WithoutAGoodCertificate_IsRefusedByBothProtocols(string kind)
    {
        using X509Certificate2? shown = kind switch
        {
            "of another authority" => operators.IssueToClient(),
            "for servers" => files.IssueToClient("1.3.6.1.5.5.7.3.1"),
            "expired" => files.IssueToClient(life: TimeSpan.FromHours(1)),
            _ => null,
        };

        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(new Uri($"https://{host.HttpsEndPoint}/"), shown));
        Assert.That(await IsLetInByDaxAsync(shown), Is.False);
    }

    [TestCase("/health/live", false, ExpectedResult = HttpStatusCode.OK)]
    [TestCase("/health/ready", false, ExpectedResult = HttpStatusCode.OK)]
    [TestCase("/api/stats", false, ExpectedResult = HttpStatusCode.Forbidden)]
    [TestCase("/metrics", false, ExpectedResult = HttpStatusCode.Forbidden)]
    [TestCase("/api/evict", false, ExpectedResult = HttpStatusCode.Forbidden)]
    [TestCase("/api/stats", true, ExpectedResult = HttpStatusCode.OK)]
    public async Task<HttpStatusCode> AdminPort_AsksOperatorsForACertificate_ButNotProbes(string path, bool showsCertificate)
    {
        using X509Certificate2? own = showsCertificate ? operators.IssueToClient() : null;
        return await AskAsync(new Uri($"https://{host.AdminEndPoint}{path}"), own);
    }

    [Test]
    public async Task AdminPort_CertificateOfAClient_IsRefused()
    {
        using X509Certificate2 own = files.IssueToClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(new Uri($"https://{host.AdminEndPoint}/health/live"), own));
    }

    [Test]
    public async Task Healthcheck_OverTls_KnowsItsOwnProxyByTheCertificate()
    {
        Dictionary<string, string> settings = new()
        {
            ["DAXPROXY__Listen__TlsOnly"] = "true",
            ["DAXPROXY__Listen__CertificateFile"] = files.CertificateFile,
        };
        string port = $"{host.AdminEndPoint.Port}";
        Assert.That(await ProgramRun.WithAsync(settings, "healthcheck", "--port", port), Is.EqualTo(new ProgramRun(0, "live", "")));
        settings["DAXPROXY__Listen__CertificateFile"] = operators.CertificateFile;
        Assert.That(
            await ProgramRun.WithAsync(settings, "healthcheck", "--port", port),
            Is.EqualTo(new ProgramRun(1, "", $"No answer from https://127.0.0.1:{port}/health/live")));
        settings["DAXPROXY__Listen__CertificateFile"] = "/nowhere/server.pem";
        Assert.That(
            await ProgramRun.WithAsync(settings, "healthcheck", "--port", port),
            Is.EqualTo(new ProgramRun(1, "", "Listen:CertificateFile: /nowhere/server.pem cannot be read; name the file that serve uses")));
    }

    [Test]
    public void Boto3_WithItsCertificate_RunsItsScenario()
    {
        if (ClientProcess.Python is not { } python)
        {
            Assert.Ignore("There is no python3 with boto3 here (Debian: python3-boto3).");
            return;
        }

        using X509Certificate2 own = files.IssueToClient();
        string shown = files.AuthorityFile + ".client";
        File.WriteAllText(shown, own.ExportCertificatePem() + "\n" + own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem() + "\n");
        Dictionary<string, string> trust = new() { ["AWS_CA_BUNDLE"] = files.AuthorityFile, ["CLIENT_CERTIFICATE"] = shown };
        (int code, string output) = ClientProcess.Run(
            python, ClientProcess.RunTime, null, trust, Path.Combine(ClientProcess.Scripts, "boto3_client.py"),
            $"https://{host.HttpsEndPoint}");
        Assert.That(output, Does.Contain("all as expected"), "exit code " + code);
    }

    [Test]
    public void Authorities_ChangedOnDisk_AreTakenUpAndBrokenOnesAreNot()
    {
        using CertificateFiles own = new();
        using RecordingLoggers log = new();
        MovableTime time = new();
        ClientAuthorities authorities = ClientAuthorities.Of("Listen:ClientCaFile", own.AuthorityFile, log, time)!;
        File.WriteAllText(own.AuthorityFile, "half a certifi");
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.That(Trusted(), Is.EqualTo(own.Root.Thumbprint));
        File.WriteAllText(own.AuthorityFile, operators.Root.ExportCertificatePem());
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.That(Trusted(), Is.EqualTo(operators.Root.Thumbprint));
        Assert.That(log.Lines, Has.Count.EqualTo(2));

        string Trusted()
        {
            SslServerAuthenticationOptions tls = new();
            authorities.AskIn(tls, isRequired: true);
            return tls.CertificateChainPolicy!.CustomTrustStore.Single().Thumbprint;
        }
    }

    [Test]
    public void Authorities_OfAFileWithoutAny_AreOneLineWithKeyAndRemedy() => Assert.That(
        Assert.Throws<IOException>(
            () => ClientAuthorities.Of("Listen:ClientCaFile", files.KeyFile, NullLogger.Instance, TimeProvider.System))!.Message,
        Is.EqualTo($"Listen:ClientCaFile: {files.KeyFile} holds no certificate; "
            + "name a PEM file with the certificates of the authorities that sign those of clients"));

    private async Task<HttpStatusCode> AskAsync(Uri address, X509Certificate2? shown)
    {
        using SocketsHttpHandler handler = new();
        handler.SslOptions = Options(shown);
        using HttpClient client = new(handler);
        using HttpResponseMessage answer = await client.GetAsync(address);
        return answer.StatusCode;
    }

    /// <summary>Whether a request of the DAX protocol is answered, which asks for the nodes.</summary>
    private async Task<bool> IsLetInByDaxAsync(X509Certificate2? shown)
    {
        using TcpClient connection = new();
        await connection.ConnectAsync(host.DaxTlsEndPoint!);
        await using SslStream secure = new(connection.GetStream());
        try
        {
            await secure.AuthenticateAsClientAsync(Options(shown));
            await secure.WriteAsync(DaxTalk.Preamble);
            await secure.WriteAsync(DaxTalk.Request(DaxTalk.Endpoints, _ => { }));
            return await secure.ReadAsync(new byte[1]) > 0;
        }
        catch (Exception fault) when (fault is IOException or AuthenticationException)
        {
            return false;
        }
    }

    private SslClientAuthenticationOptions Options(X509Certificate2? shown) => new()
    {
        TargetHost = "localhost",
        CertificateChainPolicy = Trust(),
        LocalCertificateSelectionCallback = (_, _, _, _, _) => shown!,
    };

    private X509ChainPolicy Trust()
    {
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(files.Root);
        return policy;
    }
}
