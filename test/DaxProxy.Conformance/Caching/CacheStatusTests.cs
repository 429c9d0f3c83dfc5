using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Caching;

/// <summary>What clients see of the item cache.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
[TestFixtureSource(typeof(Stacks), nameof(Stacks.Cached))]
public sealed class CacheStatusTests(Stack stack)
{
    private const string Stored = "DaxProxy; fwd=miss; stored";
    private const string Bypass = "DaxProxy; fwd=bypass";
    private const string Hit = "DaxProxy; hit";
    private const string Key = "{'p':{'S':'k'}}";

    private readonly string table = "t-" + Guid.NewGuid().ToString("N");

    [SetUp]
    public Task MakeTableAsync() => stack.Sdk.CreateTableAsync(new TableShape("p:S").Request(table));

    [Test]
    public async Task FirstRead_IsStored_SecondHits()
    {
        Assert.That(await GetAsync(), Is.EqualTo((Stored, "{}")));
        await PutAsync(1);
        await EvictByFailureAsync();
        Assert.That(await GetAsync(), Is.EqualTo((Stored, "{\"Item\":{\"p\":{\"S\":\"k\"},\"n\":{\"N\":\"1\"}}}")));
        (string? status, string text) = await GetAsync();
        Assert.That(status, Does.StartWith(Hit + "; ttl="));
        Assert.That(text, Is.EqualTo("{\"Item\":{\"p\":{\"S\":\"k\"},\"n\":{\"N\":\"1\"}}}"));
    }

    [Test]
    public async Task Absence_IsKeptForAShorterTime()
    {
        await GetAsync();
        (string? status, string text) = await GetAsync();
        Assert.That(text, Is.EqualTo("{}"));
        Assert.That(status, Does.StartWith(Hit + "; ttl="));
        Assert.That(int.Parse(status!.Split('=')[1]), Is.LessThanOrEqualTo(30));
    }

    [Test]
    public async Task Writes_AreSeenAtOnce()
    {
        await GetAsync();
        await PutAsync(1);
        Assert.That((await GetAsync()).Text, Does.Contain("\"1\""));
        await SendAsync(
            "UpdateItem",
            $"{{'TableName':'{table}','Key':{Key},'UpdateExpression':'SET n = :n','ExpressionAttributeValues':{{':n':{{'N':'2'}}}}}}");
        Assert.That((await GetAsync()).Text, Does.Contain("\"2\""));
        await SendAsync(
            "BatchWriteItem", $"{{'RequestItems':{{'{table}':[{{'PutRequest':{{'Item':{{'p':{{'S':'k'}},'n':{{'N':'3'}}}}}}}}]}}}}");
        Assert.That((await GetAsync()).Text, Does.Contain("\"3\""));
        await SendAsync("DeleteItem", $"{{'TableName':'{table}','Key':{Key}}}");
        Assert.That((await GetAsync()).Text, Is.EqualTo("{}"));
    }

    [Test]
    public async Task Put_AloneOnItsKey_LeavesTheItemInTheCache()
    {
        await GetAsync();
        await PutAsync(1);
        (string? status, string text) = await GetAsync();
        Assert.That(status, Does.StartWith(Hit));
        Assert.That(text, Does.Contain("\"1\""));
    }

    [Test]
    public async Task FailedCondition_NeverLeavesAnOldItem()
    {
        await PutAsync(1);
        await GetAsync();
        await EvictByFailureAsync();
        Assert.That((await GetAsync()).Text, Does.Contain("\"1\""));
    }

    [Test]
    public async Task ConsistentRead_PassesByTheCache()
    {
        await PutAsync(1);
        await GetAsync();
        for (int i = 0; i < 2; i++)
        {
            Assert.That((await GetAsync(",'ConsistentRead':true")).Status, Is.EqualTo(Bypass));
        }
    }

