using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>Query: pages, limits, filters and what they cost.</summary>
public sealed class QueryPageTests(Stack stack) : ConformanceTest(stack)
{
    private const string Partition = "{':p':{'S':'k'}}";

    [Test]
    public async Task Pages_OfEveryLimitBothWays_AreTheWhole()
    {
        await MakeTableAsync(new TableShape("p:S s:N"));
        foreach (int i in Enumerable.Range(0, 11))
        {
            await PutAsync($"{{'p':{{'S':'k'}},'s':{{'N':'{i - 5}'}}}}");
        }

        foreach (bool isForward in new[] { true, false })
        {
            QueryRequest request = Pages.Query(Table, "p = :p", Partition);
            request.ScanIndexForward = isForward;
            string[] whole = Attributes.Texts((await Sdk.QueryAsync(request)).Items);
            Assert.That(whole, Has.Length.EqualTo(11));
            for (request.Limit = 1; request.Limit <= 12; request.Limit++)
            {
                Assert.That(await Sdk.QueryAllAsync(request), Is.EqualTo(whole), $"limit {request.Limit}");
            }
        }
    }

    [Test]
    public async Task Limit_OfExactlyAll_StillSaysThereMayBeMore()
    {
        await FillAsync(3);
        QueryRequest request = Pages.Query(Table, "p = :p", Partition);
        request.Limit = 3;
        QueryResponse page = await Sdk.QueryAsync(request);
        Assert.That(Attributes.Text(page.LastEvaluatedKey), Is.EqualTo("{'p':{'S':'k'},'s':{'S':'2'}}"));
        request.ExclusiveStartKey = page.LastEvaluatedKey;
        page = await Sdk.QueryAsync(request);
        Assert.That(page.Items, Is.Empty);
        Assert.That(page.LastEvaluatedKey, Is.Null.Or.Empty);
    }

    [Test]
    public async Task Filter_DropsEverything_ThePageStillGoesOn()
    {
        await FillAsync(4);
        QueryRequest request = Pages.Query(Table, "p = :p", "{':p':{'S':'k'},':n':{'N':'3'}}");
        request.FilterExpression = "n = :n";
        request.Limit = 2;
        QueryResponse page = await Sdk.QueryAsync(request);
        Assert.That((page.Count, page.ScannedCount), Is.EqualTo((0, 2)));
        Assert.That(Attributes.Text(page.LastEvaluatedKey), Is.EqualTo("{'p':{'S':'k'},'s':{'S':'1'}}"));
        request.ExclusiveStartKey = page.LastEvaluatedKey;
        page = await Sdk.QueryAsync(request);
        Assert.That((page.Count, page.ScannedCount), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task Select_Count_HasNoItems()
    {
        await FillAsync(4);
        WireReply reply = await SendAsync("Query", "{'TableName':'$T','Select':'COUNT','KeyConditionExpression':'p=:p',"
            + "'FilterExpression':'n > :n','ExpressionAttributeValues':{':p':{'S':'k'},':n':{'N':'0'}}}");
        Assert.That(reply.Text, Is.EqualTo("{\"Count\":3,\"ScannedCount\":4}"));
    }

    [Test]
    public async Task Projection_FindsNothing_TheItemStillCounts()
    {
        await FillAsync(2);
        QueryRequest request = Pages.Query(Table, "p = :p", Partition);
        request.ProjectionExpression = "z";
        QueryResponse reply = await Sdk.QueryAsync(request);
        Assert.That(Attributes.Texts(reply.Items), Is.EqualTo(new[] { "{}", "{}" }));
        request.ProjectionExpression = "n";
        Assert.That(Attributes.Texts((await Sdk.QueryAsync(request)).Items), Is.EqualTo(new[] { "{'n':{'N':'0'}}", "{'n':{'N':'1'}}" }));
    }

    [Test]
    public async Task Partition_ThatIsEmpty_HasNothing()
    {
        await MakeTableAsync(Sorted);
        WireReply reply = await SendAsync(
            "Query", "{'TableName':'$T','KeyConditionExpression':'p=:p','ExpressionAttributeValues':{':p':{'S':'k'}}}");
        Assert.That(reply["Items"], Is.EqualTo("[]"));
        Assert.That((reply["Count"], reply["ScannedCount"], reply["LastEvaluatedKey"]), Is.EqualTo(("0", "0", (string?)null)));
    }

    [Test]
    public async Task Page_EndsWithTheItemThatCrossesAMebibyte()
    {
        await MakeTableAsync(Sorted);
        string big = new('x', 300_000);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => PutAsync($"{{'p':{{'S':'k'}},'s':{{'S':'{i}'}},'a':{{'S':'{big}'}}}}")));
        QueryRequest request = Pages.Query(Table, "p = :p", Partition);
        request.ProjectionExpression = "s";
        request.ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL;
        QueryResponse page = await Sdk.QueryAsync(request);
        Assert.That(page.Count, Is.EqualTo(4), "the fourth crosses it");
        Assert.That(Attributes.Text(page.LastEvaluatedKey), Is.EqualTo("{'p':{'S':'k'},'s':{'S':'3'}}"));
        Assert.That(page.ConsumedCapacity.CapacityUnits, Is.EqualTo(Math.Ceiling(4 * 300_004 / 4096.0) / 2));
        request.ExclusiveStartKey = page.LastEvaluatedKey;
        page = await Sdk.QueryAsync(request);
        Assert.That(page.Count, Is.EqualTo(2));
        Assert.That(page.LastEvaluatedKey, Is.Null.Or.Empty);
    }

    [TestCase(false, 1)]
    [TestCase(true, 2)]
    public async Task ConsumedCapacity_IsRoundedOncePerPage(bool isConsistent, double expected)
    {
        await MakeTableAsync(Sorted);
        foreach (int i in Enumerable.Range(0, 5))
        {
            await PutAsync($"{{'p':{{'S':'k'}},'s':{{'S':'{i}'}},'a':{{'S':'{new string('x', 1000)}'}}}}");
        }

        QueryRequest request = Pages.Query(Table, "p = :p", Partition);
        request.ConsistentRead = isConsistent;
        request.ReturnConsumedCapacity = ReturnConsumedCapacity.INDEXES;
        ConsumedCapacity capacity = (await Sdk.QueryAsync(request)).ConsumedCapacity;
        Assert.That(capacity.CapacityUnits, Is.EqualTo(expected));
        Assert.That(capacity.Table.CapacityUnits, Is.EqualTo(expected));
    }

    private async Task FillAsync(int count)
    {
        await MakeTableAsync(Sorted);
        for (int i = 0; i < count; i++)
        {
            await PutAsync($"{{'p':{{'S':'k'}},'s':{{'S':'{i}'}},'n':{{'N':'{i}'}}}}");
        }
    }
}
