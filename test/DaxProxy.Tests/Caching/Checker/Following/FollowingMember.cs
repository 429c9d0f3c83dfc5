using DaxProxy.Core.Caching.Following;
using DaxProxy.Core.Caching.Writes;
using DaxProxy.Core.Operations;

namespace DaxProxy.Tests.Caching.Checker.Following;

/// <summary>A process: its caches, its follower, and how it tells the others, who hear at once.</summary>
internal sealed class FollowingMember : IPeers
{
    private readonly List<FollowingMember> members;
    private StreamFollower? follower;

    public FollowingMember(StreamedTable table, string name, SimulatedLedger.Page page, List<FollowingMember> members, ulong seed)
    {
        this.members = members;
        Name = name;
        Inner = new StreamedBackend(table);
        Caches = new CheckedCaches(Inner, seed, isSmall: seed % 2 == 0, maxStreamLag: FollowingWorld.MaxLag);
        Caches.Backend.Join(this, null);
        SimulatedLedger ledger = new(page, name, () => table.Now, Caches.Time);
        StreamFollowers followers = new(Inner, Caches.Backend, Caches.Catalog, ledger, Caches.Time)
        {
            OnGap = (_, _) => Gaps++,
        };
        Caches.Catalog.OnFollowed = learnt => follower ??= new StreamFollower(learnt, followers);
        Due = table.Now;
    }

    public string Name { get; }

    public StreamedBackend Inner { get; }

    public CheckedCaches Caches { get; }

    public int Gaps { get; private set; }

    /// <summary>When its follower goes on.</summary>
    public DateTimeOffset Due { get; set; }

    public List<(StreamedBackend.Call Call, Task<Reply> Answer, string Key)> Writes { get; } = [];

    public bool MayWrite(IReadOnlyList<string>? tableNames) => true;

    public ValueTask<bool> CatchUpAsync() => new(true);

    public ValueTask<bool> TellAsync(IReadOnlyList<PeerEffect> effects, Func<IReadOnlyList<PeerEffect>>? widen)
    {
        if (Tell(effects) && widen is not null && widen() is { Count: > 0 } wider)
        {
            Tell(wider);
        }

        return new(true);
    }

    public ValueTask<bool> ConfirmAsync(IReadOnlyList<PeerEffect> effects)
    {
        Tell(effects);
        return new(true);
    }

    /// <summary>A round of its follower.</summary>
    public void Follow(DateTimeOffset now)
    {
        if (follower is null)
        {
            return;
        }

        Task<TimeSpan> step = follower.StepAsync();
        if (!step.Wait(TimeSpan.FromSeconds(10)))
        {
            throw new Violation("a round waits for something");
        }

        Due = now + step.Result;
    }

    private bool Tell(IReadOnlyList<PeerEffect> effects)
    {
        bool overlaps = false;
        foreach (FollowingMember other in members.Where(other => other != this))
        {
            overlaps |= other.Caches.Backend.Hear(effects);
        }

        return overlaps;
    }
}
