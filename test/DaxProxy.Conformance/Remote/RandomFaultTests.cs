using System.Diagnostics;
using System.Globalization;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Conformance.Remote;

/// <summary>
/// Many clients read and write through a proxy whose way to its backend fails at random. The link knows of each write whether and when the
/// backend did it; every answer is judged by that. The seed says what is sent and what fails, not how the threads take turns.
/// </summary>
[TestFixture]
public sealed class RandomFaultTests
{
    private const int Clients = 48;

    /// <summary>Of items that were touched last, so that reads meet what was just written.</summary>
    private const int RecentItems = 24;

    private static int Seed => int.Parse(Environment.GetEnvironmentVariable("DAXPROXY_FAULT_SEED") ?? "1", CultureInfo.InvariantCulture);

    [TestCase(false)]
    [TestCase(true)]
    public Task NoWriteIsLost_AndNoReadIsFalse(bool isRepeating) => RunAsync(5_000, isRepeating);

    [TestCase(false)]
    [TestCase(true)]
    [Explicit("Takes minutes. DAXPROXY_FAULT_OPERATIONS says how many operations, DAXPROXY_FAULT_SEED which.")]
    public Task NoWriteIsLost_AndNoReadIsFalse_InALongRun(bool isRepeating) =>
        RunAsync(
            int.Parse(Environment.GetEnvironmentVariable("DAXPROXY_FAULT_OPERATIONS") ?? "100000", CultureInfo.InvariantCulture),
            isRepeating);

    /// <summary>Each request is sent once, or as often as the proxy does by default, which leaves fewer failures to clients.</summary>
    private static async Task RunAsync(int operations, bool isRepeating)
    {
        RandomFaults faults = new(Seed);
        await using FaultRig rig = await FaultRig.StartAsync(
            options => options with
            {
                Backend = options.Backend with { RequestTimeout = TimeSpan.FromSeconds(1) },
                Resilience = isRepeating ? new ResilienceOptions() : options.Resilience,
            },
            remembers: false);
        rig.Link.FaultOf = faults.Next;
        rig.Link.Passed = faults.Note;
        await rig.Direct.SendAsync("CreateTable", "{'TableName':'Tab','BillingMode':'PAY_PER_REQUEST',"
            + "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},{'AttributeName':'s','AttributeType':'N'},{'AttributeName':'g','AttributeType':'S'}],"
            + "'KeySchema':[{'AttributeName':'p','KeyType':'HASH'},{'AttributeName':'s','KeyType':'RANGE'}],"
            + "'GlobalSecondaryIndexes':[{'IndexName':'byG','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}]}");

        long lastWrite = RandomFaults.FirstWrite;
        RandomItem[] recent = [.. RandomItem.All.Take(RecentItems)];
        RandomClient[] clients = [.. Enumerable.Range(0, Clients).Select(client =>
        {
            Random random = new((Seed * 1000) + client);
            return new RandomClient(rig.Wire, random, () => Interlocked.Increment(ref lastWrite), () => random.Next(10) < 7
                ? recent[random.Next(RecentItems)]
                : recent[random.Next(RecentItems)] = RandomItem.All[random.Next(RandomItem.All.Count)]);
        })];
        long started = Stopwatch.GetTimestamp();
        faults.IsCalm = false;
        int left = operations;
        await Task.WhenAll(clients.Select(client => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await client.StepAsync();
            }
        })));
        faults.IsCalm = true;
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        // What is cached now, what the backend says, and the same again when no write is in doubt any more and what is read is kept.
        for (int round = 0; round < 2; round++)
        {
            foreach (RandomItem item in RandomItem.All)
            {
                await clients[0].GetAsync(item, isConsistent: false);
                await clients[0].GetAsync(item, isConsistent: true);
                await clients[0].GetAsync(item, isConsistent: false);
            }

            await Task.Delay(2 * rig.Link.Lateness);
        }

        RandomVerdict verdict = RandomVerdict.Of(faults, clients);
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {Seed}, {seconds:0} s: {verdict.Summary}"));
        TestContext.Out.WriteLine(
            string.Join(", ", faults.Counts.OrderBy(count => count.Key).Select(count => $"{count.Key} {count.Value}")));
        Assert.That(verdict.Violations, Is.Empty, $"seed {Seed}");
        // Items are in doubt for long after a write of unknown outcome: the longer the run, the more of them are.
        Assert.That(verdict.Hits, Is.GreaterThan(Math.Min(operations / 40, 2000)), "the cache was of use");
        Assert.That(verdict.Unknown, Is.GreaterThan(operations / (isRepeating ? 2000 : 200)), "the faults were of use");
        Assert.That(rig.Stack.Resilience!.RetriesUnknown > 0, Is.EqualTo(isRepeating));
    }
}
