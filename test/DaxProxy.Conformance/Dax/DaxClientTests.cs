using DaxProxy.Backends;
using DaxProxy.Conformance.Clients;
using DaxProxy.Conformance.Security;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Dax;

/// <summary>
/// The scripts of test/clients/dax: the public clients of the DAX protocol, unchanged, in clear text and over TLS, with every signature verified.
/// Where they cannot be had, the tests are skipped and say so.
/// </summary>
public sealed class DaxClientTests
{
    private static readonly TimeSpan InstallTime = TimeSpan.FromMinutes(5);

    private string keys = null!;
    private CertificateFiles certificates = null!;
    private BackendStack stack = null!;
    private DaxProxyHost host = null!;
    private string? npmFault;

    private static string PackageFolder =>
        Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(ClientProcess.Scripts))!, "artifacts", "clients-dax");

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
        npmFault = InstallPackages();
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
    public void Client_ItsScenario_RunsAsExpected(string script, bool isSecure) =>
        Assert.That(Run(script, isSecure, "of the scripts"), Does.Contain("all as expected"));

    [Test]
    public void Client_WrongSecret_IsToldSo() =>
        Assert.That(Run("client-dax.mjs", false, "of somebody else"), Does.Contain("UnrecognizedClientException").And.Not.Contain("all as expected"));

    private string Run(string script, bool isSecure, string secret)
    {
        if (npmFault is not null)
        {
            Assert.Ignore(npmFault);
        }

        Dictionary<string, string> environment = new()
        {
            ["AWS_ACCESS_KEY_ID"] = "scripts",
            ["AWS_SECRET_ACCESS_KEY"] = "of the scripts",
            ["DAX_SECRET_ACCESS_KEY"] = secret,
            ["NODE_EXTRA_CA_CERTS"] = certificates.AuthorityFile,
        };
        string dax = isSecure ? $"daxs://{host.DaxTlsEndPoint}" : $"dax://{host.DaxEndPoint}";
        (int code, string output) = ClientProcess.Run(
            "node", ClientProcess.RunTime, PackageFolder, environment, "--no-warnings", script, dax, $"http://{host.DataEndPoint}");
        return $"exit code {code}: {output}";
    }

    /// <summary>Installs the packages beside a copy of the scripts. Null when they are there, otherwise why not.</summary>
    private static string? InstallPackages()
    {
        Directory.CreateDirectory(PackageFolder);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(ClientProcess.Scripts, "dax")))
        {
            File.Copy(file, Path.Combine(PackageFolder, Path.GetFileName(file)), overwrite: true);
        }

        (int code, string output) = ClientProcess.Run("npm", InstallTime, PackageFolder, "install", "--no-audit", "--no-fund", "--no-package-lock");
        return code == 0 ? null : "The packages of the DAX clients cannot be had from npm here: " + output;
    }
}
