using System.Globalization;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Transactions;

public sealed class TransactWriteItemsTests
{
    private ManualTime time = null!;
    private EngineRig rig = null!;

    [SetUp]
    public async Task CreateTableAsync()
    {
        time = new ManualTime();
        rig = new EngineRig(time: time);
        await rig.CreateHashTableAsync("Accounts");
    }

    [TearDown]
    public void Close() => rig.Dispose();

    [Test]
    public async Task TransactWriteItems_OneConditionFails_NothingIsWrittenAndEachActionHasItsReason()
    {
        await PutAsync("a", 1);
        string reply = await rig.CallAsync("TransactWriteItems", "{'TransactItems':["
            + "{'Put':{'TableName':'Accounts','Item':{'pk':{'S':'b'}}}},"
            + "{'Update':{'TableName':'Accounts','Key':{'pk':{'S':'a'}},'UpdateExpression':'SET n = :v','ConditionExpression':'n = :v',"
            + "'ExpressionAttributeValues':{':v':{'N':'7'}},'ReturnValuesOnConditionCheckFailure':'ALL_OLD'}},"
            + "{'ConditionCheck':{'TableName':'Accounts','Key':{'pk':{'S':'zz'}},'ConditionExpression':'attribute_exists(pk)'}}]}");
        Assert.That(reply, Is.EqualTo("""
            {"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed]","CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","Item":{"pk":{"S":"a"},"n":{"N":"1"}},"Message":"The conditional request failed"},{"Code":"ConditionalCheckFailed","Message":"The conditional request failed"}]}
            """.Trim()));
        Assert.That(await GetAsync("b"), Is.EqualTo("{}"));
    }

    [Test]
    public async Task TransactWriteItems_AllPossible_WritesAllAndDoublesTheUnits()
    {
        await PutAsync("a", 1);
        string reply = await rig.CallAsync("TransactWriteItems", "{'ReturnConsumedCapacity':'INDEXES','TransactItems':["
            + "{'Delete':{'TableName':'Accounts','Key':{'pk':{'S':'a'}}}},"
            + "{'Put':{'TableName':'Accounts','Item':{'pk':{'S':'b'},'n':{'N':'2'}}}}]}");
        Assert.That(reply, Is.EqualTo("""
            {"ConsumedCapacity":[{"TableName":"Accounts","CapacityUnits":4.0,"WriteCapacityUnits":4.0,"Table":{"CapacityUnits":4.0,"WriteCapacityUnits":4.0}}]}
            """.Trim()));
        Assert.That(await GetAsync("a"), Is.EqualTo("{}"));
        Assert.That(await GetAsync("b"), Does.Contain("\"n\":{\"N\":\"2\"}"));
    }

    [Test]
    public async Task TransactWriteItems_SameTokenAgain_HasNoEffectUntilTenMinutesArePast()
    {
        const string Add = "{'ClientRequestToken':'t1','ReturnConsumedCapacity':'TOTAL','TransactItems':[{'Update':{'TableName':'Accounts',"
            + "'Key':{'pk':{'S':'a'}},'UpdateExpression':'ADD n :one','ExpressionAttributeValues':{':one':{'N':'1'}}}}]}";
        Assert.That(await rig.CallAsync("TransactWriteItems", Add), Does.Contain("WriteCapacityUnits"));
        Assert.That(await rig.CallAsync("TransactWriteItems", Add), Does.Contain("ReadCapacityUnits"));
        Assert.That(await GetAsync("a"), Does.Contain("\"N\":\"1\""));
        Assert.That(
            await rig.CallAsync("TransactWriteItems", Add.Replace("'N':'1'", "'N':'2'")),
            Does.Contain("IdempotentParameterMismatchException"));

        time.Advance(seconds: 600);
        Assert.That(await rig.CallAsync("TransactWriteItems", Add), Does.Contain("WriteCapacityUnits"));
        Assert.That(await GetAsync("a"), Does.Contain("\"N\":\"2\""));
    }

    /// <summary>At AWS the order of members means nothing: localstack/localstack#6529.</summary>
    [TestCase("{'Put':{'TableName':'Accounts','Item':{'pk':{'S':'o'},'m':{'M':{'a':{'N':'1'},'b':{'N':'2'}}}}}}",
        "{'Put':{'Item':{'m':{'M':{'b':{'N':'2'},'a':{'N':'1'}}},'pk':{'S':'o'}},'TableName':'Accounts'}}")]
    [TestCase("{'Update':{'TableName':'Accounts','Key':{'pk':{'S':'o'}},'UpdateExpression':'SET #x = :x, #y = :y',"
            + "'ExpressionAttributeNames':{'#x':'x','#y':'y'},'ExpressionAttributeValues':{':x':{'N':'1'},':y':{'L':[{'M':{'a':{'N':'1'},'b':{'N':'2'}}}]}}}}",
        "{'Update':{'UpdateExpression':'SET #x = :x, #y = :y','ExpressionAttributeNames':{'#y':'y','#x':'x'},"
            + "'ExpressionAttributeValues':{':y':{'L':[{'M':{'b':{'N':'2'},'a':{'N':'1'}}}]},':x':{'N':'1'}},'TableName':'Accounts','Key':{'pk':{'S':'o'}}}}")]
    public async Task TransactWriteItems_SameTokenAgainWithMembersInAnotherOrder_IsARepetition(string first, string again)
    {
        Assert.That(await WriteAsync(first), Does.Contain("WriteCapacityUnits"));
        Assert.That(await WriteAsync(again), Does.Contain("ReadCapacityUnits"));
        Assert.That(
            await WriteAsync(first.Replace("'b':{'N':'2'}", "'b':{'N':'3'}")), Does.Contain("IdempotentParameterMismatchException"));

        Task<string> WriteAsync(string action) => rig.CallAsync("TransactWriteItems",
            $"{{'ClientRequestToken':'t1','ReturnConsumedCapacity':'TOTAL','TransactItems':[{action}]}}");
    }

