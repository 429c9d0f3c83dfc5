using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using DaxProxy.Tests;
using NUnit.Framework;

namespace DaxProxy.Conformance.Packaging;

/// <summary>
/// The native program that <c>DAXPROXY_CONFORMANCE_PROGRAM</c> names: what it needs, and the image that is made of it. Run by
/// <c>.ci/native</c>, as publishing it takes minutes.
/// </summary>
[Platform(Include = "Linux")]
public sealed class NativeProgramTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private string program = null!;
    private DirectoryInfo folder = null!;

    [SetUp]
    public void FindProgram()
    {
        if (ServerProcess.Program is not [string native])
        {
            Assert.Ignore("needs a native program: set DAXPROXY_CONFORMANCE_PROGRAM");
            return;
        }

        program = native;
        folder = Directory.CreateTempSubdirectory("daxproxy-native-");
    }

    [TearDown]
    public void Clean() => folder?.Delete(recursive: true);

    [Test]
    public async Task Program_IsOneFileThatNeedsTheCLibraryOnly()
    {
        string[] libraries = [.. (await RunAsync("ldd", program)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => Path.GetFileName(line.Trim().Split(' ')[0]))];
        Assert.That(
            libraries, Is.SubsetOf(new[] { "linux-vdso.so.1", "libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1" }));
    }

    [Test]
    public async Task NpmPackage_Installed_RunsTheProgram()
    {
        if (!Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(path => File.Exists(Path.Combine(path, "npm"))))
        {
            Assert.Ignore("needs npm");
        }

        await RunAsync(Path.Combine(Repository.Root, "packaging", "npm.sh"), program, folder.FullName);
        string package = folder.EnumerateFiles("daxproxy-*.tgz").Single().FullName;
        await RunAsync("npm", "install", "--offline", "--no-audit", "--no-fund", "--prefix", folder.FullName, package);
        string said = await RunAsync("npx", "--no-install", "--prefix", folder.FullName, "daxproxy", "version");
        Assert.That(said, Does.StartWith($"daxproxy {typeof(ServerProcess).Assembly.GetName().Version!.ToString(3)}"));
    }

    /// <summary>
    /// The commands of the page on installing, in a folder that holds nothing but the archive, on a machine without .NET.
    /// </summary>
    [Test]
    public async Task Page_CommandsToInstall_EndInAnAnswer()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "operations", "containers.md"));
        string commands = page.Split("```bash\n").Select(part => part.Split("```")[0]).Single(
            block => block.StartsWith("tar -xzf ", StringComparison.Ordinal));
        string archive = commands.Split('\n')[0].Split(' ')[^1];
        Assert.That(archive, Does.StartWith($"daxproxy-{typeof(ServerProcess).Assembly.GetName().Version!.ToString(3)}-"));
        await RunAsync("tar", "-C", Path.GetDirectoryName(program)!, "-czf", Path.Combine(folder.FullName, archive), "daxproxy");
        ProcessStartInfo start = new("env", ["-i", "PATH=/usr/bin:/bin", "bash", "-ec", commands + "kill %1"])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process shell = Process.Start(start)!;
        Task<string> output = shell.StandardOutput.ReadToEndAsync(), errors = shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync().WaitAsync(Patience);
        if ((await errors).Contains("No module named 'boto3'", StringComparison.Ordinal))
        {
            Assert.Ignore("boto3 is not on this machine");
        }

        Assert.That(await output, Is.EqualTo("[]\n"), await errors);
    }

    [Test]
    public async Task Image_MadeOfIt_IsTheSameEachTime_AndHoldsWhatItSays()
    {
        byte[] once = await ImageAsync("one.tar"), again = await ImageAsync("two.tar");
        Assert.That(SHA256.HashData(once), Is.EqualTo(SHA256.HashData(again)));

        (JsonNode config, byte[] packed) = await OpenAsync(once);
        Assert.That((string?)config["config"]!["User"], Is.EqualTo("1654:1654"));

        using GZipStream layer = new(new MemoryStream(packed), CompressionMode.Decompress);
        using MemoryStream content = new();
        await layer.CopyToAsync(content);
        Assert.That(
            (string?)config["rootfs"]!["diff_ids"]![0],
            Is.EqualTo($"sha256:{Convert.ToHexStringLower(SHA256.HashData(content.ToArray()))}"));
        content.Position = 0;
        Dictionary<string, TarEntry> entries = [];
        using TarReader reader = new(content);
        while (await reader.GetNextEntryAsync() is { } entry)
        {
            entries[entry.Name.TrimEnd('/')] = entry;
        }

        Assert.That(
            entries.Keys,
            Is.SupersetOf(new[]
            {
                "./usr/local/bin/daxproxy", "./etc/ssl/certs/ca-certificates.crt", "./usr/share/zoneinfo/Europe/Berlin", "./data", "./tmp",
            }));
        Assert.That(entries["./data"].Uid, Is.EqualTo(1654));
    }

    /// <summary>In the image's file system, as its user, without <c>/proc</c>.</summary>
    [Test]
    public async Task Image_Entered_ServesAndKeepsItsData()
    {
        if (Environment.UserName != "root")
        {
            Assert.Ignore("only root can enter another root file system");
        }

        DirectoryInfo root = folder.CreateSubdirectory("root");
        string layer = Path.Combine(folder.FullName, "layer.tar.gz");
        await File.WriteAllBytesAsync(layer, (await OpenAsync(await ImageAsync("image.tar"))).Layer);
        await RunAsync("tar", "-xzf", layer, "-C", root.FullName);

        // The one device that .NET needs; every container has it.
        root.CreateSubdirectory("dev");
        await RunAsync("mknod", "-m", "444", Path.Combine(root.FullName, "dev", "urandom"), "c", "1", "9");
        string[] enter = ["chroot", "--userspec=1654:1654", root.FullName, "/usr/local/bin/daxproxy"];

        // The program of this machine, the first argument, gives way to the one in there.
        using ServerProcess server = await ServerProcess.StartAsync(
            ["--data", "/data"], [], "sh", "-c", $"shift; exec {string.Join(' ', enter)} \"$@\"", "sh");
        await server.Sdk.CreateTableAsync(
            "Tab", [new("k", Amazon.DynamoDBv2.KeyType.HASH)], [new("k", Amazon.DynamoDBv2.ScalarAttributeType.S)], new(1, 1));
        Assert.That(
            await RunAsync(enter[0], [.. enter[1..], "healthcheck", "--port", $"{server.AdminEndPoint.Port}"]), Is.EqualTo("live\n"));
        server.Terminate();
        Assert.That(await server.ExitCodeAsync(Patience), Is.Zero);
        Assert.That(Directory.EnumerateFiles(Path.Combine(root.FullName, "data")), Is.Not.Empty);
    }

    private async Task<byte[]> ImageAsync(string name)
    {
        string path = Path.Combine(folder.FullName, name);
        await RunAsync(Path.Combine(Repository.Root, "packaging", "image.sh"), program, path);
        return await File.ReadAllBytesAsync(path);
    }

    /// <summary>What an archive holds: the image's configuration and its only layer.</summary>
    private async Task<(JsonNode Config, byte[] Layer)> OpenAsync(byte[] archive)
    {
        string layout = folder.CreateSubdirectory("layout").FullName;
        await TarFile.ExtractToDirectoryAsync(new MemoryStream(archive), layout, overwriteFiles: true);
        JsonNode index = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(layout, "index.json")))!;
        JsonNode manifest = JsonNode.Parse(await BlobAsync(layout, index["manifests"]![0]!))!;
        return (JsonNode.Parse(await BlobAsync(layout, manifest["config"]!))!, await BlobAsync(layout, manifest["layers"]![0]!));
    }

    /// <summary>A blob of an image, which is what its descriptor says.</summary>
    private static async Task<byte[]> BlobAsync(string layout, JsonNode descriptor)
    {
        string digest = (string)descriptor["digest"]!;
        byte[] content = await File.ReadAllBytesAsync(Path.Combine(layout, "blobs", digest.Replace(':', '/')));
        Assert.That($"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}", Is.EqualTo(digest));
        Assert.That((long)descriptor["size"]!, Is.EqualTo(content.Length));
        return content;
    }

    private static async Task<string> RunAsync(string command, params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.That(process.ExitCode, Is.Zero, await errors);
        return await output;
    }
}
