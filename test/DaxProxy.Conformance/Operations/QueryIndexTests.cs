using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>Query: local and global indexes.</summary>
public sealed class QueryIndexTests(Stack stack) : ConformanceTest(stack)
{
    private static readonly TableShape Indexed = new TableShape("p:S s:S")
        .Lsi("lsiAll", "p:S n:N", "ALL").Lsi("lsiKeys", "p:S n:N", "KEYS_ONLY").Lsi("lsiSome", "p:S n:N", "a")
        .Gsi("gsiAll", "g:S n:N", "ALL").Gsi("gsiKeys", "g:S n:N", "KEYS_ONLY").Gsi("gsiSome", "g:S n:N", "a")
            .Gsi("gsiHash", "g:S", "KEYS_ONLY");

    [TestCase("lsiAll", "a,b,g,n,p,s")]
    [TestCase("lsiKeys", "n,p,s")]
    [TestCase("lsiSome", "a,n,p,s")]
    [TestCase("gsiAll", "a,b,g,n,p,s")]
    [TestCase("gsiKeys", "g,n,p,s")]
    [TestCase("gsiSome", "a,g,n,p,s")]
    [TestCase("gsiHash", "g,p,s")]
    public async Task Projection_OfAnIndex_IsWhatComesBack(string index, string names)
    {
        await MakeTableAsync(Indexed);
        await PutAsync("{'p':{'S':'k'},'s':{'S':'1'},'g':{'S':'k'},'n':{'N':'1'},'a':{'S':'x'},'b':{'S':'y'}}");
        QueryResponse reply = await Sdk.QueryAsync(Of(index));
        Assert.That(string.Join(',', reply.Items.Single().Keys.Order(StringComparer.Ordinal)), Is.EqualTo(names));
    }

    [Test]
    public async Task Index_HoldsOnlyItemsWithItsKeys()
    {
        await MakeTableAsync(Indexed);
        await PutAsync("{'p':{'S':'k'},'s':{'S':'1'},'g':{'S':'k'},'n':{'N':'1'}}");
        await PutAsync("{'p':{'S':'k'},'s':{'S':'2'},'g':{'S':'k'}}");
        await PutAsync("{'p':{'S':'k'},'s':{'S':'3'},'n':{'N':'1'}}");
        Assert.That((await CountAsync("lsiAll"), await CountAsync("gsiAll"), await CountAsync("gsiHash")), Is.EqualTo((2, 1, 2)));
        await Sdk.DeleteItemAsync(Table, Attributes.Item("{'p':{'S':'k'},'s':{'S':'1'}}"));
        Assert.That((await CountAsync("lsiAll"), await CountAsync("gsiAll"), await CountAsync("gsiHash")), Is.EqualTo((1, 0, 1)));
    }

    [TestCase("lsiAll")]
    [TestCase("lsiKeys")]
    [TestCase("gsiAll")]
    [TestCase("gsiSome")]
    [TestCase("gsiHash")]
    public async Task Pages_OfEveryLimitBothWays_AreTheWholeDespiteEqualKeys(string index)
    {
        await MakeTableAsync(Indexed);
        await Task.WhenAll(Enumerable.Range(0, 9).Select(i =>
            PutAsync($"{{'p':{{'S':'k'}},'s':{{'S':'{i}'}},'g':{{'S':'k'}},'n':{{'N':'{i / 4}'}}}}")));
        await Task.WhenAll(Enumerable.Range(0, 3).Select(i =>
            PutAsync($"{{'p':{{'S':'o{i}'}},'s':{{'S':'x'}},'g':{{'S':'k'}},'n':{{'N':'1'}}}}")));
        int count = index.StartsWith("lsi", StringComparison.Ordinal) ? 9 : 12;
        foreach (bool isForward in new[] { true, false })
        {
            QueryRequest request = Of(index);
            request.ScanIndexForward = isForward;
            QueryResponse whole = await Sdk.QueryAsync(request);
            Assert.That(whole.Items, Has.Count.EqualTo(count));
            if (index != "gsiHash")
            {
                IEnumerable<int> keys = whole.Items.Select(item => int.Parse(item["n"].N));
                Assert.That(keys, isForward ? Is.Ordered : Is.Ordered.Descending);
            }

            for (request.Limit = 1; request.Limit <= count + 1; request.Limit++)
            {
                Assert.That(await Sdk.QueryAllAsync(request), Is.EqualTo(Attributes.Texts(whole.Items)), $"limit {request.Limit}");
            }
        }
    }

    [Test]
    public async Task LastEvaluatedKey_OfAnIndex_HasBothKeys()
    {
        await MakeTableAsync(Indexed);
        await PutAsync("{'p':{'S':'k'},'s':{'S':'1'},'g':{'S':'k'},'n':{'N':'1'}}");
        QueryRequest request = Of("gsiAll");
        request.Limit = 1;
        Assert.That(Attributes.Text((await Sdk.QueryAsync(request)).LastEvaluatedKey),
            Is.EqualTo("{'g':{'S':'k'},'n':{'N':'1'},'p':{'S':'k'},'s':{'S':'1'}}"));
    }