    [TestCase("{'TransactItems':[]}", "failed to satisfy constraint: Member must have length greater than or equal to 1")]
    [TestCase("{'TransactItems':[{}]}", "should contain Delete or Put or Update request")]
    [TestCase("{'TransactItems':[{'Delete':{'TableName':'Accounts','Key':{'pk':{'S':'a'}}},'Put':{'TableName':'Accounts','Item':{'pk':{'S':'a'}}}}]}",
        "can only contain one of Check, Put, Update or Delete")]
    [TestCase("{'TransactItems':[{'Delete':{'TableName':'Accounts','Key':{'pk':{'S':'a'}}}},{'Put':{'TableName':'Accounts','Item':{'pk':{'S':'a'}}}}]}",
        "Transaction request cannot include multiple operations on one item")]
    [TestCase(
        "{'TransactItems':[{'Delete':{'TableName':'Accounts','Key':{'pk':{'S':''}}}}]}", "cannot contain an empty string value. Key: pk")]
    [TestCase("{'TransactItems':[{'Delete':{'TableName':'Elsewhere','Key':{'pk':{'S':'a'}}}}]}", "Requested resource not found")]
    [TestCase("{'TransactItems':[{'Delete':{'TableName':'Elsewhere','Key':{'pk':{'S':'a'}}}},{'Put':{'TableName':'Accounts','Item':{'pk':{'S':'a'}},'ConditionExpression':'a ='}}]}",
        "Invalid ConditionExpression: Syntax error")]
    [TestCase("{'TransactItems':[{'Delete':{'TableName':'Accounts','Key':{'pk':{'N':'1'}}}}]}", "specific reasons [ValidationError]")]
    public async Task TransactWriteItems_BadRequest_IsRefused(string request, string text) =>
        Assert.That(await rig.CallAsync("TransactWriteItems", request), Does.Contain(text));

    [Test]
    public async Task TransactWriteItems_ManyAtOnce_MoveMoneyWithoutLosingAny()
    {
        const int Accounts = 4, Clients = 8, Transfers = 50;
        for (int i = 0; i < Accounts; i++)
        {
            await PutAsync($"acc{i}", 100);
        }

        string[][] replies = await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            Random random = new(client);
            List<string> seen = [];
            for (int i = 0; i < Transfers; i++)
            {
                int from = random.Next(Accounts), to = (from + 1 + random.Next(Accounts - 1)) % Accounts;
                seen.Add(await rig.CallAsync("TransactWriteItems", "{'TransactItems':["
                    + $"{{'Update':{{'TableName':'Accounts','Key':{{'pk':{{'S':'acc{from}'}}}},'UpdateExpression':'SET n = n - :v','ExpressionAttributeValues':{{':v':{{'N':'1'}}}}}}}},"
                    + $"{{'Update':{{'TableName':'Accounts','Key':{{'pk':{{'S':'acc{to}'}}}},'UpdateExpression':'SET n = n + :v','ExpressionAttributeValues':{{':v':{{'N':'1'}}}}}}}}]}}"));
            }

            return seen.ToArray();
        })));
        int total = 0;
        for (int i = 0; i < Accounts; i++)
        {
            string? n = await rig.ReadAsync("GetItem", $"{{'TableName':'Accounts','Key':{{'pk':{{'S':'acc{i}'}}}}}}", "Item", "n", "N");
            total += int.Parse(n!.Trim('"'), CultureInfo.InvariantCulture);
        }

        Assert.That(total, Is.EqualTo(Accounts * 100));
        Assert.That(replies.SelectMany(all => all), Has.All.EqualTo("{}").Or.Contains("TransactionConflict"));
    }

    [Test]
    public async Task TransactGetItems_SomeAbsent_AnswersInOrder()
    {
        await PutAsync("a", 1);
        Assert.That(
            await rig.CallAsync("TransactGetItems", "{'ReturnConsumedCapacity':'TOTAL','TransactItems':["
                + "{'Get':{'TableName':'Accounts','Key':{'pk':{'S':'zz'}}}},"
                + "{'Get':{'TableName':'Accounts','Key':{'pk':{'S':'a'}},'ProjectionExpression':'n'}}]}"),
            Is.EqualTo("""
                {"ConsumedCapacity":[{"TableName":"Accounts","CapacityUnits":4.0,"ReadCapacityUnits":4.0}],"Responses":[{},{"Item":{"n":{"N":"1"}}}]}
                """.Trim()));
    }

    private Task<string> GetAsync(string key) => rig.CallAsync("GetItem", $"{{'TableName':'Accounts','Key':{{'pk':{{'S':'{key}'}}}}}}");

    private async Task PutAsync(string key, int n) => Assert.That(
        await rig.CallAsync("PutItem", $"{{'TableName':'Accounts','Item':{{'pk':{{'S':'{key}'}},'n':{{'N':'{n}'}}}}}}"), Is.EqualTo("{}"));
}
