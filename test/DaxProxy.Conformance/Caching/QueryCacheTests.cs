using NUnit.Framework;

namespace DaxProxy.Conformance.Caching;

/// <summary>What clients see of the query cache: the same question is answered from it, and no write leaves an old answer there.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
[TestFixtureSource(typeof(Stacks), nameof(Stacks.Cached))]
public sealed class QueryCacheTests(Stack stack)
{
    private const string Hit = "DaxProxy; hit";
    private const string Stored = "DaxProxy; fwd=miss; stored";
    private const string ByPartition = "'KeyConditionExpression':'p = :p','ExpressionAttributeValues':{':p':{'S':'a'}}";
    private const string ByRange =
        "'KeyConditionExpression':'p = :p AND s BETWEEN :l AND :h','ExpressionAttributeValues':{':p':{'S':'a'},':l':{'S':'2'},':h':{'S':'4'}}";

    private static readonly TableShape Shape = new TableShape("p:S s:S")
        .Lsi("lsi", "p:S n:N", "KEYS_ONLY").Gsi("gsi", "g:S n:N", "ALL").Gsi("keys", "g:S", "KEYS_ONLY")
            .Gsi("inverted", "s:S p:S", "KEYS_ONLY");

    private readonly string table = "q-" + Guid.NewGuid().ToString("N");

    [SetUp]
    public async Task MakeTableAsync()
    {
        await stack.Sdk.CreateTableAsync(Shape.Request(table));
        for (int i = 1; i <= 5; i++)
        {
            await PutAsync("a", i);
        }
    }

    [Test]
    public async Task SameQuery_IsAnsweredFromTheCache_ByteForByte()
    {
        WireReply first = await QueryAsync(ByPartition), second = await QueryAsync(ByPartition);
        Assert.That(first.CacheStatus, Is.EqualTo(Stored));
        Assert.That(second.CacheStatus, Does.Match("^DaxProxy; hit; ttl=(299|300)$"));
        Assert.That(second.Text, Is.EqualTo(first.Text));
        Assert.That((int)second.Body["Count"]!, Is.EqualTo(5));
    }

    [TestCase("", TestName = "OfAPartition")]
    [TestCase(",'FilterExpression':'v >= :v'", TestName = "WithAFilter")]
    [TestCase(",'ScanIndexForward':false,'Limit':2", TestName = "InReverseWithALimit")]
    [TestCase(",'ProjectionExpression':'v'", TestName = "OfAProjection")]
    [TestCase(",'Limit':2,'ExclusiveStartKey':{'p':{'S':'a'},'s':{'S':'3'}}", TestName = "OfTheSecondPage")]
    [TestCase(",'IndexName':'lsi','FilterExpression':'v >= :v'", TestName = "OfALocalIndexThatFetches")]
    public async Task Query_AfterAWrite_IsFresh(string members)
    {
        string values = members.Contains(":v", StringComparison.Ordinal) ? "{':p':{'S':'a'},':v':{'N':'0'}}" : "{':p':{'S':'a'}}";
        string query = $"'KeyConditionExpression':'p = :p','ExpressionAttributeValues':{values}{members}";
        await AssertFreshAsync(() => QueryAsync(query), () => PutAsync("a", 5, v: 77));
        await AssertFreshAsync(() => QueryAsync(query), () => DeleteAsync("a", 5));
        await AssertFreshAsync(() => QueryAsync(query), () => BatchPutAsync("a", 4, v: 78));
        await AssertFreshAsync(() => QueryAsync(query), () => UpdateAsync("a", 4, "SET v = :n", 5));
    }

    [Test]
    public async Task QueryOfACount_AfterAWrite_IsFresh_AndStaysWhereItemsOnlyChangedInPlace()
    {
        Func<Task<WireReply>> count = () => QueryAsync(ByPartition + ",'Select':'COUNT'");
        await AssertFreshAsync(count, () => DeleteAsync("a", 5));
        await AssertFreshAsync(count, () => BatchPutAsync("a", 5, v: 78));
        await UpdateAsync("a", 4, "SET v = :n", 5);
        Assert.That((await count()).CacheStatus, Does.StartWith(Hit));
    }

    [TestCase("gsi", "SET g = :n")]
    [TestCase("gsi", "REMOVE g")]
    [TestCase("gsi", "SET v = :n")]
    [TestCase("keys", "SET g = :n")]
    [TestCase("keys", "REMOVE g")]
    public async Task QueryOfAGlobalIndex_WhenAnItemLeavesMovesOrChanges_IsFresh(string index, string update)
    {
        string query = $"'IndexName':'{index}','KeyConditionExpression':'g = :g','ExpressionAttributeValues':{{':g':{{'S':'x'}}}}";
        string scan = $"'IndexName':'{index}'";
        await AssertFreshAsync(() => QueryAsync(query), () => UpdateAsync("a", 3, update, 9));
        await PutAsync("a", 3);
        await AssertFreshAsync(() => ScanAsync(scan), () => UpdateAsync("a", 3, update, 9));
        await AssertFreshAsync(() => QueryAsync(query), () => PutAsync("b", 1));
    }

