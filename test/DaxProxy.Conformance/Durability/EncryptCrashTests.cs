using System.Diagnostics;
using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Durability;

/// <summary>
/// <c>data encrypt</c> is killed while it works: afterwards the store is as it was, or encrypted, and all is in it. A start that cannot
/// have the store says so in one line.
/// </summary>
public sealed class EncryptCrashTests
{
    private const string Table = "kept";
    private const int Items = 40;

    [Test]
    public async Task Kill_InTheMiddleOfEncrypting_LeavesTheStoreAsItWasOrEncrypted()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("daxproxy-encrypt-");
        string key = EncryptedFolder.WriteKey(folder.FullName), data = Path.Combine(folder.FullName, "data");
        try
        {
            await FillAsync(data);
            bool isEncrypted = false;
            for (int delay = 5; !isEncrypted; delay *= 10)
            {
                await KillEncryptingAsync(data, key, delay);
                try
                {
                    using ServerProcess plain = await ServerProcess.StartAsync(data);
                    await VerifyAsync(plain);
                }
                catch (EndOfStreamException refusal)
                {
                    Assert.That(
                        refusal.Message.Trim(),
                        Does.Match("^Cannot start: .* is encrypted and no key is configured; name its key by [^\n]*$"));
                    isEncrypted = true;
                }
            }

            Assert.That(EncryptedFolder.HoldsValues(data), Is.False);
            using ServerProcess encrypted = await ServerProcess.StartAsync(data, key);
            await VerifyAsync(encrypted);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task FillAsync(string data)
    {
        using ServerProcess server = await ServerProcess.StartAsync(data);
        await server.Sdk.CreateTableAsync(new TableShape("p:S").Request(Table));
        await Task.WhenAll(Enumerable.Range(0, Items).Select(i => server.Sdk.PutItemAsync(
            Table,
            new Dictionary<string, AttributeValue> { ["p"] = new() { S = $"{i}" }, ["text"] = new() { S = new string('x', 100_000) } })));
    }

    /// <summary>Starts the command, and kills it a moment after the copy is there, if it is not done by then.</summary>
    private static async Task KillEncryptingAsync(string data, string key, int delayMilliseconds)
    {
        string[] words = [.. ServerProcess.Program, "data", "encrypt", data, "--encryption-key-file", key];
        using Process process = Process.Start(
            new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        while (!process.HasExited && !File.Exists(Path.Combine(data, "daxproxy.db-new")))
        {
            await Task.Delay(1);
        }

        await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(delayMilliseconds));
        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
    }

    private static async Task VerifyAsync(ServerProcess server)
    {
        int found = 0;
        await foreach (ScanResponse page in server.Sdk.Paginators.Scan(new ScanRequest(Table)).Responses)
        {
            found += page.Items.Count(item => item["text"].S.Length == 100_000);
        }

        Assert.That(found, Is.EqualTo(Items));
    }
}