    [Test]
    public async Task Projection_IsCutFromTheCachedWhole()
    {
        await PutAsync(1);
        await EvictByFailureAsync();
        Assert.That(await GetAsync(",'ProjectionExpression':'n'"), Is.EqualTo((Stored, "{\"Item\":{\"n\":{\"N\":\"1\"}}}")));
        Assert.That((await GetAsync()).Status, Does.StartWith(Hit));
        (string? status, string text) = await GetAsync(",'ProjectionExpression':'p'");
        Assert.That(status, Does.StartWith(Hit));
        Assert.That(text, Is.EqualTo("{\"Item\":{\"p\":{\"S\":\"k\"}}}"));
    }

    [Test]
    public async Task BatchGetItem_FetchesOnlyWhatIsMissing()
    {
        await PutAsync(1);
        await GetAsync();
        string request = $"{{'RequestItems':{{'{table}':{{'Keys':[{Key},{{'p':{{'S':'other'}}}}]}}}},'ReturnConsumedCapacity':'TOTAL'}}";
        WireReply partial = await SendAsync("BatchGetItem", request);
        Assert.That(partial.CacheStatus, Is.EqualTo("DaxProxy; fwd=partial"));
        Assert.That((double?)partial.Body["ConsumedCapacity"]![0]!["CapacityUnits"], Is.EqualTo(0.5));
        Assert.That(partial.Body["Responses"]![table]!.AsArray(), Has.Count.EqualTo(1));
        WireReply whole = await SendAsync("BatchGetItem", request);
        Assert.That(whole.CacheStatus, Does.StartWith(Hit));
        Assert.That(whole.Body["Responses"]![table]!.ToJsonString(), Is.EqualTo(partial.Body["Responses"]![table]!.ToJsonString()));
    }

    [Test]
    public async Task Table_CreatedAgain_HasNoOldItems()
    {
        await PutAsync(1);
        await GetAsync();
        await stack.Sdk.DeleteTableAsync(table);
        Assert.That((await GetAsync()).Text, Does.Contain("Requested resource not found"));
        await stack.Sdk.CreateTableAsync(new TableShape("p:S").Request(table));
        Assert.That((await GetAsync()).Text, Is.EqualTo("{}"));
        await stack.Sdk.DeleteTableAsync(table);
        await stack.Sdk.CreateTableAsync(new TableShape("p:S s:S").Request(table));
        Assert.That((await GetAsync()).Text, Does.Contain("The provided key element does not match the schema"));
    }

    [Test]
    public async Task NumberKey_InAnotherSpelling_Hits()
    {
        await stack.Sdk.DeleteTableAsync(table);
        await stack.Sdk.CreateTableAsync(new TableShape("n:N").Request(table));
        await stack.Sdk.PutItemAsync(table, Attributes.Item("{'n':{'N':'100'}}"));
        await SendAsync("GetItem", $"{{'TableName':'{table}','Key':{{'n':{{'N':'1e2'}}}}}}");
        WireReply reply = await SendAsync("GetItem", $"{{'TableName':'{table}','Key':{{'n':{{'N':'+100.0'}}}}}}");
        Assert.That(reply.CacheStatus, Does.StartWith(Hit));
    }

    private Task<WireReply> SendAsync(string operation, string json) => stack.Wire.SendAsync(operation, json);

    private async Task<(string? Status, string Text)> GetAsync(string members = "")
    {
        WireReply reply = await SendAsync("GetItem", $"{{'TableName':'{table}','Key':{Key}{members}}}");
        return (reply.CacheStatus, reply.Text);
    }

    private Task<PutItemResponse> PutAsync(int n) => stack.Sdk.PutItemAsync(table, new Dictionary<string, AttributeValue>
    {
        ["p"] = new() { S = "k" },
        ["n"] = new() { N = $"{n}" },
    });

    /// <summary>A write whose condition fails: the key is dropped from the cache.</summary>
    private async Task EvictByFailureAsync()
    {
        WireReply reply = await SendAsync(
            "DeleteItem", $"{{'TableName':'{table}','Key':{Key},'ConditionExpression':'attribute_exists(z)'}}");
        Assert.That(reply.Error, Does.StartWith("ConditionalCheckFailedException"));
    }
}
