using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Remote;

/// <summary>The proxy in front of an emulator that is none of ours: it checks signatures' form, and answers in its own way.</summary>
[TestFixture]
public sealed class DynaliteTests
{
    private const string Package = "dynalite@4.0.0";

    private Process? dynalite;
    private BackendStack? stack;
    private DaxProxyHost? host;
    private AmazonDynamoDBClient sdk = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        DirectoryInfo? root = new(TestContext.CurrentContext.TestDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "DaxProxy.sln")))
        {
            root = root.Parent;
        }

        string folder = Path.Combine(root!.FullName, "artifacts", "dynalite");
        string program = Path.Combine(folder, "node_modules", "dynalite", "cli.js");
        Directory.CreateDirectory(folder);
        if (!File.Exists(program) && !await TryRunAsync("npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", folder, Package))
        {
            Assert.Ignore($"{Package} cannot be installed here: it needs npm and a registry.");
        }

        int port = FreePort();
        dynalite = Process.Start(new ProcessStartInfo("node", [program, "--port", $"{port}", "--createTableMs", "0"]) { RedirectStandardOutput = true })!;
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions { Kind = BackendKind.DynamoDb, Endpoint = $"http://127.0.0.1:{port}" },
        };
        stack = BackendStack.Create(options, TimeProvider.System, credentials: new BasicAWSCredentials("AKIDEXAMPLE", "secret"));
        host = await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, TimeProvider.System);
        sdk = SdkClient.For(new Uri($"http://{host.DataEndPoint}"));
        await UntilAsync(async () =>
        {
            try
            {
                return (await sdk.ListTablesAsync()).TableNames is not null;
            }
            catch (AmazonDynamoDBException)
            {
                return false;
            }
        });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        sdk?.Dispose();
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        stack?.Dispose();
        dynalite?.Kill(entireProcessTree: true);
        dynalite?.Dispose();
    }

    [Test]
    public async Task ReadsAndWrites_ThroughTheProxy_SeeEachOther()
    {
        await sdk.CreateTableAsync(new TableShape("p:S").Request("Dyna"));
        await UntilAsync(async () => (await sdk.DescribeTableAsync("Dyna")).Table.TableStatus == TableStatus.ACTIVE);
        Dictionary<string, AttributeValue> key = new() { ["p"] = new AttributeValue("a") };
        for (int version = 1; version <= 3; version++)
        {
            await sdk.UpdateItemAsync(new UpdateItemRequest
            {
                TableName = "Dyna",
                Key = key,
                UpdateExpression = "ADD v :one",
                ExpressionAttributeValues = new() { [":one"] = new AttributeValue { N = "1" } },
            });
            Assert.That((await sdk.GetItemAsync("Dyna", key)).Item["v"].N, Is.EqualTo($"{version}"));
            Assert.That((await QueryAsync()).Single()["v"].N, Is.EqualTo($"{version}"));
        }

        await sdk.PutItemAsync("Dyna", new() { ["p"] = new AttributeValue("a") });
        Assert.That((await QueryAsync()).Single(), Has.Count.EqualTo(1));
        await sdk.DeleteItemAsync("Dyna", key);
        Assert.That((await sdk.GetItemAsync("Dyna", key)).IsItemSet, Is.False);
        Assert.That(await QueryAsync(), Is.Empty);
    }

    private async Task<List<Dictionary<string, AttributeValue>>> QueryAsync() => (await sdk.QueryAsync(new QueryRequest
    {
        TableName = "Dyna",
        KeyConditionExpression = "p = :p",
        ExpressionAttributeValues = new() { [":p"] = new AttributeValue("a") },
    })).Items ?? [];

    private static async Task UntilAsync(Func<Task<bool>> isTrue)
    {
        for (int attempt = 0; attempt < 200; attempt++)
        {
            if (await isTrue())
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail("dynalite did not get ready.");
    }

    private static async Task<bool> TryRunAsync(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments))!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
