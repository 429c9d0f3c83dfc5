using System.ComponentModel;
using System.Diagnostics;
using DaxProxy.Tests;

namespace DaxProxy.Conformance.Clients;

/// <summary>Runs programs that are clients of DynamoDB.</summary>
internal static class ClientProcess
{
    /// <summary>
    /// How long a scenario may take before it counts as hanging. An AWS CLI takes seconds for each call where the machine is busy.
    /// </summary>
    public static readonly TimeSpan RunTime = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan InstallTime = TimeSpan.FromMinutes(5);

    private static readonly Lazy<string?> FoundPython = new(() =>
        new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(candidate => Run(candidate, RunTime, null, "-c", "import boto3").Code == 0));

    private static readonly Lazy<bool> FoundAwsCli = new(() => Run("aws", RunTime, null, "--version").Code == 0);

    /// <summary>The folder of the scripts in this repository.</summary>
    public static string Scripts { get; } = Find();

    /// <summary>A Python that has boto3; null when there is none.</summary>
    public static string? Python => FoundPython.Value;

    /// <summary>Whether there is an AWS CLI.</summary>
    public static bool HasAwsCli => FoundAwsCli.Value;

    /// <summary>Runs a program. The exit code is -1 when there is no such program.</summary>
    public static (int Code, string Output) Run(string program, TimeSpan limit, string? folder, params string[] arguments) =>
        Run(program, limit, folder, new Dictionary<string, string>(), arguments);

    /// <summary>The same with variables of the environment.</summary>
    public static (int Code, string Output) Run(
        string program, TimeSpan limit, string? folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(limit))
            {
                process.Kill(entireProcessTree: true);
            }

            process.WaitForExit();
            return (process.ExitCode, output.Result + errors.Result);
        }
        catch (Win32Exception exception)
        {
            return (-1, exception.Message);
        }
    }

    /// <summary>
    /// Copies the scripts of a folder to one under <c>artifacts</c> and installs their packages beside them. Returns that folder, and why
    /// there are none; null where there are.
    /// </summary>
    /// <param name="scripts">The folder, with a <c>package.json</c>.</param>
    /// <param name="name">Name of the folder under <c>artifacts</c>.</param>
    public static (string Folder, string? Fault) InstallPackages(string scripts, string name)
    {
        string folder = Path.Combine(Repository.Root, "artifacts", name);
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(scripts))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        (int code, string output) = Run("npm", InstallTime, folder, "install", "--no-audit", "--no-fund", "--no-package-lock");
        return (folder, code == 0 ? null : "The packages of the JavaScript clients cannot be had from npm here: " + output);
    }

    private static string Find() => Path.Combine(Repository.Root, "test", "clients");
}
