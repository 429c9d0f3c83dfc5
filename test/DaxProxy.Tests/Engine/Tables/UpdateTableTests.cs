using System.Globalization;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Tables;

public sealed class UpdateTableTests
{
    private const string AddIndex = "{'TableName':'Games','AttributeDefinitions':[{'AttributeName':'score','AttributeType':'N'}],"
        + "'GlobalSecondaryIndexUpdates':[{'Create':{'IndexName':'by-score','KeySchema':[{'AttributeName':'score','KeyType':'HASH'}],"
        + "'Projection':{'ProjectionType':'KEYS_ONLY'}}}]}";

    private const string ReadIndex = "{'TableName':'Games','IndexName':'by-score','KeyConditionExpression':'score = :s',"
        + "'ExpressionAttributeValues':{':s':{'N':'1'}},'Select':'COUNT'}";

    private EngineRig rig = null!;

    [SetUp]
    public async Task CreateTableAsync()
    {
        rig = new EngineRig();
        await rig.CreateHashTableAsync("Games");
    }

    [TearDown]
    public void Close() => rig.Dispose();

    [Test]
    public async Task UpdateTable_NewIndex_IsFilledFromTheTableAndThenRead()
    {
        for (int i = 0; i < 450; i++)
        {
            string score = i % 3 == 0 ? "" : $",'score':{(i % 3 == 1 ? "{'N':'1'}" : "{'S':'none'}")}";
            Assert.That(await rig.CallAsync("PutItem", $"{{'TableName':'Games','Item':{{'pk':{{'S':'{i}'}}{score}}}}}"), Is.EqualTo("{}"));
        }

        Assert.That(
            await rig.ReadAsync("UpdateTable", AddIndex, "TableDescription", "GlobalSecondaryIndexes", 0, "IndexStatus"),
            Is.EqualTo("\"CREATING\""));
        await WaitForIndexAsync();
        Assert.That(
            await rig.ReadAsync("Query", ReadIndex, "Count"), Is.EqualTo("150"), "items without the key, or with another type, stay out");
        Assert.That(
            await rig.ReadAsync("DescribeTable", "{'TableName':'Games'}", "Table", "GlobalSecondaryIndexes", 0, "ItemCount"),
            Is.EqualTo("150"));

        Assert.That(await rig.CallAsync("DeleteItem", "{'TableName':'Games','Key':{'pk':{'S':'1'}}}"), Is.EqualTo("{}"));
        Assert.That(await rig.ReadAsync("Query", ReadIndex, "Count"), Is.EqualTo("149"));
        Assert.That(
            await rig.ReadAsync("DescribeTable", "{'TableName':'Games'}", "Table", "GlobalSecondaryIndexes", 0, "ItemCount"),
            Is.EqualTo("149"));
    }

    [TestCase("{'S':''}", 0, 0, TestName = "{m}(empty string)")]
    [TestCase("1024", 1, 1, TestName = "{m}(longest sort key)")]
    [TestCase("1025", 1, 0, TestName = "{m}(too long for a sort key)")]
    [TestCase("2048", 1, 0, TestName = "{m}(longest partition key)")]
    [TestCase("2049", 0, 0, TestName = "{m}(too long for a partition key)")]
    [TestCase("{'N':'1'}", 0, 0, TestName = "{m}(another type)")]
    [TestCase("{'S':'a'}", 1, 1, TestName = "{m}(a good key)")]
    public async Task UpdateTable_NewIndex_HoldsItemsWhoseKeysItCouldTake(string value, int asHash, int asRange)
    {
        string attribute = value[0] == '{' ? value : $"{{'S':'{new string('x', int.Parse(value, CultureInfo.InvariantCulture))}'}}";
        await rig.CallAsync("PutItem", $"{{'TableName':'Games','Item':{{'pk':{{'S':'1'}},'k':{attribute}}}}}");
        await AddAsync("byHash", "{'AttributeName':'k','KeyType':'HASH'}");
        await AddAsync("byRange", "{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'k','KeyType':'RANGE'}");
        Assert.That(await rig.ReadAsync("Scan", "{'TableName':'Games','IndexName':'byHash'}", "Count"), Is.EqualTo($"{asHash}"));
        Assert.That(await rig.ReadAsync("Scan", "{'TableName':'Games','IndexName':'byRange'}", "Count"), Is.EqualTo($"{asRange}"));

        // An item that is older than the index may be written again as long as its key stays what it is.
        await rig.CallAsync(
            "UpdateItem",
            "{'TableName':'Games','Key':{'pk':{'S':'1'}},'UpdateExpression':'SET z = :z','ExpressionAttributeValues':{':z':{'N':'1'}}}");
        Assert.That(await rig.ReadAsync("Scan", "{'TableName':'Games','IndexName':'byHash'}", "Count"), Is.EqualTo($"{asHash}"));
        Assert.That(await rig.ReadAsync("Scan", "{'TableName':'Games','IndexName':'byRange'}", "Count"), Is.EqualTo($"{asRange}"));

        async Task AddAsync(string name, string schema)
        {
            await rig.CallAsync("UpdateTable", "{'TableName':'Games','AttributeDefinitions':[{'AttributeName':'k','AttributeType':'S'},"
                + "{'AttributeName':'pk','AttributeType':'S'}],'GlobalSecondaryIndexUpdates':[{'Create':{"
                + $"'IndexName':'{name}','KeySchema':[{schema}],'Projection':{{'ProjectionType':'ALL'}}}}}}]}}");
            await WaitForIndexAsync(name);
        }
    }

