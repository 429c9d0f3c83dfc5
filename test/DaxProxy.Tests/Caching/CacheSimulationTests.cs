using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching;

/// <summary>
/// Law two under a seeded scheduler: no read returns a state older than a write that was acknowledged before the read began. Every
/// write of a key carries a higher version; deletions are versions too, told apart by when they were performed.
/// </summary>
[TestFixture]
public sealed class CacheSimulationTests
{
    private static readonly string[] Keys = ["a", "b", "c", "d", "e", "f", "g", "h"];

    [Test]
    public Task Simulation_ReadsWritesFaultsAndEvictions_KeepLawTwo([Range(1, 8)] int seed) => Task.Run(() => RunAsync(seed));

    /// <summary>Without the test's synchronization context, so that what a released call causes has happened when it returns.</summary>
    private static async Task RunAsync(int seed)
    {
        using SimulatedWorld world = new(seed);
        for (int step = 0; step < 5000; step++)
        {
            await world.StepAsync();
        }

        await world.DrainAsync();
        Assert.That(world.Hits, Is.GreaterThan(100), "the cache was of use");
    }

    private sealed class SimulatedWorld : IDisposable
    {
        private readonly Random random;
        private readonly int seed;
        private readonly CacheRig rig;
        private readonly Dictionary<string, List<long>> histories = Keys.ToDictionary(key => key, _ => new List<long> { 0 });
        private readonly Dictionary<string, int> acknowledged = Keys.ToDictionary(key => key, _ => 0);
        private readonly List<Read> reads = [];
        private readonly List<Write> writes = [];
        private readonly List<(int DueStep, ScriptedBackend.ScriptedCall Call)> lost = [];
        private int steps;
        private long versions;

        public SimulatedWorld(int seed)
        {
            this.seed = seed;
            random = new Random(seed);

            // Few fences, so that keys share some; the doubt window is longer than lost writes stay away.
            rig = new(
                new ItemCacheOptions { FenceStripes = seed % 2 == 0 ? 8 : 256 },
                new TableCacheSettings { TimeToLive = TimeSpan.FromSeconds(20) });
            rig.Inner.Holds = operation => operation is not DescribeTable;
        }

        public int Hits { get; private set; }

        public async Task StepAsync()
        {
            steps++;
            rig.Inner.KnowsImages = random.Next(4) != 0;
            string key = Keys[random.Next(Keys.Length)];
            switch (random.Next(24))
            {
                case < 8: await StartReadAsync(key); break;
                case < 10: StartWrite(key); break;
                case < 12: PerformSome(); break;
                case < 20: await ReleaseSomeAsync(); break;
                case 20 when random.Next(4) == 0: await LoseSomeAsync(); break;
                case 21: rig.Time.Advance(random.Next(5)); break;
                case 22 when random.Next(8) == 0: Evict(key); break;
                default: await CollectAsync(); break;
            }

            foreach ((int dueStep, ScriptedBackend.ScriptedCall call) in lost.ToList())
            {
                if (dueStep <= steps)
                {
                    lost.Remove((dueStep, call));
                    Perform(call);
                }
            }
        }

        public async Task DrainAsync()
        {
            while (rig.Inner.Held.Count > 0)
            {
                Release(rig.Inner.Held[0]);
            }

            await Task.WhenAll(reads.Select(read => (Task)read.Answer));
            await CollectAsync();
        }

        public void Dispose() => rig.Dispose();

        private async Task StartReadAsync(string key)
        {
            int floor = acknowledged[key];
            Operation read = random.Next(6) switch
            {
                0 => new GetItem { TableName = Table, Key = Key(key), ConsistentRead = true },
                1 => new BatchGetItem { Tables = [new() { TableName = Table, Keys = [Key(key)] }] },
                2 => Checked(new GetItem { TableName = Table, Key = Key(key), ProjectionExpression = "v" }),
                _ => Get(key),
            };
            Read started = new(key, floor, rig.Send(read));
            reads.Add(started);

            // What the cache answers is there at once.
            if (started.Answer.IsCompleted)
            {
                await CollectAsync();
            }
        }