    [TestCase("p = :p AND n = :n", 1)]
    [TestCase("p = :p AND n > :n", 3)]
    [TestCase("p = :p AND n BETWEEN :n AND :n", 1)]
    public async Task Condition_OnTheIndexSortKey_Selects(string condition, int count)
    {
        await MakeTableAsync(Indexed);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => PutAsync($"{{'p':{{'S':'k'}},'s':{{'S':'{9 - i}'}},'n':{{'N':'{i}'}}}}")));
        Assert.That(
            (await Sdk.QueryAsync(Pages.Query(Table, condition, "{':p':{'S':'k'},':n':{'N':'1'}}", "lsiKeys"))).Count, Is.EqualTo(count));
    }

    [Test]
    public async Task LocalIndex_FetchesWhatItDoesNotHold()
    {
        await MakeTableAsync(Indexed);
        await PutAsync($"{{'p':{{'S':'k'}},'s':{{'S':'1'}},'n':{{'N':'1'}},'a':{{'S':'x'}},'b':{{'S':'{new string('y', 5000)}'}}}}");
        await PutAsync("{'p':{'S':'k'},'s':{'S':'2'},'n':{'N':'2'},'a':{'S':'x'},'b':{'S':'z'}}");
        QueryRequest request = Of("lsiKeys");
        request.ReturnConsumedCapacity = ReturnConsumedCapacity.INDEXES;
        QueryResponse keys = await Sdk.QueryAsync(request);
        Assert.That(keys.ConsumedCapacity.Table.CapacityUnits, Is.Zero);
        Assert.That(keys.ConsumedCapacity.LocalSecondaryIndexes["lsiKeys"].CapacityUnits, Is.EqualTo(0.5));
        request.Select = Select.ALL_ATTRIBUTES;
        QueryResponse all = await Sdk.QueryAsync(request);
        Assert.That(all.Items.Select(item => item.Count), Is.EqualTo(new[] { 5, 5 }));
        Assert.That(all.ConsumedCapacity.Table.CapacityUnits, Is.EqualTo(1 + 0.5));
        Assert.That(all.ConsumedCapacity.CapacityUnits, Is.EqualTo(2));
        request.Select = null;
        request.ProjectionExpression = "a";
        Assert.That(Attributes.Texts((await Sdk.QueryAsync(request)).Items), Is.EqualTo(new[] { "{'a':{'S':'x'}}", "{'a':{'S':'x'}}" }));
    }

    [Test]
    public async Task LocalIndex_ReadConsistently_CostsDouble()
    {
        await MakeTableAsync(Indexed);
        QueryRequest request = Of("lsiAll");
        request.ConsistentRead = true;
        request.ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL;
        Assert.That((await Sdk.QueryAsync(request)).ConsumedCapacity.CapacityUnits, Is.EqualTo(1));
    }

    [Test]
    public async Task GlobalIndex_FollowsKeyChanges()
    {
        await MakeTableAsync(Indexed);
        await PutAsync("{'p':{'S':'k'},'s':{'S':'1'},'g':{'S':'k'},'n':{'N':'1'}}");
        await Sdk.UpdateItemAsync(new UpdateItemRequest
        {
            TableName = Table,
            Key = Attributes.Item("{'p':{'S':'k'},'s':{'S':'1'}}"),
            UpdateExpression = "SET g = :g, a = :g",
            ExpressionAttributeValues = Attributes.Item("{':g':{'S':'new'}}"),
        });
        Assert.That(await CountAsync("gsiAll"), Is.Zero);
        QueryResponse moved = await Sdk.QueryAsync(Pages.Query(Table, "g = :g", "{':g':{'S':'new'}}", "gsiSome"));
        Assert.That(Attributes.Texts(moved.Items),
            Is.EqualTo(new[] { "{'a':{'S':'new'},'g':{'S':'new'},'n':{'N':'1'},'p':{'S':'k'},'s':{'S':'1'}}" }));
    }

    [Test]
    public async Task Filter_OnTableKeys_IsAllowedInAnIndex()
    {
        await MakeTableAsync(Indexed);
        await PutAsync("{'p':{'S':'k'},'s':{'S':'1'},'g':{'S':'k'},'n':{'N':'1'}}");
        QueryRequest request = Pages.Query(Table, "g = :g", "{':g':{'S':'k'},':s':{'S':'2'}}", "gsiKeys");
        request.FilterExpression = "s = :s";
        QueryResponse reply = await Sdk.QueryAsync(request);
        Assert.That((reply.Count, reply.ScannedCount), Is.EqualTo((0, 1)));
    }

    private QueryRequest Of(string index) => index.StartsWith("lsi", StringComparison.Ordinal)
        ? Pages.Query(Table, "p = :p", "{':p':{'S':'k'}}", index)
        : Pages.Query(Table, "g = :g", "{':g':{'S':'k'}}", index);

    private async Task<int> CountAsync(string index) => (await Sdk.QueryAsync(Of(index))).Count ?? -1;
}
