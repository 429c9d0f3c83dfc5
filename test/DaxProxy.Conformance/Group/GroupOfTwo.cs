using System.Diagnostics;
using System.Formats.Cbor;
using System.Net;
using Amazon.Runtime;
using DaxProxy.Backends;
using DaxProxy.Conformance.Dax;
using DaxProxy.Conformance.Security;
using DaxProxy.Core.Caching.Group;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Group;

/// <summary>An engine, and two proxies in front of it that are one group, all in this process; they talk over sockets.</summary>
internal sealed class GroupOfTwo : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<(BackendStack Stack, DaxProxyHost Host)> members = [];
    private readonly ProxyOptions options;
    private readonly BackendStack engine;
    private readonly DaxProxyHost far;

    private GroupOfTwo(ProxyOptions options, BackendStack engine, DaxProxyHost far)
    {
        this.options = options;
        this.engine = engine;
        this.far = far;
    }

    /// <summary>What the members log.</summary>
    public RecordingLoggers Log { get; } = new();

    /// <summary>Starts all, makes the table <c>Tab</c> of key <c>k</c>, and waits until both answer from their caches.</summary>
    public static async Task<GroupOfTwo> StartAsync(string redis, bool sharesValues, Dictionary<string, TableOptions>? tables = null)
    {
        ProxyOptions behind = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions { InMemory = true },
        };
        BackendStack engine = BackendStack.Create(behind, TimeProvider.System);
        DaxProxyHost far = await DaxProxyHost.StartAsync(behind, engine, NullLoggerFactory.Instance, TimeProvider.System);
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Port = 0 },
            Backend = new BackendOptions
            {
                Kind = BackendKind.DynamoDb,
                Endpoint = $"http://{far.DataEndPoint}",
                InMemory = true,
                ReplicaSettleTime = TimeSpan.Zero,
                IndexSettleTime = TimeSpan.Zero,
            },
            Group = new GroupOptions
            {
                Redis = redis,
                Name = "orders",
                Lease = TimeSpan.FromSeconds(0.5),
                GoneAfter = TimeSpan.FromSeconds(2),
                ShareValues = sharesValues,
            },
            Tables = tables ?? [],
        };
        GroupOfTwo group = new(options, engine, far);
        using Wire wire = new(new Uri($"http://{far.DataEndPoint}"));
        Assert.That(
            (await wire.SendAsync("CreateTable", "{'TableName':'Tab','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':"
                + "[{'AttributeName':'k','AttributeType':'S'}],'KeySchema':[{'AttributeName':'k','KeyType':'HASH'}]}")).Error,
            Is.Null);
        await group.AddAsync();
        await group.AddAsync();
        return group;
    }

    /// <summary>One more member; returns when all answer from their caches.</summary>
    public async Task AddAsync()
    {
        BackendStack stack = BackendStack.Create(
            options, TimeProvider.System, Log.CreateLogger(""), new BasicAWSCredentials("AKIDEXAMPLE", "secret"));
        members.Add((stack, await DaxProxyHost.StartAsync(options, stack, Log, TimeProvider.System)));
        await WaitAsync();
    }

    /// <summary>How a member stands.</summary>
    public GroupStatus StatusOf(int member) => members[member].Stack.Group!.Status;

    /// <summary>A client of a member.</summary>
    public Wire WireOf(int member) => new(new Uri($"http://{members[member].Host.DataEndPoint}"));

    /// <summary>Where a member speaks the DAX protocol.</summary>
    public IPEndPoint DaxOf(int member) => members[member].Host.DaxEndPoint!;

    /// <summary>Ends a member as a stop does.</summary>
    public async Task StopAsync(int member)
    {
        (BackendStack stack, DaxProxyHost host) = members[member];
        members.RemoveAt(member);
        await host.DisposeAsync();
        stack.Dispose();
    }

    /// <summary>Waits until every member knows all others, and may answer from its caches.</summary>
    public Task WaitAsync() => UntilAsync(() => Enumerable.Range(0, members.Count).All(member =>
        StatusOf(member) is { IsJoined: true, Members.Count: var count, LeaseLeft.Ticks: > 0 } && count == members.Count));

    /// <summary>Waits for something that has to happen.</summary>
    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    /// <inheritdoc cref="UntilAsync(Func{bool})"/>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(Patience), "it never happens");
            await Task.Delay(20);
        }
    }

    /// <summary>The ports of the nodes that a DAX client of a member is told of.</summary>
    public async Task<int[]> EndpointsOfAsync(int member)
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(DaxOf(member));
        CborReader answer = await talk.CallAsync(DaxTalk.Endpoints, _ => { });
        List<int> ports = [];
        for (int left = answer.ReadStartArray()!.Value; left > 0; left--)
        {
            answer.ReadStartMap();
            while (answer.PeekState() != CborReaderState.EndMap)
            {
                if (answer.ReadInt32() == 3)
                {
                    ports.Add(answer.ReadInt32());
                }
                else
                {
                    answer.SkipValue();
                }
            }

            answer.ReadEndMap();
        }

        return [.. ports.Order()];
    }

    public async ValueTask DisposeAsync()
    {
        while (members.Count > 0)
        {
            await StopAsync(0);
        }

        await far.DisposeAsync();
        engine.Dispose();
        Log.Dispose();
    }
}
