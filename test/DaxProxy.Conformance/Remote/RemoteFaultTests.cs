using System.Net.Sockets;
using NUnit.Framework;

namespace DaxProxy.Conformance.Remote;

/// <summary>A proxy with caches whose way to its backend breaks: what the client sees, what is asked again, what the caches hold.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class RemoteFaultTests : IAsyncDisposable
{
    private const string Get = "{'TableName':'Tab','Key':{'k':{'S':'a'}}}";

    private FaultRig rig = null!;

    [SetUp]
    public async Task StartAsync()
    {
        rig = await FaultRig.StartAsync();
        await rig.CreateTableAsync();
        await OkAsync("PutItem", Put(1));
        Assert.That((await OkAsync("GetItem", Get)).CacheStatus, Does.Contain("; hit"), "a write leaves its item behind");
    }

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    [Test]
    public async Task Write_ThatArrivesWhenItWasGivenUp_IsSeen()
    {
        rig.Link.FaultOf = request => request.Operation == "PutItem" ? LinkFault.Late : LinkFault.None;
        TaskCompletionSource isDone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Link.Passed = pass => _ = pass.Request.Operation == "PutItem" && isDone.TrySetResult();
        Assert.That((await rig.Wire.SendAsync("PutItem", Put(2))).Status, Is.EqualTo(500));
        Assert.That((await OkAsync("GetItem", Get)).Text, Does.Contain("\"1\""), "it has not arrived");
        await isDone.Task;
        Assert.That((await OkAsync("GetItem", Get)).Text, Does.Contain("\"2\""));
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task Write_OfAClientThatGoesAway_IsFinished_AndItsItemKept(CancellationToken patience)
    {
        rig.Link.FaultOf = request => request.Operation == "PutItem" ? LinkFault.Held : LinkFault.None;
        TaskCompletionSource isDone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Link.Passed = pass => _ = pass.Request.Operation == "PutItem" && isDone.TrySetResult();
        using (TcpClient client = new(rig.EndPoint.Host, rig.EndPoint.Port))
        {
            await client.GetStream().WriteAsync(Wire.BytesOf("PutItem", Put(2)), patience);
            await isDone.Task;
            client.LingerState = new LingerOption(true, 0);
        }

        // Time for the proxy to learn of it before the backend's answer comes; with less the test would only say less.
        await Task.Delay(100, patience);
        rig.Link.LetGo.SetResult();
        WireReply read;
        do
        {
            patience.ThrowIfCancellationRequested();
            read = await OkAsync("GetItem", Get);
            Assert.That(read.CacheStatus, Does.Contain("; hit"), "the old item until the write has ended, then the image it tells");
        }
        while (!read.Text.Contains("\"2\"", StringComparison.Ordinal));
        Assert.That(rig.Link.Count("PutItem"), Is.EqualTo(2));
        Assert.That(rig.Link.Count("GetItem"), Is.Zero);
    }

    [Test]
    public async Task UnknownVerb_IsPassedOn_AndVoidsTheCaches()
    {
        WireReply reply = await rig.Wire.SendAsync("FrobnicateItems", "{'TableName':'Tab','Level':11}");
        Assert.That(reply.Text, Does.Contain("UnknownOperationException"), "the backend's own words");
        Assert.That(rig.Link.Requests.Select(request => request.Text), Does.Contain("""{"TableName":"Tab","Level":11}"""));
        Assert.That((await OkAsync("GetItem", Get)).CacheStatus, Does.Contain("miss"));
    }

    [Test]
    public async Task Table_DeletedThroughTheProxy_IsForgotten()
    {
        await OkAsync("DeleteTable", "{'TableName':'Tab'}");
        Assert.That((await rig.Wire.SendAsync("GetItem", Get)).Text, Does.Contain("ResourceNotFoundException"));
    }

    [Test]
    public async Task TableNamedByItsArn_IsNotTakenForOurs()
    {
        const string Arn = "'arn:aws:dynamodb:us-east-1:000000000000:table/Tab'";
        WireReply read = await OkAsync("GetItem", Get.Replace("'Tab'", Arn, StringComparison.Ordinal));
        Assert.That(read.CacheStatus, Is.Null);
        Assert.That(rig.Link.Requests[^1].Text, Does.Contain(Arn.Trim('\'')));
        await OkAsync("PutItem", Put(2).Replace("'Tab'", Arn, StringComparison.Ordinal));
        Assert.That((await OkAsync("GetItem", Get)).Text, Does.Contain("\"2\""));
    }

    private static string Put(int version) => $"{{'TableName':'Tab','Item':{{'k':{{'S':'a'}},'v':{{'N':'{version}'}}}}}}";

    private Task<WireReply> OkAsync(string operation, string json) => rig.OkAsync(operation, json);
}