    [Test]
    public async Task QueryOfAnIndexOfTableKeysOnly_WhenAnItemIsCreated_IsFresh()
    {
        string query = "'IndexName':'inverted','KeyConditionExpression':'s = :s','ExpressionAttributeValues':{':s':{'S':'3'}}";
        await AssertFreshAsync(() => QueryAsync(query), () => UpdateAsync("z", 3, "SET v = :n", 1));
        await AssertFreshAsync(() => QueryAsync(query), () => DeleteAsync("z", 3));
    }

    [Test]
    public async Task Scan_AfterAnyWrite_IsFresh()
    {
        await AssertFreshAsync(() => ScanAsync("'Limit':100"), () => PutAsync("c", 1));
        await AssertFreshAsync(() => ScanAsync("'Limit':100"), () => TransactDeleteAsync("c", 1));
    }

    [Test]
    public async Task UnrelatedWrites_LeaveTheAnswerCached()
    {
        string index = "'IndexName':'keys','KeyConditionExpression':'g = :g','ExpressionAttributeValues':{':g':{'S':'x'}}";
        Func<Task<WireReply>>[] queries = [() => QueryAsync(ByRange), () => QueryAsync(index)];
        foreach (Func<Task<WireReply>> query in queries)
        {
            await query();
        }

        await PutAsync("a", 9, g: null);
        await PutAsync("b", 3, g: "other");
        await UpdateAsync("a", 9, "SET v = :n", 4);
        await UpdateAsync("a", 5, "SET v = :n", 4);
        foreach (Func<Task<WireReply>> query in queries)
        {
            Assert.That((await query()).CacheStatus, Does.StartWith(Hit));
        }
    }

    /// <summary>With a remote backend, another writer may have made the item so since the page was read.</summary>
    [Test]
    public async Task WritesOfWhatIsThereAlready_LeaveTheAnswerCached_WhereNoOtherWrites()
    {
        await QueryAsync(ByPartition);
        await PutAsync("a", 3);
        Assert.That((await QueryAsync(ByPartition)).CacheStatus, Does.StartWith(stack.IsRemote ? Stored : Hit));
    }

    [TestCase("'KeyConditionExpression':'#k = :x AND (s BETWEEN :y AND :z)','ExpressionAttributeNames':{'#k':'p'},"
        + "'ExpressionAttributeValues':{':z':{'S':'4'},':y':{'S':'2'},':x':{'S':'a'}}")]
    [TestCase("'KeyConditions':{'s':{'ComparisonOperator':'BETWEEN','AttributeValueList':[{'S':'2'},{'S':'4'}]},"
        + "'p':{'ComparisonOperator':'EQ','AttributeValueList':[{'S':'a'}]}}")]
    [TestCase(ByRange + ",'ScanIndexForward':true,'Select':'ALL_ATTRIBUTES','ConsistentRead':false")]
    public async Task SameMeaning_SharesTheAnswer(string query)
    {
        await QueryAsync(ByRange);
        Assert.That((await QueryAsync(query)).CacheStatus, Does.StartWith(Hit));
    }

    [Test]
    public async Task Filters_ThatMeanTheSame_ShareTheAnswer()
    {
        const string Key = "'KeyConditionExpression':'p = :p',";
        string first =
            Key + "'FilterExpression':'n > :n AND v IN (:a, :b)','ExpressionAttributeValues':{':p':{'S':'a'},':n':{'N':'100'},':a':{'N':'1'},':b':{'N':'2'}}";
        string second = Key + "'FilterExpression':'#v IN (:b, :a) AND n > :n','ExpressionAttributeNames':{'#v':'v'},"
            + "'ExpressionAttributeValues':{':n':{'N':'1.00e2'},':b':{'N':'2.0'},':a':{'N':'+1'},':p':{'S':'a'}}";
        await QueryAsync(first);
        Assert.That((await QueryAsync(second)).CacheStatus, Does.StartWith(Hit));
    }

    [TestCase(",'ScanIndexForward':false")]
    [TestCase(",'Limit':5")]
    [TestCase(",'Select':'COUNT'")]
    [TestCase(",'ProjectionExpression':'s'")]
    [TestCase(",'FilterExpression':'attribute_exists(v)'")]
    [TestCase(",'IndexName':'lsi'")]
    [TestCase(",'ExclusiveStartKey':{'p':{'S':'a'},'s':{'S':'1'}}")]
    public async Task OtherMeaning_IsFetched(string members)
    {
        await QueryAsync(ByPartition);
        Assert.That((await QueryAsync(ByPartition + members)).CacheStatus, Is.EqualTo(Stored));
    }

