using DaxProxy.Core.Operations;
using DaxProxy.Options;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching;

/// <summary>Those who ask for the same at one time are one call of the backend.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class CoalescingTests(bool isQuery)
{
    private const int Readers = 50;

    [Test]
    public async Task SameRead_ManyAtOnce_AsksOnce([Values(0, 1)] int version)
    {
        using StackRig rig = await StackRig.StartAsync(new ProxyOptions());
        if (version > 0)
        {
            await rig.PutBehindAsync(version);
        }

        // Of a table that is known, a read has joined or begun a fetch when its task is returned.
        await rig.SendAsync("GetItem", "{'TableName':'Log','Key':{'k':{'S':'other'},'s':{'S':'s'}}}");
        TaskCompletionSource gate = rig.Inner.Gate = new();
        Task<Reply>[] readers = [.. Enumerable.Range(0, Readers).Select(_ => rig.ReadAsync(isQuery))];
        gate.SetResult();
        Reply[] replies = await Task.WhenAll(readers);

        Assert.That(rig.Inner.Reads - 1, Is.EqualTo(1));
        Assert.That(replies.Select(StackRig.VersionIn), Is.All.EqualTo(version));
        Assert.That(replies.Count(reply => StatusOf(reply) == "DaxProxy; fwd=miss; stored"), Is.EqualTo(1));
        Assert.That(replies.Count(reply => StatusOf(reply) == "DaxProxy; fwd=miss; collapsed"), Is.EqualTo(Readers - 1));
        Assert.That(StatusOf(await rig.ReadAsync(isQuery)), Does.StartWith("DaxProxy; hit"), "absence is kept as well");
    }
}
