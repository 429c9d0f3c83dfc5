using System.Collections.Concurrent;
using System.Net.Sockets;
using DaxProxy.Conformance.Dax;

namespace DaxProxy.Conformance.Group;

/// <summary>
/// Writers that count one key up each, through any member, and readers that look through any other. Both speak JSON and the DAX protocol.
/// </summary>
internal sealed class GroupChecker : IDisposable
{
    private const int Keys = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly int seed;
    private readonly long[] attempted = new long[Keys];
    private readonly long[] acknowledged = new long[Keys];
    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, Keys).Select(_ => new SemaphoreSlim(1))];
    private readonly List<string> stale = [];
    private readonly ConcurrentDictionary<string, long> pairsByWay = new();
    private readonly List<MemberClient> members;
    private readonly List<MemberClient> retired = [];
    private long pairs;
    private long reads;
    private long hits;
    private long failures;

    /// <summary>A checker of a group.</summary>
    public GroupChecker(GroupRig rig, int seed)
    {
        this.seed = seed;
        members = [.. rig.Proxies.Select(proxy => new MemberClient(proxy))];
    }

    /// <summary>Answers that were older than a write acknowledged before they were asked for.</summary>
    public IReadOnlyList<string> Stale => stale;

    /// <summary>Acknowledged writes that were read again at once through another member, and answered there.</summary>
    public long Pairs => Interlocked.Read(ref pairs);

    /// <summary>Reads that said that a cache had answered them.</summary>
    public long Hits => Interlocked.Read(ref hits);

    /// <summary>Pairs by how they were written and read.</summary>
    public IReadOnlyDictionary<string, long> PairsByWay => pairsByWay;

    /// <summary>Waits until more was written and read, and answered from caches.</summary>
    /// <param name="count">How many pairs.</param>
    /// <param name="mayHit">Whether the caches are of use.</param>
    public async Task ReadMoreAsync(long count, bool mayHit = true)
    {
        (long wantedPairs, long wantedHits) = (Pairs + count, Hits + (mayHit ? count / 2 : 0));
        while (Pairs < wantedPairs || Hits < wantedHits)
        {
            await Task.Delay(20);
        }
    }

    /// <summary>From now on it is not asked.</summary>
    public void Retire(ServerProcess proxy)
    {
        lock (members)
        {
            retired.AddRange(members.Where(member => member.Process == proxy));
            members.RemoveAll(member => member.Process == proxy);
        }
    }

    /// <summary>From now on it is asked too.</summary>
    public void Admit(ServerProcess proxy)
    {
        lock (members)
        {
            members.Add(new MemberClient(proxy));
        }
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Pairs} writes read again at once through another member ({string.Join(", ", pairsByWay.OrderBy(way => way.Key, StringComparer.Ordinal).Select(way => $"{way.Key} {way.Value}"))}); "
        + $"{Interlocked.Read(ref reads)} reads in all, {Hits} of them known as hits; {failures} requests without an answer or refused; {stale.Count} stale";

    /// <summary>Writes and reads until it is over.</summary>
    public async Task RunAsync(int writers, int readers, Func<bool> isOver)
    {
        await Task.WhenAll(
            Enumerable.Range(0, writers).Select(i => WriteAsync(new Random(seed + i), isOver))
                .Concat(Enumerable.Range(0, readers).Select(i => ReadAllAsync(new Random(~seed - i), isOver))));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        members.ForEach(member => member.Dispose());
        retired.ForEach(member => member.Dispose());
    }

    private static string GroupOf(int key, long version) => $"g{(key + version) % 3}";

    private async Task WriteAsync(Random random, Func<bool> isOver)
    {
        while (!isOver())
        {
            int key = random.Next(Keys);
            await turns[key].WaitAsync();
            try
            {
                long version = Interlocked.Read(ref acknowledged[key]) + 1;
                Interlocked.Exchange(ref attempted[key], version);
                MemberClient writer = Pick(random);
                bool isByDax = random.Next(2) == 0;
                if (!await TryAsync(() => writer.PutAsync(key, GroupOf(key, version), version, isByDax)))
                {
                    // It may have been made, or may come late: nothing is expected of this key before the next.
                    continue;
                }

                Interlocked.Exchange(ref acknowledged[key], version);
                if (await ReadAsync(random, key, except: writer) is { } way)
                {
                    pairsByWay.AddOrUpdate($"{(isByDax ? "DAX" : "JSON")} > {way}", 1, (_, count) => count + 1);
                    Interlocked.Increment(ref pairs);
                }
            }
            finally
            {
                turns[key].Release();
            }
        }
    }

    private async Task ReadAllAsync(Random random, Func<bool> isOver)
    {
        while (!isOver())
        {
            await ReadAsync(random, random.Next(Keys), except: null);
        }
    }

    /// <summary>Reads a key through a member; says how, and null where there was no answer.</summary>
    private async Task<string?> ReadAsync(Random random, int key, MemberClient? except)
    {
        long from = Interlocked.Read(ref acknowledged[key]);
        MemberClient member = Pick(random, except);
        string way = random.Next(3) switch { 0 => "DAX", 1 => "JSON", _ => "JSON query" };
        bool isQuery = way == "JSON query", asksForCapacity = random.Next(2) == 0;
        (long shown, bool isHit) = (0, false);
        bool isAnswered = await TryAsync(async () => (shown, isHit) = isQuery
            ? await member.QueryAsync(key, GroupOf(key, from))
            : await member.GetAsync(key, way == "DAX", asksForCapacity));
        if (!isAnswered)
        {
            return null;
        }

        Interlocked.Increment(ref reads);
        Interlocked.Add(ref hits, isHit ? 1 : 0);

        // A page need not show the item if a later write, which is being made or of which nothing is known, has taken it elsewhere.
        bool mayHaveLeft = isQuery && shown == 0 && Interlocked.Read(ref attempted[key]) > from;
        if (shown < from && !mayHaveLeft)
        {
            lock (stale)
            {
                stale.Add($"{way}{(isHit ? " [hit]" : "")} of {key} shows {shown} after {from} was acknowledged");
            }
        }

        return way;
    }

    private MemberClient Pick(Random random, MemberClient? except = null)
    {
        lock (members)
        {
            MemberClient[] others = [.. members.Where(member => member != except)];
            return others[random.Next(others.Length)];
        }
    }

    /// <summary>A request of which nothing is known if the member is gone or stopped.</summary>
    private async Task<bool> TryAsync(Func<Task> requestAsync)
    {
        try
        {
            await requestAsync().WaitAsync(Patience);
            return true;
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException or TimeoutException or IOException
            or SocketException or DaxRefusal)
        {
            Interlocked.Increment(ref failures);
            return false;
        }
    }
}
