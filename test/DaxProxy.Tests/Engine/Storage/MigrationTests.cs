using DaxProxy.Engine.Storage.Files;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Storage;

/// <summary>Stores of an older layout. The clock stands where it stood when they were written.</summary>
public sealed class MigrationTests
{
    private const string Columns =
        "SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c.[notnull] || ' ' || c.pk || ' ' || ifnull(c.dflt_value, '') "
        + "FROM sqlite_master m, pragma_table_xinfo(m.name) c ORDER BY m.name, c.cid";

    [Test]
    public async Task OlderLayout_AllOfIt_IsReadable([Values(1, 2, 3, 4)] int layout)
    {
        using StoreFolder store = StoreFolder.OfLayout(layout);
        using EngineRig rig = new(store.Path, new ManualTime());
        Assert.That(await rig.CallAsync("ListTables", "{}"), Is.EqualTo("{\"TableNames\":[\"orders\",\"plain\"]}"));
        Assert.That(
            await rig.ReadAsync(
                "Query", "{'TableName':'orders','KeyConditionExpression':'customer = :c','ExpressionAttributeValues':{':c':{'S':'c1'}},"
                + "'ProjectionExpression':'#n','ExpressionAttributeNames':{'#n':'number'}}", "Items"),
            Is.EqualTo("[{\"number\":{\"N\":\"1\"}},{\"number\":{\"N\":\"3\"}},{\"number\":{\"N\":\"5\"}}]"));
        Assert.That(await CountAsync(rig, "'IndexName':'by-date','KeyConditionExpression':'customer = :v'", "c0"), Is.EqualTo("2"));
        Assert.That(
            await CountAsync(
                rig, "'IndexName':'by-state','KeyConditionExpression':'#s = :v','ExpressionAttributeNames':{'#s':'state'}", "paid"),
            Is.EqualTo("4"));
        Assert.That(
            await rig.CallAsync("GetItem", "{'TableName':'plain','Key':{'pk':{'S':'all'}}}"),
            Does.Contain("\"ns\":{\"NS\":[\"1\",\"2\"]}"));
        Assert.That(await rig.CallAsync("DescribeTimeToLive", "{'TableName':'orders'}"), Does.Contain("ENABLED").And.Contain("ends"));
        string arn = (await rig.ReadAsync("DescribeTable", "{'TableName':'orders'}", "Table", "TableArn"))!;
        Assert.That(await rig.CallAsync("ListTagsOfResource", $"{{'ResourceArn':{arn}}}"), Does.Contain("blue"));
        Assert.That(await ReadStreamAsync(rig), Is.EqualTo(8));
    }

    [Test]
    public async Task Layout1_Migrated_TakesWritesEverywhere()
    {
        using StoreFolder store = StoreFolder.OfLayout1();
        using EngineRig rig = new(store.Path, new ManualTime());
        Assert.That(
            await rig.ReadAsync(
                "PutItem", "{'TableName':'orders','ReturnItemCollectionMetrics':'SIZE','Item':{'customer':{'S':'c1'},'number':{'N':'7'},"
                + "'placed':{'S':'2026-07'},'state':{'S':'open'}}}", "ItemCollectionMetrics", "SizeEstimateRangeGB"),
            Is.EqualTo("[0,1]"));
        Assert.That(await CountAsync(rig, "'IndexName':'by-date','KeyConditionExpression':'customer = :v'", "c1"), Is.EqualTo("4"));
        Assert.That(await ReadStreamAsync(rig), Is.EqualTo(9));
        Assert.That(await rig.CallAsync("UpdateContinuousBackups", "{'TableName':'orders','PointInTimeRecoverySpecification':"
            + "{'PointInTimeRecoveryEnabled':true}}"), Does.Contain("\"RecoveryPeriodInDays\":35"));

        // The token of a transaction of the former process still counts.
        Assert.That(
            await rig.CallAsync(
                "TransactWriteItems",
                "{'ClientRequestToken':'tok','TransactItems':[{'Put':{'TableName':'plain','Item':{'pk':{'S':'u'}}}}]}"),
            Does.Contain("IdempotentParameterMismatchException"));
        Assert.That(await rig.CallAsync("DeleteTable", "{'TableName':'orders'}"), Does.Contain("DELETING"));
    }

    [Test]
    public void Layout1_Migrated_CountsItsCollectionsAsIfItHadAlways()
    {
        using StoreFolder store = StoreFolder.OfLayout1();
        new EngineRig(store.Path, new ManualTime()).Dispose();
        Assert.That(store.Read("SELECT size_bytes FROM collections ORDER BY size_bytes"), Is.EqualTo(
            store.Read("SELECT 2 * sum(size) FROM items WHERE table_id = 1 GROUP BY hash ORDER BY 1")), "by-date projects whole items");
    }

    [Test]
    public void OlderLayout_Migrated_IsLaidOutLikeANewStore([Values(1, 2, 3, 4)] int layout)
    {
        using StoreFolder old = StoreFolder.OfLayout(layout), created = new();
        new EngineRig(old.Path, new ManualTime()).Dispose();
        new EngineRig(created.Path, new ManualTime()).Dispose();
        Assert.That(old.Read(Columns), Is.EqualTo(created.Read(Columns)));
        Assert.That(
            old.Read("SELECT name FROM sqlite_master ORDER BY name"),
            Is.EqualTo(created.Read("SELECT name FROM sqlite_master ORDER BY name")));
        Assert.That(old.Read("PRAGMA user_version"), Is.EqualTo(created.Read("PRAGMA user_version")));
    }

    [Test]
    public void Migration_ThatFails_LeavesTheStoreAsItWas()
    {
        using StoreFolder store = StoreFolder.OfLayout1();

        // The last table that the script makes.
        store.Execute("CREATE TABLE policies (x)");
        List<string> before = store.Read(Columns);
        StorageException? fault = Assert.Throws<StorageException>(() => new EngineRig(store.Path, new ManualTime()).Dispose());
        Assert.That(fault?.Message, Does.Contain("layout 1 to 5").And.Not.Contain("\n"));
        Assert.That(store.Read("PRAGMA user_version"), Is.EqualTo(new[] { "1" }));
        Assert.That(store.Read(Columns), Is.EqualTo(before));

        store.Execute("DROP TABLE policies");
        new EngineRig(store.Path, new ManualTime()).Dispose();
        Assert.That(store.Read("PRAGMA user_version"), Is.EqualTo(new[] { "5" }));
    }

    private static Task<string?> CountAsync(EngineRig rig, string condition, string value) => rig.ReadAsync(
        "Query", $"{{'TableName':'orders',{condition},'ExpressionAttributeValues':{{':v':{{'S':'{value}'}}}}}}", "Count");

    private static async Task<int> ReadStreamAsync(EngineRig rig)
    {
        string arn = (await rig.ReadAsync("DescribeTable", "{'TableName':'orders'}", "Table", "LatestStreamArn"))!;
        string shard = (await rig.ReadAsync("DescribeStream", $"{{'StreamArn':{arn}}}", "StreamDescription", "Shards", 0, "ShardId"))!;
        string iterator = (await rig.ReadAsync(
            "GetShardIterator", $"{{'StreamArn':{arn},'ShardId':{shard},'ShardIteratorType':'TRIM_HORIZON'}}", "ShardIterator"))!;
        string records = await rig.CallAsync("GetRecords", $"{{'ShardIterator':{iterator}}}");
        return System.Text.Json.Nodes.JsonNode.Parse(records)!["Records"]!.AsArray().Count;
    }
}
