using System.Text.Json.Nodes;
using DaxProxy.Tests.Engine.Streams;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.TimeToLive;

/// <summary>Items that end: which, when, and who is told.</summary>
public sealed class TimeToLiveTests
{
    private StreamRig rig = null!;

    [SetUp]
    public async Task CreateTableAsync()
    {
        rig = new StreamRig();
        await rig.CreateAsync();
    }

    [TearDown]
    public void Close() => rig.Dispose();

    [Test]
    public async Task Update_AndDescribe_AnswerAsTheServiceDoes()
    {
        Assert.That(await DescribeAsync(), Is.EqualTo("""{"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}}"""));
        Assert.That(await SwitchAsync(true, "ends"), Is.EqualTo("""{"TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ends"}}"""));
        Assert.That(
            await DescribeAsync(), Is.EqualTo("""{"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"ends"}}"""));
        Assert.That(await SwitchAsync(true, "ends"), Does.Contain("\"TimeToLive is already enabled\""));
        Assert.That(
            await SwitchAsync(true, "other"),
            Does.Contain("\"TimeToLive is active on a different AttributeName: current AttributeName is ends\""));
        Assert.That(
            await SwitchAsync(false, "other"),
            Does.Contain("\"TimeToLive is active on a different AttributeName: current AttributeName is ends\""));
        Assert.That(
            await SwitchAsync(false, "ends"), Is.EqualTo("""{"TimeToLiveSpecification":{"Enabled":false,"AttributeName":"ends"}}"""));
        Assert.That(await SwitchAsync(false, "ends"), Does.Contain("\"TimeToLive is already disabled\""));
        Assert.That(
            await rig.Engine.CallAsync("DescribeTimeToLive", "{'TableName':'Elsewhere'}"),
            Does.Contain("Requested resource not found: Table: Elsewhere not found"));
    }

    [TestCase("{'N':'1893456000'}", false, TestName = "{m}(now)")]
    [TestCase("{'N':'1893455999'}", true, TestName = "{m}(a second ago)")]
    [TestCase("{'N':'1893456060'}", false, TestName = "{m}(in a minute)")]
    [TestCase("{'N':'1735776000'}", true, TestName = "{m}(nearly five years ago)")]
    [TestCase("{'N':'1735600000'}", false, TestName = "{m}(over five years ago)")]
    [TestCase("{'N':'1893455999.5'}", true, TestName = "{m}(half a second ago)")]
    [TestCase("{'N':'1893456000.5'}", false, TestName = "{m}(in half a second)")]
    [TestCase("{'N':'1E-100'}", false, TestName = "{m}(next to nothing)")]
    [TestCase("{'N':'-0.5'}", false, TestName = "{m}(half a second before it all)")]
    [TestCase("{'N':'-5'}", false, TestName = "{m}(negative)")]
    [TestCase("{'N':'1E+100'}", false, TestName = "{m}(huge)")]
    [TestCase("{'S':'1893455999'}", false, TestName = "{m}(a string)")]
    public async Task Item_WithAttribute_EndsOnlyAsTheServiceSays(string ends, bool isDeleted)
    {
        await SwitchAsync(true, "ends");
        await PutAsync("a", ends);
        Assert.That(await GetAsync("a"), Is.Not.EqualTo("{}"), "visible until it is deleted");
        await SweepAsync();
        Assert.That(await GetAsync("a"), isDeleted ? Is.EqualTo("{}") : Is.Not.EqualTo("{}"));
    }

    [Test]
    public async Task Item_ThatEnds_LeavesARecordOfTheService()
    {
        await SwitchAsync(true, "ends");
        await PutAsync("a", "{'N':'1893455999'}");
        await PutAsync("b", "{'N':'1893455999'}");
        await rig.DeleteAsync("b");
        await SweepAsync();
        List<JsonNode> records = await rig.RecordsAsync();
        Assert.That(records.Select(record => (string)record["eventName"]!), Is.EqualTo(new[] { "INSERT", "INSERT", "REMOVE", "REMOVE" }));
        Assert.That(records[2]["userIdentity"], Is.Null);
        Assert.That(records[3]["userIdentity"]!.ToJsonString(), Is.EqualTo(
            """{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service","principalId":"dynamodb.amazonaws.com","type":"Service"}"""));
        Assert.That((string?)records[3]["dynamodb"]!["OldImage"]!["pk"]!["S"], Is.EqualTo("a"));
        JsonNode table = await rig.JsonAsync("DescribeTable", "{'TableName':'Orders'}");
        Assert.That(table["Table"]!["ItemCount"]!.ToString(), Is.EqualTo("0"));
    }

