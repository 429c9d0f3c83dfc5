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
    private readonly StreamedTable table = new();
    private readonly StreamedBackend inner;
    private readonly CheckedCaches caches;
    private readonly StreamReader reader;
    private readonly List<string> gaps = [];

    public StreamReaderTests()
    {
        inner = new StreamedBackend(table);
        caches = new CheckedCaches(inner, 1, isSmall: false, maxStreamLag: FollowingWorld.MaxLag);
        reader = NewReader();
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

    [Test]
    public async Task Resume_AtAPlaceOfAStreamThatWasReplaced_FollowsTheNewOne()
    {
        await RoundsAsync(reader);
        table.SwitchStream();
        StreamReader next = NewReader();
        next.Resume(reader.Place!, caches.Time.GetTimestamp());
        await RoundsAsync(next);
        Assert.That(caches.Time.GetElapsedTime(next.CompleteAt!.Value), Is.LessThan(FollowingWorld.MaxLag), "nothing old holds it up");
        Assert.That(next.Place!.StreamArn, Is.EqualTo(table.Arn));
    }

    private async Task RoundsAsync(StreamReader some)
    {
        for (int i = 0; i < 30; i++)
        {
            await some.RoundAsync();
            table.Now += TimeSpan.FromSeconds(1);
            caches.Time.Advance(1);
        }
    }

    private StreamReader NewReader() => new(
        StreamedTable.Name, inner, caches.Backend, caches.Catalog, FollowingWorld.MaxLag, caches.Time, stop.Token)
    {
        OnGap = gaps.Add,
    };

    private sealed class SilentPeers : IPeers
    {
        public bool MayWrite(IReadOnlyList<string>? tableNames) => true;

        public ValueTask<bool> CatchUpAsync() => new(true);

        public ValueTask<bool> TellAsync(IReadOnlyList<PeerEffect> effects, Func<IReadOnlyList<PeerEffect>>? widen) => new(true);

        public ValueTask<bool> ConfirmAsync(IReadOnlyList<PeerEffect> effects) => new(new TaskCompletionSource<bool>().Task);
    }
}
