using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using NUnit.Framework;

namespace DaxProxy.Conformance.Remote;

/// <summary>Many clients miss one item at one time, each on a connection of its own.</summary>
[TestFixture]
public sealed class HerdTests
{
    private const string Get = "{'TableName':'Tab','Key':{'k':{'S':'a'}}}";

    /// <summary>The backend answers when all have asked: nobody can be a hit, so every answer is that of one read.</summary>
    [TestCase(10_000)]
    public async Task HotItem_MissedByAll_IsReadOnce(int clients)
    {
        if (OpenFilesLimit() is { } limit && limit < (2 * clients) + 1000)
        {
            // Both ends of each connection are files of this process.
            clients = (limit - 1000) / 2;
        }

        await using FaultRig rig = await FaultRig.StartAsync(options => options with
        {
            Listen = options.Listen with { MaxConnections = 0 },
            Backend = options.Backend with { RequestTimeout = TimeSpan.FromSeconds(45) },
        });
        await rig.CreateTableAsync();
        await rig.Direct.SendAsync("PutItem", "{'TableName':'Tab','Item':{'k':{'S':'a'},'v':{'N':'1'}}}");
        await rig.OkAsync("GetItem", Get.Replace("'a'", "'other'", StringComparison.Ordinal));
        rig.Link.FaultOf = request => request.Operation == "GetItem" ? LinkFault.Held : LinkFault.None;

        long started = Stopwatch.GetTimestamp();
        Socket[] sockets = new Socket[clients];
        try
        {
            await Parallel.ForAsync(0, clients, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, patience) =>
            {
                sockets[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await sockets[i].ConnectAsync(rig.EndPoint.Host, rig.EndPoint.Port, patience);
                await sockets[i].SendAsync(Wire.BytesOf("GetItem", Get), patience);
            });
            while (rig.Stack.Caching!.Catalog.Tables.Single(table => table.Info.TableName == FaultRig.Table).Counters.Read().Misses < clients + 1)
            {
                Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(40)));
                await Task.Yield();
            }

            rig.Link.LetGo.SetResult();
            string[] replies = await Task.WhenAll(sockets.Select(ReadAsync));
            Assert.That(replies, Has.All.StartsWith("HTTP/1.1 200 ").And.All.Contain("\"v\":{\"N\":\"1\"}"));
            Assert.That(replies.Count(reply => reply.Contains("fwd=miss; collapsed", StringComparison.Ordinal)), Is.EqualTo(clients - 1));
            Assert.That(rig.Link.Requests.Count(request => request.Operation == "GetItem" && request.Text.Contains("\"a\"", StringComparison.Ordinal)), Is.EqualTo(1));
            TestContext.Out.WriteLine($"{clients} connections, one read, {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        }
        finally
        {
            Array.ForEach(sockets, socket => socket?.Dispose());
        }
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
        string? line = File.Exists(Limits) ? File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal)) : null;
        return line is not null && int.TryParse(line[14..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], out int limit) ? limit : null;
    }
}
