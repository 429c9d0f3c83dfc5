using DaxProxy.Core.Caching.Following;
using DaxProxy.Core.Caching.Writes;
using DaxProxy.Tests.Caching.Checker;
using DaxProxy.Tests.Caching.Checker.Following;
using NUnit.Framework;
using StreamReader = DaxProxy.Core.Caching.Following.StreamReader;

namespace DaxProxy.Tests.Caching;

/// <summary>A reader of a stream, where the checker does not go.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class StreamReaderTests : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly StreamedBackend inner = new(new StreamedTable());
    private readonly CheckedCaches caches;
    private readonly StreamReader reader;
    private readonly List<string> gaps = [];

    public StreamReaderTests()
    {
        caches = new CheckedCaches(inner, 1, isSmall: false, maxStreamLag: FollowingWorld.MaxLag);
        reader = new StreamReader(
            StreamedTable.Name, inner, caches.Backend, caches.Catalog, FollowingWorld.MaxLag, caches.Time, stop.Token)
        {
            OnGap = gaps.Add,
        };
    }

    public void Dispose() => stop.Dispose();

    [Test]
    public void Round_WhoseConfirmationDoesNotCome_EndsWhenItIsToStop()
    {
        caches.Backend.Join(new SilentPeers(), null);
        Task<bool> round = reader.RoundAsync();
        Assert.That(round.IsCompleted, Is.False, "it waits for the peers");
        stop.Cancel();
        Assert.That(async () => await round, Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase(599, 0)]
    [TestCase(601, 1)]
    public async Task Resume_AtAPlaceThatIsTooFarBehind_IsAGap(int secondsBehind, int expected)
    {
        reader.Resume(new StreamPlace("another", []), caches.Time.GetTimestamp());
        caches.Time.Advance(secondsBehind);
        await reader.RoundAsync();
        Assert.That(gaps, Has.Count.EqualTo(expected));
    }

    private sealed class SilentPeers : IPeers
    {
        public bool MayWrite(IReadOnlyList<string>? tableNames) => true;

        public ValueTask<bool> CatchUpAsync() => new(true);

        public ValueTask<bool> TellAsync(IReadOnlyList<PeerEffect> effects, Func<IReadOnlyList<PeerEffect>>? widen) => new(true);

        public ValueTask<bool> ConfirmAsync(IReadOnlyList<PeerEffect> effects) => new(new TaskCompletionSource<bool>().Task);
    }
}
