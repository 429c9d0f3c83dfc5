using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Engine.AttributeLists;
using DaxProxy.Frontends.Dax;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Frontends.Dax;

/// <summary>When peers are asked, and how often; the peers are the test's.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PeerListsTests : IAsyncDisposable
{
    private static readonly AttributeNames Names = new(["a", "b"]);

    private readonly AttributeListStore store = AttributeListStore.Open(null);
    private readonly HeldPeer first = new(), second = new();
    private readonly ManualTime time = new();
    private readonly PeerLists lists;
    private readonly int id;

    public PeerListsTests()
    {
        lists = new PeerLists(store, [first, second], time);
        using AttributeListStore other = AttributeListStore.Open(null);
        id = IdOf(other, Names);
    }

    public async ValueTask DisposeAsync()
    {
        await lists.DisposeAsync();
        store.Dispose();
    }

    [Test]
    public async Task Find_ANumberOfItsOwn_AsksNoPeer()
    {
        int own = await lists.IdOfAsync(Names, default);

        Assert.That(await lists.FindAsync(own, default), Is.EqualTo(Names));
        Assert.That(await lists.FindAsync(AttributeNames.EmptyId, default), Is.Empty);
        Assert.That(await lists.FindAsync(0, default), Is.Null, "no number of any list");
        Assert.That(await lists.FindAsync(-5, default), Is.Null);
        Assert.That(first.Asked, Is.Empty);
    }

    [Test]
    public async Task Find_ANumberOfAPeer_IsKept()
    {
        Task<AttributeNames?> asked = FindAsync(id);
        second.Answer(0, Names);

        Assert.That(await asked, Is.EqualTo(Names));
        Assert.That(await FindAsync(id), Is.EqualTo(Names));
        Assert.That(await store.FindAsync(id, default), Is.EqualTo(Names));
        Assert.That((first.Asked.Single(), second.Asked.Single()), Is.EqualTo((id, id)));
        Assert.That(first.NotNeeded, Is.EqualTo(1), "the one that has not answered yet is let go");
    }

    [Test]
    public async Task Find_APeerThatDoesNotKnow_WaitsForTheOther()
    {
        Task<AttributeNames?> asked = FindAsync(id);
        first.Answer(0, null);
        Assert.That(asked.IsCompleted, Is.False);
        second.Answer(0, Names);

        Assert.That(await asked, Is.EqualTo(Names));
    }

    [Test]
    public async Task Find_NamesThatDoNotLeadToTheNumber_AreNotBelieved()
    {
        Task<AttributeNames?> asked = FindAsync(id);
        first.Answer(0, new AttributeNames(["b", "a"]));
        Assert.That(asked.IsCompleted, Is.False);
        second.Answer(0, null);

        Assert.That(await asked, Is.Null);
        Assert.That(await store.FindAsync(id, default), Is.Null);
    }

    [Test]
    public async Task Find_ManyAtOnce_AreOneQuestion()
    {
        Task<AttributeNames?>[] asked = [.. Enumerable.Range(0, 10).Select(_ => FindAsync(id))];
        second.Answer(0, Names);

        Assert.That(await Task.WhenAll(asked), Is.All.EqualTo(Names));
        Assert.That(second.Asked, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Find_OneCallerLeaves_TheOtherGetsTheAnswer()
    {
        using CancellationTokenSource gone = new();
        Task<AttributeNames?> leaver = lists.FindAsync(id, gone.Token).AsTask(), stayer = FindAsync(id);
        await gone.CancelAsync();
        Assert.That(async () => await leaver, Throws.InstanceOf<OperationCanceledException>());
        first.Answer(0, Names);

        Assert.That(await stayer, Is.EqualTo(Names));
    }

    [Test]
    public async Task Find_PeersThatHang_AreWaitedForNoLongerThanTheLimit()
    {
        Task<AttributeNames?> asked = FindAsync(id);
        first.Answer(0, null);
        time.Advance(PeerLists.TimeLimit.TotalSeconds - 0.1);
        Assert.That(asked.IsCompleted, Is.False);
        time.Advance(0.1);

        Assert.That(await asked, Is.Null);
    }

    [Test]
    public async Task Find_WhatNoPeerKnew_IsAskedAgainAfterAPause()
    {
        Task<AttributeNames?> asked = FindAsync(id);
        first.Answer(0, null);
        second.Answer(0, null);
        Assert.That(await asked, Is.Null);
        time.Advance(PeerLists.Pause.TotalSeconds - 0.01);
        Assert.That(await FindAsync(id), Is.Null);
        Assert.That(first.Asked, Has.Length.EqualTo(1));

        time.Advance(0.01);
        asked = await AskedAgainAsync();
        second.Answer(1, Names);
        Assert.That(await asked, Is.EqualTo(Names));
    }

    [Test]
    public async Task Find_MoreNumbersThanPlaces_WaitForAPlace_WhichAnAnswerInVainKeepsForThePause()
    {
        int more = PeerLists.MaxQuestions + 1;
        Task<AttributeNames?>[] asked = [.. Enumerable.Range(1000, more).Select(FindAsync)];
        Assert.That(first.Asked, Has.Length.EqualTo(PeerLists.MaxQuestions));
        first.Answer(0, null);
        second.Answer(0, null);
        Assert.That(await asked[0], Is.Null);
        Assert.That(first.Asked, Has.Length.EqualTo(PeerLists.MaxQuestions));

        time.Advance(PeerLists.Pause.TotalSeconds);
        while (first.Asked.Length < more)
        {
            await Task.Yield();
        }

        Assert.That(first.Asked[^1], Is.EqualTo(1000 + more - 1));
    }

    [Test]
    public async Task Find_NoPlaceWithinTheLimit_IsNotKnown()
    {
        Task<AttributeNames?>[] asked = [.. Enumerable.Range(1000, PeerLists.MaxQuestions + 5).Select(FindAsync)];

        time.Advance(PeerLists.TimeLimit.TotalSeconds);

        Assert.That(await Task.WhenAll(asked), Is.All.Null);
        Assert.That(first.Asked, Has.Length.EqualTo(PeerLists.MaxQuestions));
    }

    [Test]
    public async Task Dispose_WithQuestionsOpen_EndsThem()
    {
        Task<AttributeNames?> asked = FindAsync(id);

        await lists.DisposeAsync();

        Assert.That(await asked, Is.Null);
        Assert.That(await FindAsync(id + 1), Is.Null, "and asks no more");
        Assert.That(first.NotNeeded, Is.EqualTo(1));
    }

    private static int IdOf(AttributeListStore lists, AttributeNames names) =>
        lists.IdOfAsync(names, default).AsTask().GetAwaiter().GetResult();

    private Task<AttributeNames?> FindAsync(int number) => lists.FindAsync(number, default).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>The question that the first peer is asked next; what is behind it may still remember the one before for a moment.</summary>
    private async Task<Task<AttributeNames?>> AskedAgainAsync()
    {
        int before = first.Asked.Length;
        while (true)
        {
            Task<AttributeNames?> asked = FindAsync(id);
            if (first.Asked.Length > before)
            {
                return asked;
            }

            await asked;
        }
    }
}
