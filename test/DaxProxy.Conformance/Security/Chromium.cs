using System.Diagnostics;
using NUnit.Framework;

namespace DaxProxy.Conformance.Security;

/// <summary>
/// A real browser without a window that shows one page. Its own guard against pages that reach into local networks is off: ours has to do.
/// </summary>
internal sealed class Chromium : IDisposable
{
    private const string Executable = "/usr/bin/chromium";

    private readonly string profile = Directory.CreateTempSubdirectory("daxproxy-chromium-").FullName;
    private readonly Process process;

    private Chromium(Uri page, string hostRules)
    {
        ProcessStartInfo start = new(Executable)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync", "--disable-dev-shm-usage",
                "--disable-features=LocalNetworkAccessChecks,PrivateNetworkAccessSendPreflights",
                "--user-data-dir=" + profile, "--host-resolver-rules=" + hostRules, page.AbsoluteUri,
            },
        };
        process = Process.Start(start)!;
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Shows a page, or ends the test where there is no browser.</summary>
    /// <param name="page">The page.</param>
    /// <param name="hostRules">Where names lead: <c>MAP evil.example 127.0.0.1</c>.</param>
    public static Chromium Show(Uri page, string hostRules)
    {
        if (!File.Exists(Executable))
        {
            Assert.Ignore("There is no browser here (Debian: chromium).");
        }

        return new Chromium(page, hostRules);
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        try
        {
            Directory.Delete(profile, recursive: true);
        }
        catch (IOException)
        {
            // A helper of the browser may still be on its way out.
        }
    }
}