    [Test]
    public async Task UpdateTable_WritesDuringBackfill_AreNeitherLostNorDoubled()
    {
        for (int i = 0; i < 600; i++)
        {
            await rig.CallAsync("PutItem", $"{{'TableName':'Games','Item':{{'pk':{{'S':'{i}'}},'score':{{'N':'1'}}}}}}");
        }

        await rig.CallAsync("UpdateTable", AddIndex);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => i % 2 == 0
            ? rig.CallAsync("DeleteItem", $"{{'TableName':'Games','Key':{{'pk':{{'S':'{i}'}}}}}}")
            : rig.CallAsync("PutItem", $"{{'TableName':'Games','Item':{{'pk':{{'S':'new{i}'}},'score':{{'N':'1'}}}}}}")));
        await WaitForIndexAsync();
        Assert.That(await rig.ReadAsync("Query", ReadIndex, "Count"), Is.EqualTo("600"), "150 went, 150 came");
        Assert.That(
            await rig.ReadAsync("DescribeTable", "{'TableName':'Games'}", "Table", "GlobalSecondaryIndexes", 0, "ItemCount"),
            Is.EqualTo("600"));
    }

    [Test]
    public async Task UpdateTable_DeletedIndex_IsGoneWithItsDefinitions()
    {
        await rig.CallAsync("UpdateTable", AddIndex);
        await WaitForIndexAsync();
        Assert.That(
            await rig.ReadAsync("UpdateTable", "{'TableName':'Games','GlobalSecondaryIndexUpdates':[{'Delete':{'IndexName':'by-score'}}]}",
                "TableDescription", "GlobalSecondaryIndexes", 0, "IndexStatus"),
            Is.EqualTo("\"DELETING\""));
        string table = await rig.CallAsync("DescribeTable", "{'TableName':'Games'}");
        Assert.That(table, Does.Not.Contain("by-score").And.Not.Contain("\"score\""));
        Assert.That(await rig.CallAsync("Query", ReadIndex), Does.Contain("The table does not have the specified index: by-score"));
    }

    [Test]
    public async Task UpdateTable_Billing_ShowsOldValuesFirstAndSummarisesAfterwards()
    {
        string answer = await rig.CallAsync("UpdateTable",
            "{'TableName':'Games','BillingMode':'PROVISIONED','ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':6}}");
        Assert.That(answer, Does.Contain("\"TableStatus\":\"UPDATING\"").And.Contain("\"ReadCapacityUnits\":0"));
        string table = await rig.CallAsync("DescribeTable", "{'TableName':'Games'}");
        Assert.That(
            table,
            Does.Contain("\"BillingMode\":\"PROVISIONED\"").And.Contain("\"ReadCapacityUnits\":5").And.Contain("LastIncreaseDateTime"));
        Assert.That(
            await rig.CallAsync(
                "UpdateTable", "{'TableName':'Games','ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':6}}"),
            Does.Contain("The provisioned throughput for the table will not change."));
    }

    [Test]
    public async Task CreateTable_BilledPerRequest_IsSoSinceItsCreation()
    {
        using EngineRig ticking = new(time: new TickingTime());
        await ticking.CreateHashTableAsync("Ticks");
        Assert.That(
            await ticking.ReadAsync(
                "DescribeTable", "{'TableName':'Ticks'}", "Table", "BillingModeSummary", "LastUpdateToPayPerRequestDateTime"),
            Is.EqualTo(await ticking.ReadAsync("DescribeTable", "{'TableName':'Ticks'}", "Table", "CreationDateTime")));
    }

    [Test]
    public async Task UpdateTable_DeletionProtection_RefusesDeleteTable()
    {
        Assert.That(
            await rig.ReadAsync("UpdateTable", "{'TableName':'Games','DeletionProtectionEnabled':true}", "TableDescription", "TableStatus"),
            Is.EqualTo("\"ACTIVE\""));
        Assert.That(await rig.CallAsync("DeleteTable", "{'TableName':'Games'}"), Does.Contain("currently protected against deletion"));
        await rig.CallAsync("UpdateTable", "{'TableName':'Games','DeletionProtectionEnabled':false}");
        Assert.That(await rig.CallAsync("DeleteTable", "{'TableName':'Games'}"), Does.Contain("DELETING"));
    }

    [TestCase("'TableClass':'STANDARD_INFREQUENT_ACCESS'", "\"TableClassSummary\":{\"TableClass\":\"STANDARD_INFREQUENT_ACCESS\"}")]
    [TestCase("'SSESpecification':{'Enabled':true}", "\"SSEDescription\":{\"Status\":\"ENABLED\",\"SSEType\":\"KMS\",\"KMSMasterKeyArn\":\"arn:aws:kms:us-east-1:000000000000:alias/aws/dynamodb\"}")]
    [TestCase(
        "'OnDemandThroughput':{'MaxReadRequestUnits':7}", "\"OnDemandThroughput\":{\"MaxReadRequestUnits\":7,\"MaxWriteRequestUnits\":-1}")]
    [TestCase(
        "'WarmThroughput':{'ReadUnitsPerSecond':15000,'WriteUnitsPerSecond':5000}",
        "\"WarmThroughput\":{\"ReadUnitsPerSecond\":15000,\"WriteUnitsPerSecond\":5000,\"Status\":\"ACTIVE\"}")]
    public async Task UpdateTable_Setting_IsShownByDescribeTable(string setting, string shown)
    {
        Assert.That(await rig.CallAsync("UpdateTable", $"{{'TableName':'Games',{setting}}}"), Does.Contain("UPDATING"));
        Assert.That(await rig.CallAsync("DescribeTable", "{'TableName':'Games'}"), Does.Contain(shown));
    }

    [TestCase("'TableName':'Games'", "At least one of ProvisionedThroughput, BillingMode")]
    [TestCase("'TableName':'Absent','DeletionProtectionEnabled':true", "Requested resource not found: Table: Absent not found")]
    [TestCase("'TableName':'Games','GlobalSecondaryIndexUpdates':[]", "List of GlobalSecondaryIndexUpdates is empty")]
    [TestCase("'TableName':'Games','GlobalSecondaryIndexUpdates':[{}]", "One of GlobalSecondaryIndexUpdate.Update")]
    [TestCase(
        "'TableName':'Games','GlobalSecondaryIndexUpdates':[{'Delete':{'IndexName':'absent'}}]",
        "Requested resource not found: Index absent for table Games")]
    [TestCase(
        "'TableName':'Games','TableClass':'STANDARD','DeletionProtectionEnabled':true",
        "TableClass modification must be the only operation in the request")]
    [TestCase("'TableName':'Games','BillingMode':'PROVISIONED'", "ProvisionedThroughput must be specified when BillingMode is PROVISIONED")]
    [TestCase("'TableName':'Games','SSESpecification':{'Enabled':false}", "Table is already encrypted by default")]
    [TestCase("'TableName':'Games','AttributeDefinitions':[{'AttributeName':'x','AttributeType':'S'},{'AttributeName':'x','AttributeType':'S'}],"
        + "'DeletionProtectionEnabled':true", "Attribute Name is duplicated: x")]
    [TestCase("'TableName':'Games','AttributeDefinitions':[{'AttributeName':'x','AttributeType':'S'},{'AttributeName':'x','AttributeType':'N'}],"
        + "'GlobalSecondaryIndexUpdates':[{'Create':{'IndexName':'twice','KeySchema':[{'AttributeName':'x','KeyType':'HASH'}],"
        + "'Projection':{'ProjectionType':'ALL'}}}]", "Attribute Name is duplicated: x")]
    public async Task UpdateTable_BadRequest_IsRefused(string members, string text) =>
        Assert.That(await rig.CallAsync("UpdateTable", $"{{{members}}}"), Does.Contain(text));

    [Test]
    public async Task Tables_WithStatusDelay_GoThroughTheirStatuses()
    {
        ManualTime time = new();
        using EngineRig slow = new(time: time, statusDelay: TimeSpan.FromSeconds(5));
        await slow.CreateHashTableAsync("Slow");
        Assert.That(await slow.ReadAsync("DescribeTable", "{'TableName':'Slow'}", "Table", "TableStatus"), Is.EqualTo("\"CREATING\""));
        Assert.That(
            await slow.CallAsync("GetItem", "{'TableName':'Slow','Key':{'pk':{'S':'a'}}}"), Does.Contain("Requested resource not found"));
        Assert.That(await slow.CallAsync("DeleteTable", "{'TableName':'Slow'}"), Does.Contain("Table is being created: Slow"));

        time.Advance(seconds: 5);
        Assert.That(await slow.CallAsync("GetItem", "{'TableName':'Slow','Key':{'pk':{'S':'a'}}}"), Is.EqualTo("{}"));
        await slow.CallAsync("DeleteTable", "{'TableName':'Slow'}");
        Assert.That(await slow.ReadAsync("DescribeTable", "{'TableName':'Slow'}", "Table", "TableStatus"), Is.EqualTo("\"DELETING\""));
        time.Advance(seconds: 5);
        Assert.That(await slow.CallAsync("DescribeTable", "{'TableName':'Slow'}"), Does.Contain("not found"));
        await slow.CreateHashTableAsync("Slow");
    }

    [Test]
    public async Task Tags_AddedChangedAndRemoved_AreListed()
    {
        const string Arn = "'ResourceArn':'arn:aws:dynamodb:us-east-1:000000000000:table/Games'";
        Assert.That(
            await rig.CallAsync("TagResource", $"{{{Arn},'Tags':[{{'Key':'team','Value':'red'}},{{'Key':'env','Value':'test'}}]}}"),
            Is.Empty);
        Assert.That(await rig.CallAsync("TagResource", $"{{{Arn},'Tags':[{{'Key':'team','Value':'blue'}}]}}"), Is.Empty);
        Assert.That(await rig.CallAsync("UntagResource", $"{{{Arn},'TagKeys':['env','absent']}}"), Is.Empty);
        Assert.That(
            await rig.CallAsync("ListTagsOfResource", $"{{{Arn}}}"), Is.EqualTo("{\"Tags\":[{\"Key\":\"team\",\"Value\":\"blue\"}]}"));
        Assert.That(
            await rig.CallAsync("TagResource", $"{{{Arn},'Tags':[]}}"), Does.Contain("Atleast one Tag needs to be provided as Input."));
        Assert.That(
            await rig.CallAsync("TagResource", $"{{{Arn},'Tags':[{{'Key':'aws:x','Value':'y'}}]}}"),
            Does.Contain("Tag Key cannot be prefixed with aws:, Key: aws:x"));
        Assert.That(
            await rig.CallAsync("ListTagsOfResource", $"{{{Arn.Replace("Games", "Absent")}}}"), Does.Contain("AccessDeniedException"));
    }

    private Task WaitForIndexAsync(string name = "by-score") => rig.WaitForIndexAsync("Games", name);

    /// <summary>A clock on which a second passes at each look.</summary>
    private sealed class TickingTime : TimeProvider
    {
        private int looks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(1_893_456_000 + Interlocked.Increment(ref looks));
    }
}
