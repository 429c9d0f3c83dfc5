using DaxProxy.Core.Caching.Group;
using DaxProxy.Core.Caching.Writes;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Operations;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching.Items;

/// <summary>An item that one process took from another lives as long as its first fetch has said, and no longer.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SharedLifeTests : IDisposable
{
    private const int Life = 60;

    private readonly CacheRig one = NewRig();
    private readonly CacheRig other = NewRig();
    private readonly Shelf shelf;

    public SharedLifeTests()
    {
        shelf = new Shelf(one.Time);
        foreach (CacheRig rig in Rigs)
        {
            rig.Backend.Join(new NoPeers(), new SharedItems(shelf, rig.Time, (_, _) => true, () => true, () => $"{shelf.Tickets++}"));
            rig.Inner.Put(Table, Row("a", 1));
        }
    }

    private CacheRig[] Rigs => [one, other];

    public void Dispose()
    {
        one.Dispose();
        other.Dispose();
    }

    [Test]
    public async Task Item_TakenFromAnotherProcess_EndsWhenItsFirstFetchHasSaid([Values] bool isBatch, [Values] bool isThere)
    {
        string key = isThere ? "a" : "b";
        await ReadAsync(one, key, isBatch);
        Advance(Life - 1);
        await ReadAsync(other, key, isBatch);
        Assert.That(FetchesOf(other), Is.Zero, "it was shared");
        Advance(0.5);
        await ReadAsync(other, key, isBatch);
        Assert.That(FetchesOf(other), Is.Zero, "it is kept");
        Advance(0.6);
        await ReadAsync(other, key, isBatch);
        Assert.That(FetchesOf(other), Is.EqualTo(1), "its life is over, and no one has it");
    }

    [Test]
    public async Task Item_HandedOnAndOn_GainsNoLife()
    {
        // Each takes it from what the one before may have put back, just before the end of it.
        await ReadAsync(one, "a", isBatch: false);
        for (int hop = 0; hop < 3; hop++)
        {
            Advance(Life * 0.3);
            CacheRig next = hop % 2 == 0 ? other : one;
            next.Backend.EvictAll();
            await ReadAsync(next, "a", isBatch: false);
        }

        Assert.That((FetchesOf(one), FetchesOf(other), shelf.Stores), Is.EqualTo((1, 0, 1)));
        Advance(Life * 0.1);
        await ReadAsync(other, "a", isBatch: false);
        Assert.That(FetchesOf(other), Is.EqualTo(1), "the first life is over");
    }

    [Test]
    public async Task Item_ThatComesLateFromTheOthers_IsGivenNoMoreThanWasLeftWhenItWasAskedFor()
    {
        await ReadAsync(one, "a", isBatch: false);
        Advance(Life - 2);
        shelf.Delay = () => Advance(1.5);
        await ReadAsync(other, "a", isBatch: false);
        shelf.Delay = null;
        Advance(1);
        await ReadAsync(other, "a", isBatch: false);
        Assert.That(FetchesOf(other), Is.EqualTo(1), "the way of the answer is part of its life");
    }

    private static CacheRig NewRig() => new(settings: new TableCacheSettings
    {
        TimeToLive = TimeSpan.FromSeconds(Life),
        NegativeTimeToLive = TimeSpan.FromSeconds(Life),
    });

    private static int FetchesOf(CacheRig rig) => rig.Inner.CallsOf<GetItem>() + rig.Inner.CallsOf<BatchGetItem>();

    private static async Task ReadAsync(CacheRig rig, string key, bool isBatch)
    {
        Reply reply = await rig.Send(isBatch
            ? Checked(new BatchGetItem { Tables = [new() { TableName = Table, Keys = [Key(key)] }] })
            : Get(key));
        Assert.That(reply, Is.Not.TypeOf<ErrorReply>());
    }

    private void Advance(double seconds)
    {
        foreach (CacheRig rig in Rigs)
        {
            rig.Time.Advance(seconds);
        }
    }

    /// <summary>What processes keep for each other, without anything that ends it before its time.</summary>
    private sealed class Shelf(TimeProvider time) : IGroupChannel
    {
        private readonly Dictionary<string, (byte[] Value, DateTimeOffset Ends)> values = [];

        public int Tickets { get; set; }

        public int Stores { get; private set; }

        /// <summary>What happens while an answer is on its way.</summary>
        public Action? Delay { get; set; }

        public Task<SharedAnswer> LookAsync(string key, string ticket)
        {
            TimeSpan left =
                values.TryGetValue(key, out (byte[] Value, DateTimeOffset Ends) kept) ? kept.Ends - time.GetUtcNow() : TimeSpan.Zero;
            SharedAnswer answer = left > TimeSpan.Zero ? new(kept.Value, left, null) : new(null, default, ticket);
            Delay?.Invoke();
            return Task.FromResult(answer);
        }

        public Task StoreAsync(string key, string ticket, byte[] value, TimeSpan life)
        {
            Stores++;
            values[key] = (value, time.GetUtcNow() + life);
            return Task.CompletedTask;
        }

        public Task ForgetAsync(string key) => throw new NotSupportedException();

        public Task OpenAsync(IGroupListener listener, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Membership> JoinAsync(Stay stay, bool isReturn) => throw new NotSupportedException();

        public Task<Membership?> RenewAsync(Stay stay, GroupMessage beat, string address, TimeSpan quiet) =>
            throw new NotSupportedException();

        public Task<Membership> AnnounceAsync(GroupMessage message, TimeSpan doubt, SharedRaise? raise) =>
            throw new NotSupportedException();

        public Task<(StrikeResult Result, TimeSpan Left)> StrikeAsync(Stay stay) => throw new NotSupportedException();

        public Task LeaveAsync(Stay stay) => throw new NotSupportedException();

        public Task AckAsync(GroupAck ack) => throw new NotSupportedException();

        public Task EchoAsync(string word) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => default;
    }

    private sealed class NoPeers : IPeers
    {
        public bool MayWrite(IReadOnlyList<string>? tableNames) => true;

        public ValueTask<bool> CatchUpAsync() => new(true);

        public ValueTask<bool> TellAsync(IReadOnlyList<PeerEffect> effects, Func<IReadOnlyList<PeerEffect>>? widen) => new(true);

        public ValueTask<bool> ConfirmAsync(IReadOnlyList<PeerEffect> effects) => new(true);
    }
}
