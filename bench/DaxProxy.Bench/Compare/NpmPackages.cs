using System.ComponentModel;
using System.Diagnostics;

namespace DaxProxy.Bench.Compare;

/// <summary>The other emulators, installed from npm in fixed versions into a folder of the user's cache, once.</summary>
internal static class NpmPackages
{
    public const string DynoxideVersion = "1.2.1";
    public const string DynaliteVersion = "4.0.0";

    private static readonly string[] Packages = [$"@dynoxide/linux-x64@{DynoxideVersion}", $"dynalite@{DynaliteVersion}"];

    /// <summary>
    /// Where the packages are by default: a folder whose name carries the versions, so that new versions get a new folder.
    /// </summary>
    public static string DefaultFolder => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
        "daxproxy-bench",
        $"dynoxide-{DynoxideVersion}-dynalite-{DynaliteVersion}");

    public static string Dynoxide(string folder) => Path.Combine(folder, "node_modules", "@dynoxide", "linux-x64", "dynoxide");

    public static string Dynalite(string folder) => Path.Combine(folder, "node_modules", "dynalite", "cli.js");

    /// <summary>Installs what is missing.</summary>
    /// <exception cref="IOException">They cannot be had; the message is for the user.</exception>
    public static void Install(string folder)
    {
        if (!OperatingSystem.IsLinux()
            || System.Runtime.InteropServices.RuntimeInformation.OSArchitecture != System.Runtime.InteropServices.Architecture.X64)
        {
            throw new IOException("compare needs Linux on x64: dynoxide comes as a binary for it.");
        }

        if (File.Exists(Dynoxide(folder)) && File.Exists(Dynalite(folder)))
        {
            return;
        }

        Directory.CreateDirectory(folder);
        try
        {
            using Process npm = Process.Start(
                new ProcessStartInfo("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", folder, .. Packages]))!;
            npm.WaitForExit();
            if (npm.ExitCode != 0 || !File.Exists(Dynoxide(folder)) || !File.Exists(Dynalite(folder)))
            {
                throw new IOException($"compare cannot install {string.Join(" and ", Packages)}: npm ended with {npm.ExitCode}.");
            }
        }
        catch (Win32Exception)
        {
            throw new IOException("compare needs npm and node to install the other emulators, and npm was not found.");
        }
    }
}
