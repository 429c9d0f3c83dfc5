using DaxProxy.Memory;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Memory;

public sealed class InFlightBudgetTests
{
    private readonly ManualTime time = new();

    [Test]
    public async Task Share_WhileThereIsRoom_IsTakenAtOnceAndGivenBackOnce()
    {
        InFlightBudget budget = new(100, time);
        InFlightShare? share = await budget.TryTakeAsync(60, default);
        Assert.That(budget.TakenBytes, Is.EqualTo(60));
        share!.Dispose();
        share.Dispose();
        Assert.That(budget.TakenBytes, Is.Zero);
    }

    [Test]
    public async Task Shares_ThatDoNotFit_AreServedInTheOrderInWhichTheyCame()
    {
        InFlightBudget budget = new(100, time);
        InFlightShare first = (await budget.TryTakeAsync(60, default))!;
        Task<InFlightShare?> large = budget.TryTakeAsync(90, default).AsTask(), small = budget.TryTakeAsync(10, default).AsTask();
        Assert.That((budget.Waiting, small.IsCompleted), Is.EqualTo((2, false)), "a small one does not pass a large one");
        first.Dispose();
        Assert.That(await large, Is.Not.Null);
        Assert.That(await small, Is.Not.Null);
        Assert.That(budget.TakenBytes, Is.EqualTo(100));
    }

    [Test]
    public async Task Wait_ThatBecomesTooLong_EndsWithoutAShareAndLetsTheNextPass()
    {
        InFlightBudget budget = new(100, time);
        using InFlightShare? held = await budget.TryTakeAsync(60, default);
        Task<InFlightShare?> late = budget.TryTakeAsync(90, default).AsTask();
        time.Advance(InFlightBudget.Patience.TotalSeconds - 1);
        Task<InFlightShare?> next = budget.TryTakeAsync(40, default).AsTask();
        Assert.That(late.IsCompleted, Is.False);
        time.Advance(1);
        Assert.That(await late, Is.Null);
        Assert.That(await next, Is.Not.Null);
    }

    [Test]
    public async Task WhatIsHeldAlready_WaitsUpToAQuarterOfTheMemory_AndIsRefusedAtOnceBeyond()
    {
        InFlightBudget budget = new(100, time);
        InFlightShare first = (await budget.TryTakeForHeldAsync(90, default))!;
        using CancellationTokenSource gone = new();
        Task<InFlightShare?> second = budget.TryTakeForHeldAsync(15, default).AsTask();
        Task<InFlightShare?> third = budget.TryTakeForHeldAsync(10, gone.Token).AsTask();
        Assert.That(await budget.TryTakeForHeldAsync(1, default), Is.Null);
        Task<InFlightShare?> ordinary = budget.TryTakeAsync(60, default).AsTask();
        Assert.That((second.IsCompleted, third.IsCompleted, ordinary.IsCompleted), Is.EqualTo((false, false, false)));

        await gone.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => third);
        Task<InFlightShare?> fourth = budget.TryTakeForHeldAsync(10, default).AsTask();
        Assert.That(fourth.IsCompleted, Is.False, "who left holds nothing any more");

        first.Dispose();
        Assert.That(await Task.WhenAll(second, ordinary, fourth), Has.None.Null);
        Task<InFlightShare?> fifth = budget.TryTakeForHeldAsync(25, default).AsTask();
        Assert.That(fifth.IsCompleted, Is.False, "who was served waits no more");
        time.Advance(InFlightBudget.Patience.TotalSeconds);
        Assert.That(await fifth, Is.Null);
    }

    [Test]
    public async Task Wait_OfAClientThatHasLeft_EndsAndTakesNothing()
    {
        InFlightBudget budget = new(100, time);
        InFlightShare held = (await budget.TryTakeAsync(100, default))!;
        using CancellationTokenSource gone = new();
        Task<InFlightShare?> waiting = budget.TryTakeAsync(50, gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting);
        held.Dispose();
        Assert.That((budget.TakenBytes, budget.Waiting), Is.EqualTo((0L, 0)));
    }

    [Test]
    public async Task Share_LargerThanTheBudget_IsAllOfIt()
    {
        InFlightBudget budget = new(100, time);
        using InFlightShare? share = await budget.TryTakeForRequestAsync(1000, default);
        Assert.That(budget.TakenBytes, Is.EqualTo(100));
    }

    [Test]
    public async Task LargeShare_ThatComesBack_IsGivenOnOnlyWhenWhatItLeftHasBeenSwept()
    {
        const int Large = 64 << 20;
        using ManualResetEventSlim swept = new();
        InFlightBudget budget = new(Large, time, swept.Wait);
        InFlightShare share = (await budget.TryTakeAsync(Large, default))!;
        Task<InFlightShare?> next = budget.TryTakeAsync(1, default).AsTask();

        // From another stack: this one may still hold what the share was for. So this returns though the sweep does not end.
        share.Dispose();
        Assert.That((budget.TakenBytes, next.IsCompleted), Is.EqualTo(((long)Large, false)));
        swept.Set();
        Assert.That(await next, Is.Not.Null);
        Assert.That(budget.TakenBytes, Is.EqualTo(1));
    }

    [Test]
    public async Task LargeShare_ThatWasNotNeeded_IsGivenOnWithoutASweep()
    {
        const int Large = 64 << 20;
        int sweeps = 0;
        InFlightBudget budget = new(Large, time, () => sweeps++);
        using InFlightShare share = (await budget.TryTakeAsync(Large, default))!;
        share.Resize(0);
        Assert.That((budget.TakenBytes, sweeps), Is.EqualTo((0L, 0)));
    }
}
