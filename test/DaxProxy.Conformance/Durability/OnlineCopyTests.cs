using System.Diagnostics;
using NUnit.Framework;

namespace DaxProxy.Conformance.Durability;

/// <summary>
/// The command <c>data backup</c> beside a process that is being written to: the copy has all that was acknowledged before it was asked
/// for, and a process that is started on it serves it.
/// </summary>
public sealed class OnlineCopyTests
{
    private const string Table = "copied";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Test]
    public async Task Copy_OfADataFolderThatIsServed_HasAllThatWasAcknowledgedBefore()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("daxproxy-online-copy-");
        string data = Path.Combine(folder.FullName, "data"), copy = Path.Combine(folder.FullName, "copy");
        try
        {
            Writer[] writers = [.. Enumerable.Range(0, 4).Select(number => new Writer(Table, number, new Random(number)))];
            using (ServerProcess server = await ServerProcess.StartAsync(data))
            {
                await server.Sdk.CreateTableAsync(new TableShape("p:S").Gsi("byG", "g:S", "ALL").Request(Table));
                for (int i = 0; i < 50; i++)
                {
                    await server.Sdk.PutItemAsync(Table, Writer.Item($"kept-{i}", 1));
                }

                Task[] running = [.. writers.Select(writer => Task.Run(() => writer.RunAsync(server.Sdk, () => { })))];
                Assert.That(await RunAsync("data", "backup", data, copy), Is.EqualTo((0, $"{data} is copied to {copy}")));
                await server.KillAsync();
                await Task.WhenAll(running);
            }

            Assert.That((await RunAsync("data", "check", copy)).Code, Is.Zero);
            using ServerProcess copied = await ServerProcess.StartAsync(copy);
            for (int i = 0; i < 50; i++)
            {
                Assert.That((await copied.Sdk.GetItemAsync(Table, new() { ["p"] = new($"kept-{i}") })).Item?["v"].N, Is.EqualTo("1"));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(int Code, string Text)> RunAsync(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(ServerProcess.Program[0], [.. ServerProcess.Program[1..], .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, (await output + await errors).Trim());
    }
}
