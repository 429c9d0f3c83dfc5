using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace DaxProxy.Conformance.Remote;

/// <summary>Many clients miss one item at one time, each on a connection of its own.</summary>
/// <remarks>Alone, as this process has one end of each connection open.</remarks>
[TestFixture]
public sealed class HerdTests
{
    private const string Get = "{'TableName':'Tab','Key':{'k':{'S':'a'}}}";

    private const int Clients = 10_000;

    /// <summary>The backend answers when all have asked. No request can be a hit, so every answer is that of one read.</summary>
    [Test]
    public async Task HotItem_MissedByAll_IsReadOnce()
    {
        const int Others = 1000;
        if (OpenFilesLimit() is { } limit && limit < Clients + Others)
        {
            Assert.Ignore($"A process may have {limit} files open here; {Clients} connections need more.");
        }

        await using FaultRig rig = await FaultRig.StartAsync();
        await rig.CreateTableAsync();
        await rig.Direct.SendAsync("PutItem", "{'TableName':'Tab','Item':{'k':{'S':'a'},'v':{'N':'1'}}}");

        // In a process of its own, as each connection has two ends.
        using ServerProcess proxy =
            await ServerProcess.StartAsync(["--backend", "dynamodb", "--endpoint", rig.Link.EndPoint.AbsoluteUri], new()
            {
                ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE",
                ["AWS_SECRET_ACCESS_KEY"] = "secret",
                ["DAXPROXY__Listen__MaxConnections"] = "0",
            });
        using Wire wire = new(proxy.EndPoint);
        Assert.That(
            (await wire.SendAsync("GetItem", Get.Replace("'a'", "'other'", StringComparison.Ordinal))).Status, Is.EqualTo(200),
            "the table is known");
        rig.Link.FaultOf = request => request.Operation == "GetItem" ? LinkFault.Held : LinkFault.None;

        long started = Stopwatch.GetTimestamp();
        Socket[] sockets = new Socket[Clients];
        try
        {
            await Parallel.ForAsync(0, Clients, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, patience) =>
            {
                sockets[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await sockets[i].ConnectAsync(proxy.EndPoint.Host, proxy.EndPoint.Port, patience);
                await sockets[i].SendAsync(Wire.BytesOf("GetItem", Get), patience);
            });
            while (await MissesAsync(proxy) < Clients + 1)
            {
                Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(20)));
            }

            rig.Link.LetGo.SetResult();
            string[] replies = await Task.WhenAll(sockets.Select(ReadAsync));
            Assert.That(replies, Has.All.StartsWith("HTTP/1.1 200 ").And.All.Contain("\"v\":{\"N\":\"1\"}"));
            Assert.That(replies.Count(reply => reply.Contains("fwd=miss; collapsed", StringComparison.Ordinal)), Is.EqualTo(Clients - 1));
            Assert.That(rig.Link.Requests.Count(
                request => request.Operation == "GetItem" && request.Text.Contains("\"a\"", StringComparison.Ordinal)), Is.EqualTo(1));
            TestContext.Out.WriteLine($"{Clients} connections, one read, {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        }
        finally
        {
            Array.ForEach(sockets, socket => socket?.Dispose());
        }
    }

    private static async Task<int> MissesAsync(ServerProcess proxy)
    {
        using HttpClient admin = new() { BaseAddress = proxy.AdminEndPoint };
        return (int)JsonNode.Parse(await admin.GetStringAsync(
            new Uri("/api/stats", UriKind.Relative)))!["cache"]![FaultRig.Table]!["misses"]!;
    }

    private static async Task<string> ReadAsync(Socket socket)
    {
        byte[] buffer = new byte[4096];
        int length = 0;
        do
        {
            int count = await socket.ReceiveAsync(buffer.AsMemory(length));
            if (count == 0)
            {
                break;
            }

            length += count;
        }
        while (!Encoding.ASCII.GetString(buffer, 0, length).Contains("}}}", StringComparison.Ordinal));
        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    /// <summary>How many files a process may have open; null where that is not known.</summary>
    private static int? OpenFilesLimit()
    {
        const string Limits = "/proc/self/limits";
        string? line = File.Exists(Limits)
            ? File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            : null;
        return line is not null && int.TryParse(
            line[14..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], out int limit) ? limit : null;
    }
}