        private void StartWrite(string key)
        {
            long version = ++versions;
            (Operation Write, long Version) write = random.Next(4) switch
            {
                0 => (new DeleteItem { TableName = Table, Key = Key(key) }, 0),
                1 => (new BatchWriteItem
                {
                    Writes = [new() { TableName = Table, Item = (Decoded<AttributeMap>)Row(key, version) }],
                }, version),
                _ => (Put(key, version), version),
            };
            Task<Reply> answer = rig.Send(write.Write);
            writes.Add(new Write(key, write.Version, write.Write, answer));
        }

        private void PerformSome()
        {
            if (rig.Inner.Held.Count > 0)
            {
                Perform(rig.Inner.Held[random.Next(rig.Inner.Held.Count)]);
            }
        }

        private async Task ReleaseSomeAsync()
        {
            if (rig.Inner.Held.Count > 0)
            {
                Release(rig.Inner.Held[random.Next(rig.Inner.Held.Count)]);
                await CollectAsync();
            }
        }

        /// <summary>An unknown outcome: the write has happened, happens within the doubt window, or never does.</summary>
        private async Task LoseSomeAsync()
        {
            ScriptedBackend.ScriptedCall? call = rig.Inner.Held.Find(held => writes.Exists(write => write.Operation == held.Operation));
            if (call is null)
            {
                return;
            }

            int fate = random.Next(3);
            if (fate == 0)
            {
                Perform(call);
            }
            else if (fate == 1)
            {
                lost.Add((steps + random.Next(2), call));
            }

            Write write = writes.Single(candidate => candidate.Operation == call.Operation);
            if (random.Next(2) == 0)
            {
                call.Break();
            }
            else
            {
                call.Release(new ErrorReply(TransportFaults.InternalServerError));
            }

            write.IsLost = true;
            try
            {
                await write.Answer;
            }
            catch (IOException)
            {
                // As intended.
            }
        }

        private void Evict(string key)
        {
            switch (random.Next(3))
            {
                case 0: rig.Backend.Evict(Table, Key(key)); break;
                case 1: rig.Backend.Evict(Table); break;
                default: rig.Backend.EvictAll(); break;
            }
        }

        /// <summary>The model: the history of a key's states in the order in which writes took effect.</summary>
        private void Perform(ScriptedBackend.ScriptedCall call)
        {
            if (writes.Find(write => write.Operation == call.Operation) is { Effect: < 0 } write)
            {
                histories[write.Key].Add(write.Version);
                write.Effect = histories[write.Key].Count - 1;
            }

            call.Perform();
        }

        private void Release(ScriptedBackend.ScriptedCall call)
        {
            Perform(call);
            Write? write = writes.Find(candidate => candidate.Operation == call.Operation);
            call.Release();
            if (write is not null)
            {
                // From here on its caller knows.
                Assert.That(write.Answer.IsCompleted);
                acknowledged[write.Key] = Math.Max(acknowledged[write.Key], write.Effect);
                writes.Remove(write);
            }
        }

        private async Task CollectAsync()
        {
            writes.RemoveAll(write => write.IsLost && !lost.Exists(pair => pair.Call.Operation == write.Operation));
            foreach (Read read in reads.Where(read => read.Answer.IsCompleted).ToList())
            {
                reads.Remove(read);
                Reply reply = await read.Answer;
                long seen = reply is BatchGetItemReply batch
                    ? batch.Responses.Single().Value.Select(VersionOf).SingleOrDefault()
                    : VersionIn(reply);
                Hits += StatusOf(reply)!.Contains("hit", StringComparison.Ordinal) ? 1 : 0;
                int latest = histories[read.Key].LastIndexOf(seen);
                Assert.That(latest, Is.GreaterThanOrEqualTo(read.Floor), $"seed {seed}, step {steps}, key {read.Key}: {StatusOf(reply)}");
            }
        }
    }

    private sealed record Read(string Key, int Floor, Task<Reply> Answer);

    private sealed record Write(string Key, long Version, Operation Operation, Task<Reply> Answer)
    {
        public int Effect { get; set; } = -1;

        public bool IsLost { get; set; }
    }
}