    [Test]
    public async Task Item_ThatWasRefreshedOrFreed_Stays()
    {
        await SwitchAsync(true, "ends");
        await PutAsync("a", "{'N':'1893455999'}");
        await PutAsync("a", "{'N':'1993455999'}");
        await PutAsync("b", "{'N':'1893455999'}");
        await rig.Engine.CallAsync("UpdateItem", "{'TableName':'Orders','Key':{'pk':{'S':'b'}},'UpdateExpression':'REMOVE ends'}");
        await SweepAsync();
        Assert.That((await GetAsync("a")).Length + (await GetAsync("b")).Length, Is.GreaterThan(20));
    }

    [Test]
    public async Task Items_OlderThanTheSetting_EndToo()
    {
        for (int n = 0; n < 450; n++)
        {
            await PutAsync($"k{n}", "{'N':'1893455999'}");
        }

        await SwitchAsync(true, "ends");
        await UntilAsync(async () =>
        {
            await SweepAsync();
            return await rig.Engine.ReadAsync("DescribeTable", "{'TableName':'Orders'}", "Table", "ItemCount") == "0";
        });
    }

    [Test]
    public async Task Items_AfterSwitchingOff_Stay()
    {
        await SwitchAsync(true, "ends");
        await PutAsync("a", "{'N':'1893455999'}");
        await SwitchAsync(false, "ends");
        await SweepAsync();
        Assert.That(await GetAsync("a"), Is.Not.EqualTo("{}"));
    }

    [Test]
    public async Task Items_AreLookedForAgainAndAgain_AndListenersAreTold()
    {
        List<string> told = [];
        rig.Engine.Backend.BackgroundChanges = changes =>
        {
            lock (told)
            {
                told.AddRange(changes.Select(change =>
                    $"{change.TableName}:{change.Images!.Old!.Open()["pk"].String}:{change.Images.Old.Open().Count}:{change.Images.New}"));
            }
        };
        await SwitchAsync(true, "ends");
        await PutAsync("a", "{'N':'1893456010'}");
        for (int i = 0; i < 2; i++)
        {
            await UntilAsync(async () =>
            {
                rig.Time.Advance(seconds: 11);
                return await GetAsync("a") == "{}";
            });
            await UntilAsync(() => Task.FromResult(Count() == i + 1));
            await PutAsync("a", $"{{'N':'{rig.Time.GetUtcNow().ToUnixTimeSeconds() + 5}'}}");
        }

        Assert.That(told, Is.EqualTo(new[] { "Orders:a:2:", "Orders:a:2:" }));

        int Count()
        {
            lock (told)
            {
                return told.Count;
            }
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private Task SweepAsync() => rig.Engine.Backend.Sweeper.SweepAsync(CancellationToken.None);

    private Task<string> DescribeAsync() => rig.Engine.CallAsync("DescribeTimeToLive", "{'TableName':'Orders'}");

    private Task<string> SwitchAsync(bool enabled, string attribute) => rig.Engine.CallAsync("UpdateTimeToLive",
        $"{{'TableName':'Orders','TimeToLiveSpecification':{{'Enabled':{(enabled ? "true" : "false")},'AttributeName':'{attribute}'}}}}");

    private Task<string> PutAsync(string key, string ends) =>
        rig.Engine.CallAsync("PutItem", $"{{'TableName':'Orders','Item':{{'pk':{{'S':'{key}'}},'ends':{ends}}}}}");

    private Task<string> GetAsync(string key) =>
        rig.Engine.CallAsync("GetItem", $"{{'TableName':'Orders','Key':{{'pk':{{'S':'{key}'}}}}}}");
}