    [Test]
    public async Task ConsistentQuery_PassesByTheCache()
    {
        await QueryAsync(ByPartition);
        Assert.That((await QueryAsync(ByPartition + ",'ConsistentRead':true")).CacheStatus, Is.EqualTo("DaxProxy; fwd=bypass"));
    }

    [Test]
    public async Task BadQuery_IsRefusedAlthoughOneLikeItIsCached()
    {
        await QueryAsync(ByRange);
        WireReply reply = await QueryAsync(ByRange.Replace("{'S':'4'}", "{'N':'4'}", StringComparison.Ordinal));
        Assert.That(reply.Error, Does.StartWith("ValidationException"));
    }

    [Test]
    public async Task Hit_ConsumesNothing_AndShowsTheItems()
    {
        WireReply first = await QueryAsync(ByPartition + ",'ReturnConsumedCapacity':'TOTAL'");
        WireReply second = await QueryAsync(ByPartition + ",'ReturnConsumedCapacity':'TOTAL'");
        Assert.That((double)first.Body["ConsumedCapacity"]!["CapacityUnits"]!, Is.EqualTo(0.5));
        Assert.That((double)second.Body["ConsumedCapacity"]!["CapacityUnits"]!, Is.Zero);
        Assert.That(second.Body["Items"]!.ToJsonString(), Is.EqualTo(first.Body["Items"]!.ToJsonString()));
    }

    [Test]
    public async Task PartiqlSelect_ThatIsAQuery_SharesTheCache()
    {
        Task<WireReply> SelectAsync() => stack.Wire.SendAsync(
            "ExecuteStatement", $"{{'Statement':'SELECT * FROM \\'{table}\\' WHERE p = ?','Parameters':[{{'S':'a'}}]}}");
        WireReply first = await SelectAsync();
        WireReply second = await SelectAsync();
        Assert.That(second.Text, Is.EqualTo(first.Text));
        await PutAsync("a", 2, v: 5);
        Assert.That((await SelectAsync()).Text, Is.Not.EqualTo(first.Text));
    }

    private async Task AssertFreshAsync(Func<Task<WireReply>> query, Func<Task> write)
    {
        await query();
        WireReply before = await query();
        Assert.That(before.CacheStatus, Does.StartWith(Hit), "cached before the write");
        await write();
        WireReply after = await query();
        Assert.That(after.CacheStatus, Is.EqualTo(Stored), "fetched again after the write");
        Assert.That((await query()).Text, Is.EqualTo(after.Text));
    }

    private Task<WireReply> QueryAsync(string members) => stack.Wire.SendAsync("Query", $"{{'TableName':'{table}',{members}}}");

    private Task<WireReply> ScanAsync(string members) => stack.Wire.SendAsync("Scan", $"{{'TableName':'{table}',{members}}}");

    private Task PutAsync(string p, int s, int v = 1, string? g = "x") =>
        WriteAsync("PutItem", $"{{'TableName':'{table}','Item':{ItemOf(p, s, v, g)}}}");

    private Task BatchPutAsync(string p, int s, int v) =>
        WriteAsync("BatchWriteItem", $"{{'RequestItems':{{'{table}':[{{'PutRequest':{{'Item':{ItemOf(p, s, v, "x")}}}}}]}}}}");

    private Task DeleteAsync(string p, int s) => WriteAsync("DeleteItem", $"{{'TableName':'{table}','Key':{KeyOf(p, s)}}}");

    private Task TransactDeleteAsync(string p, int s) =>
        WriteAsync("TransactWriteItems", $"{{'TransactItems':[{{'Delete':{{'TableName':'{table}','Key':{KeyOf(p, s)}}}}}]}}");

    private Task UpdateAsync(string p, int s, string update, int n)
    {
        string type = update.StartsWith("SET g", StringComparison.Ordinal) ? "S" : "N";
        string values = update.Contains(":n", StringComparison.Ordinal) ? $",'ExpressionAttributeValues':{{':n':{{'{type}':'{n}'}}}}" : "";
        return WriteAsync("UpdateItem", $"{{'TableName':'{table}','Key':{KeyOf(p, s)},'UpdateExpression':'{update}'{values}}}");
    }

    private async Task WriteAsync(string operation, string json) =>
        Assert.That((await stack.Wire.SendAsync(operation, json)).Error, Is.Null.Or.Empty);

    private static string KeyOf(string p, int s) => $"{{'p':{{'S':'{p}'}},'s':{{'S':'{s}'}}}}";

    private static string ItemOf(string p, int s, int v, string? g)
    {
        string index = g is null ? "" : $",'g':{{'S':'{g}'}}";
        return $"{{'p':{{'S':'{p}'}},'s':{{'S':'{s}'}},'n':{{'N':'{s}'}},'v':{{'N':'{v}'}}{index}}}";
    }
}
