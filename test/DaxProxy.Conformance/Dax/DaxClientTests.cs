using Amazon.Runtime;
using DaxProxy.Backends;
using DaxProxy.Conformance.Caching;
using DaxProxy.Conformance.Clients;
using DaxProxy.Conformance.Security;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Dax;

/// <summary>
/// The scripts of test/clients/dax: the public clients of the DAX protocol, unchanged, in clear text and over TLS, with every signature
/// verified. Where they cannot be had, the tests are skipped and say so.
/// </summary>
[Parallelizable]
public sealed class DaxClientTests
{
    private string keys = null!;
    private CertificateFiles certificates = null!;
    private BackendStack stack = null!;
    private DaxProxyHost host = null!;
    private (string Folder, string? Fault) packages;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        keys = Path.GetTempFileName();
        await File.WriteAllTextAsync(keys, "[scripts]\naws_access_key_id = scripts\naws_secret_access_key = of the scripts\n");
        certificates = new CertificateFiles();
        ProxyOptions options = new()
        {
            Listen = new ListenOptions
            {
                Port = 0,
                AdminPort = 0,
                HttpsPort = 0,
                CertificateFile = certificates.CertificateFile,
                CertificateKeyFile = certificates.KeyFile,
            },
            Dax = new DaxOptions { Port = 0, TlsPort = 0 },
            Backend = new BackendOptions { InMemory = true },
            Auth = new AuthOptions { Mode = AuthMode.Verify, CredentialsFile = keys },
        };
        stack = BackendStack.Create(options, TimeProvider.System);
        host = await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, TimeProvider.System);
        packages = ClientProcess.InstallPackages(Path.Combine(ClientProcess.Scripts, "dax"), "clients-dax");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await host.DisposeAsync();
        stack.Dispose();
        certificates.Dispose();
        File.Delete(keys);
    }

    [TestCase("amazon-dax-client.mjs", false)]
    [TestCase("amazon-dax-client.mjs", true)]
    [TestCase("client-dax.mjs", false)]
    [TestCase("client-dax.mjs", true)]
    [TestCase("lib-dax.mjs", false)]
    [TestCase("lib-dax.mjs", true)]
    public void Client_ItsScenario_RunsAsExpected(string script, bool isSecure) =>
        Assert.That(Run(script, isSecure, "of the scripts"), Does.Contain("all as expected"));

    [Test]
    public void Client_WrongSecret_IsToldSo() =>
        Assert.That(
            Run("client-dax.mjs", false, "of another user"),
            Does.Contain("UnrecognizedClientException").And.Not.Contain("all as expected"));

    /// <summary>
    /// The nodes have no caches, which would be caches of their own each, but the backend has, which the scenario asks for. These clients
    /// keep the numbers of attribute lists for each node by itself, so it runs whether nodes ask each other or not.
    /// </summary>
    [TestCase("amazon-dax-client.mjs")]
    [TestCase("client-dax.mjs")]
    public async Task Client_OfTwoNodes_SpreadsItsScenarioOverThem_AndItRunsAsExpected(string script)
    {
        AuthOptions auth = new() { Mode = AuthMode.Verify, CredentialsFile = keys };
        await using TwoNodes nodes = await TwoNodes.StartAsync((auth, auth, auth), new BasicAWSCredentials("scripts", "of the scripts"));

        Assert.That(RunNode("of the scripts", script, $"dax://{nodes.First}", nodes.Backend.AbsoluteUri), Does.Contain("all as expected"));

        Dictionary<string, long>[] counts = [await nodes.CountsOfAsync(0), await nodes.CountsOfAsync(1)];
        foreach (string operation in new[] { "GetItem", "PutItem" })
        {
            Assert.That(counts.Select(node => node.GetValueOrDefault(operation)), Is.All.Positive, operation);
        }
    }

    [TestCase("amazon-dax-client")]
    [TestCase("client-dax")]
    public async Task Client_BackendThatIsUnwilling_IsToldAndTriesAgain(string client)
    {
        MovableTime time = new();
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Port = 0 },
            Backend = new BackendOptions { InMemory = true },
            Auth = new AuthOptions { Mode = AuthMode.Verify, CredentialsFile = keys },
        };
        using BackendStack engine = BackendStack.Create(
            options with { ItemCache = new() { Enabled = false }, QueryCache = new() { Enabled = false } }, TimeProvider.System);
        UnwillingBackend unwilling = new(engine.Outermost, time);
        using BackendStack backends = new(unwilling, options, time);
        await using DaxProxyHost server = await DaxProxyHost.StartAsync(options, backends, NullLoggerFactory.Instance, time);

        string output = RunNode("of the scripts", "faults.mjs", client, $"dax://{server.DaxEndPoint}", $"http://{server.DataEndPoint}");

        Assert.That(output, Does.Contain("all as expected"));
        Assert.That(unwilling.Refusals, Is.EqualTo(2));
    }

    [TestCase("amazon-dax-client")]
    [TestCase("client-dax")]
    public void Client_TableRecreatedWithAnotherKey_HoldsTheOldOneForAMinute(string client) =>
        Assert.That(
            RunNode("of the scripts", "recreated.mjs", client, $"dax://{host.DaxEndPoint}", $"http://{host.DataEndPoint}"),
            Does.Contain("all as expected"));

    /// <summary>Run on purpose only: connections that stay idle for longer than the clients' own time of five seconds.</summary>
    [Explicit("takes a minute")]
    [TestCase("amazon-dax-client.mjs")]
    [TestCase("client-dax.mjs")]
    public void Client_IdleForAWhile_GoesOn(string script) =>
        Assert.That(Run(script, false, "of the scripts", "11"), Does.Contain("all as expected"));

    private string Run(string script, bool isSecure, string secret, params string[] more) => RunNode(
        secret, [script, isSecure ? $"daxs://{host.DaxTlsEndPoint}" : $"dax://{host.DaxEndPoint}", $"http://{host.DataEndPoint}", .. more]);

    private string RunNode(string secret, params string[] arguments)
    {
        if (packages.Fault is not null)
        {
            Assert.Ignore(packages.Fault);
        }

        Dictionary<string, string> environment = new()
        {
            ["AWS_ACCESS_KEY_ID"] = "scripts",
            ["AWS_SECRET_ACCESS_KEY"] = "of the scripts",
            ["DAX_SECRET_ACCESS_KEY"] = secret,
            ["NODE_EXTRA_CA_CERTS"] = certificates.AuthorityFile,
        };
        (int code, string output) = ClientProcess.Run(
            "node", ClientProcess.RunTime, packages.Folder, environment, ["--no-warnings", .. arguments]);
        return $"exit code {code}: {output}";
    }
}
