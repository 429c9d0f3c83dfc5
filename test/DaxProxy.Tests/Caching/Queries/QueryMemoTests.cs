using System.Text;
using DaxProxy.Core.Operations;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Tests.Caching.Queries;

/// <summary>
/// The short way to a page whose request came before with the same bytes: it says what the full flow would have said, or nothing.
/// </summary>
[TestFixture]
public sealed class QueryMemoTests
{
    private static readonly byte[] Request = "any bytes"u8.ToArray();

    [Test]
    public async Task Request_WhosePageWasHit_IsServedAndCounted()
    {
        using StackRig rig = await StartAsync();
        Assert.That(Serve(rig), Is.Null, "not asked before");
        Note(rig, await ReadAsync(rig));
        Assert.That(Serve(rig), Is.Null, "a miss says nothing of those who come after");

        PageReply hit = await ReadAsync(rig);
        Note(rig, hit);
        long before = rig.Pages.Hits;

        Assert.That(Serve(rig), Is.EqualTo(Encoding.UTF8.GetString(hit.Face!.Value.Body.Span)));
        Assert.That(rig.Pages.Hits - before, Is.EqualTo(1));
        Assert.That(rig.Caching.Queries.TryServe("other bytes"u8, null, out _, out _, out _), Is.False);
    }

    [Test]
    public async Task Page_ThatIsWrittenTo_IsNotServed_NorIsThatCounted()
    {
        using StackRig rig = await RememberAsync();
        await rig.PutAsync(2);
        (long hits, long drops) = (rig.Pages.Hits, rig.Pages.MissesWritten);

        Assert.That(Serve(rig), Is.Null);

        Assert.That((rig.Pages.Hits, rig.Pages.MissesWritten), Is.EqualTo((hits, drops)), "the full flow will count it");
        await ReadAsync(rig);
        Assert.That(Serve(rig), Does.Contain("\"2\""), "what it meant is still known");
    }

    [Test]
    public async Task Table_ThatIsEvictedOrRecreated_IsAskedAgain()
    {
        using StackRig rig = await RememberAsync();
        rig.Caching.Backend.Evict("Log");
        Assert.That(Serve(rig), Is.Null);

        await ReadAsync(rig);
        Assert.That(Serve(rig), Is.Null, "it meant a page of another time");
        Note(rig, await ReadAsync(rig));
        Assert.That(Serve(rig), Is.Not.Null);
    }

    [Test]
    public async Task Page_WhoseLifeHasEnded_IsNotServed()
    {
        using StackRig rig = await RememberAsync();

        rig.Time.Advance(300);

        Assert.That(Serve(rig), Is.Null);
    }

    [Test]
    public async Task Page_ThatIsDueForARefresh_TakesTheFullFlow()
    {
        using StackRig rig = await RememberAsync(new QueryCacheOptions { Jitter = 0, EarlyRefresh = 0.2 });
        Assert.That(Serve(rig), Is.Not.Null);

        rig.Time.Advance(290);

        Assert.That(Serve(rig), Is.Null);
    }

    [Test]
    public async Task Request_ThatWantsToKnowItsCapacity_OrReadsConsistently_IsNotRemembered()
    {
        using StackRig rig = await StartAsync();
        await ReadAsync(rig);
        foreach (string more in new[] { ",'ReturnConsumedCapacity':'TOTAL'", ",'ConsistentRead':true" })
        {
            Note(rig, (PageReply)await rig.SendAsync(
                "Query", $"{{'TableName':'Log','KeyConditionExpression':'k=:k','ExpressionAttributeValues':{{':k':{{'S':'a'}}}}{more}}}"));

            Assert.That(Serve(rig), Is.Null, more);
        }
    }

    [Test]
    public async Task Memory_IsBounded_WhateverIsRemembered()
    {
        using StackRig rig = await StartAsync(new QueryCacheOptions { MaxBytes = 256 << 10 });
        await ReadAsync(rig);
        PageReply hit = await ReadAsync(rig);
        for (int i = 0; i < 1000; i++)
        {
            rig.Caching.Queries.Note(Encoding.UTF8.GetBytes($"request {i}"), hit);
        }

        Assert.That(
            Enumerable.Range(0, 1000)
                .Count(i => rig.Caching.Queries.TryServe(Encoding.UTF8.GetBytes($"request {i}"), null, out _, out _, out _)),
            Is.InRange(5, 40));
        rig.Caching.Queries.Note(new byte[5000], hit);
        Assert.That(rig.Caching.Queries.TryServe(new byte[5000], null, out _, out _, out _), Is.False);
    }

    private static Task<StackRig> StartAsync(QueryCacheOptions? pages = null) =>
        StackRig.StartAsync(new ProxyOptions { QueryCache = pages ?? new() { Jitter = 0 } });

    private static async Task<StackRig> RememberAsync(QueryCacheOptions? pages = null)
    {
        StackRig rig = await StartAsync(pages);
        await rig.PutAsync(1);
        await ReadAsync(rig);
        Note(rig, await ReadAsync(rig));
        return rig;
    }

    private static async Task<PageReply> ReadAsync(StackRig rig) => (PageReply)await rig.ReadAsync(isQuery: true);

    private static void Note(StackRig rig, PageReply reply) => rig.Caching.Queries.Note(Request, reply);

    private static string? Serve(StackRig rig) =>
        rig.Caching.Queries.TryServe(Request, null, out Face face, out CacheStatus status, out _)
            && status.ToString().StartsWith("DaxProxy; hit", StringComparison.Ordinal)
            ? Encoding.UTF8.GetString(face.Body.Span)
            : null;
}
