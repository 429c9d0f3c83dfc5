using System.Diagnostics;
using DaxProxy.Tests;
using NUnit.Framework;

namespace DaxProxy.Conformance.Commands;

/// <summary>What the first <c>dotnet run</c> in a new clone says.</summary>
[Platform(Include = "Linux")]
public sealed class FirstRunTests
{
    private DirectoryInfo folder = null!;

    [SetUp]
    public void CopySources()
    {
        folder = Directory.CreateTempSubdirectory("daxproxy-clone-");
        string source = Path.Combine(Repository.Root, "src");
        foreach (string file in Directory.EnumerateFiles(Repository.Root, "*.*").Concat(Sources(source)))
        {
            string copy = Path.Combine(folder.FullName, Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    [TearDown]
    public void Clean() => folder.Delete(recursive: true);

    /// <summary>The SDK says nothing before it has restored and compiled, and standard output is the program's.</summary>
    [Test]
    public async Task FirstRun_SaysThatItBuilds_BeforeItDoes()
    {
        ProcessStartInfo start = new("dotnet", ["run", "--configuration", "Release", "--project", "src/DaxProxy"])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        try
        {
            Task<string?> output = process.StandardOutput.ReadLineAsync(), error = process.StandardError.ReadLineAsync();
            Assert.That(await Task.WhenAny(output, error), Is.SameAs(error));
            Assert.That(await error, Does.StartWith("Building DaxProxy, which takes about a minute the first time."));
            Assert.That(File.Exists(Path.Combine(folder.FullName, "src", "DaxProxy", "obj", "project.assets.json")), Is.False);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(folder).Concat(Directory.EnumerateDirectories(folder)
            .Where(inner => Path.GetFileName(inner) is not ("bin" or "obj")).SelectMany(Sources));
}
