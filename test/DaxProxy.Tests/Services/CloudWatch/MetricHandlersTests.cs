using System.Text.Json.Nodes;
using DaxProxy.Engine.Services;
using NUnit.Framework;

namespace DaxProxy.Tests.Services.CloudWatch;

public sealed class MetricHandlersTests
{
    private const long Begin = 1893456000;

    private ServiceRig rig = null!;

    [SetUp]
    public void Start() => rig = new ServiceRig();

    [TearDown]
    public void Stop() => rig.Dispose();

    [Test]
    public async Task ConsumedCapacity_OfTablesAndIndexes_IsCountedByTheMinute()
    {
        await rig.CreateTableAsync(10, more: "'GlobalSecondaryIndexes':[{'IndexName':'byG','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],"
            + "'Projection':{'ProjectionType':'KEYS_ONLY'},'ProvisionedThroughput':{'ReadCapacityUnits':10,'WriteCapacityUnits':10}}]");
        await rig.LoadAsync(2, 3, ",'g':{'S':'x'}");
        await rig.CallAsync("GetItem", "{'TableName':'Tab','Key':{'pk':{'S':'k1'}},'ConsistentRead':true}");
        await rig.CallAsync("Query", "{'TableName':'Tab','IndexName':'byG','KeyConditionExpression':'g = :g','ExpressionAttributeValues':{':g':{'S':'x'}}}");
        await rig.CallAsync("TransactGetItems", "{'TransactItems':[{'Get':{'TableName':'Tab','Key':{'pk':{'S':'none'}}}}]}");
        Assert.That(await SumsAsync("ConsumedWriteCapacityUnits"), Is.EqualTo(new[] { 180.0, 180.0 }));
        Assert.That(await SumsAsync("ConsumedWriteCapacityUnits", ",{'Name':'GlobalSecondaryIndexName','Value':'byG'}"), Has.Count.EqualTo(1).And.All.EqualTo(7.0), "an entry that stays costs nothing");
        Assert.That(await SumsAsync("ConsumedReadCapacityUnits"), Is.EqualTo(new[] { 3.0 }), "one for the item, two for a transaction");
        Assert.That(await SumsAsync("ConsumedReadCapacityUnits", ",{'Name':'GlobalSecondaryIndexName','Value':'byG'}"), Is.EqualTo(new[] { 0.5 }));
    }

    [Test]
    public async Task WritesThatFailTheirCondition_Consume_AndBatchesAndTransactionsDo()
    {
        await rig.CreateTableAsync(10);
        await rig.CallAsync("PutItem", "{'TableName':'Tab','Item':{'pk':{'S':'a'}},'ConditionExpression':'attribute_exists(pk)'}");
        await rig.CallAsync("BatchWriteItem", "{'RequestItems':{'Tab':[{'PutRequest':{'Item':{'pk':{'S':'b'}}}},{'PutRequest':{'Item':{'pk':{'S':'c'}}}}]}}");
        await rig.CallAsync("TransactWriteItems", "{'TransactItems':[{'Put':{'TableName':'Tab','Item':{'pk':{'S':'d'}}}}]}");
        await rig.CallAsync("PutItem", "{'TableName':'None','Item':{'pk':{'S':'a'}}}");
        Assert.That(await SumsAsync("ConsumedWriteCapacityUnits"), Is.EqualTo(new[] { 5.0 }));
    }

    [Test]
    public async Task ThrottledRequests_AreEvents_AndConsumeNothing()
    {
        rig.Dispose();
        rig = new ServiceRig(isEnforced: true);
        await rig.CreateTableAsync(5);
        int refused = await rig.LoadAsync(1, 10);
        Assert.That(refused, Is.GreaterThan(10));
        Assert.That(await SumsAsync("WriteThrottleEvents"), Is.EqualTo(new[] { (double)refused }));
        Assert.That(await SumsAsync("WriteProvisionedThroughputThrottleEvents"), Is.EqualTo(new[] { (double)refused }));
        Assert.That(await SumsAsync("ConsumedWriteCapacityUnits"), Is.EqualTo(new[] { 10.0 * (60 - refused) }));
    }

    [Test]
    public async Task GetMetricStatistics_GathersMinutesIntoPeriods()
    {
        await PutAsync(0, 1);
        await PutAsync(30, 3);
        await PutAsync(60, 5);
        await PutAsync(301, 7);
        JsonObject five = await StatisticsAsync(300);
        Assert.That(five["Datapoints"]!.AsArray().Select(point => point!.ToJsonString()), Is.EqualTo(new[]
        {
            "{\"Timestamp\":1893456000,\"Sum\":9,\"SampleCount\":3,\"Average\":3,\"Minimum\":1,\"Maximum\":5,\"Unit\":\"None\"}",
            "{\"Timestamp\":1893456300,\"Sum\":7,\"SampleCount\":1,\"Average\":7,\"Minimum\":7,\"Maximum\":7,\"Unit\":\"None\"}",
        }));
        Assert.That((await StatisticsAsync(60))["Datapoints"]!.AsArray(), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task GetMetricData_IsPagedByDatapoints_LatestFirst()
    {
        for (int minute = 0; minute < 5; minute++)
        {
            await PutAsync(minute * 60, minute);
        }

        rig.Time.Advance(600);
        List<double> values = [];
        string? token = null;
        do
        {
            JsonObject page = (await ServiceRig.AskAsync(rig.CloudWatch, "GetMetricData", QueryOf($",'MaxDatapoints':2{(token is null ? "" : $",'NextToken':'{token}'")}"))).Result!;
            values.AddRange(page["MetricDataResults"]!.AsArray().SelectMany(result => result!["Values"]!.AsArray()).Select(value => (double)value!));
            token = (string?)page["NextToken"];
        }
        while (token is not null);

        Assert.That(values, Is.EqualTo(new[] { 4.0, 3, 2, 1, 0 }));
    }

    [TestCase("'MetricData':[{'MetricName':'m','Value':1}]", "AWS/DynamoDB", "InvalidParameterValueException: The value AWS/")]
    [TestCase("'MetricData':[]", "mine", "MissingRequiredParameterException")]
    [TestCase("'MetricData':[{'MetricName':'m'}]", "mine", "InvalidParameterCombinationException")]
    [TestCase("'MetricData':[{'MetricName':'m','Value':1,'Values':[1]}]", "mine", "InvalidParameterCombinationException")]
    [TestCase("'MetricData':[{'MetricName':'m','Value':1,'Timestamp':1000000000}]", "mine", "InvalidParameterValueException: The parameter Timestamp")]
    [TestCase("'MetricData':[{'MetricName':'m','Values':[1,2],'Counts':[1]}]", "mine", "InvalidParameterValueException: Values")]
    [TestCase("'MetricData':[{'MetricName':'m','Value':1e300}]", "mine", "InvalidParameterValueException: Values must be within")]
    [TestCase("'MetricData':[{'MetricName':'m','StatisticValues':{'SampleCount':0,'Sum':1,'Minimum':1,'Maximum':1}}]", "mine", "InvalidParameterValueException: StatisticValues")]
    public async Task PutMetricData_ThatMayNotBe_IsRefused(string members, string space, string fault)
    {
        Assert.That((await ServiceRig.AskAsync(rig.CloudWatch, "PutMetricData", $"{{'Namespace':'{space}',{members}}}")).Fault, Does.StartWith(fault));
        Assert.That(rig.Metrics.Metrics, Is.Empty);
    }

    [TestCase("'Period':61", "InvalidParameterValueException: The parameter Period")]
    [TestCase("'Period':60,'ExtendedStatistics':['p99']", "InvalidParameterValueException: Percentiles")]
    [TestCase("'Period':60", "MissingRequiredParameterException")]
    [TestCase("'Period':60,'Statistics':['Sum'],'EndTime':1893556000", "InvalidParameterCombinationException: You have requested up to 1667 datapoints, which exceeds the limit of 1440.")]
    [TestCase("'Period':60,'Statistics':['Sum'],'EndTime':1893456000", "InvalidParameterCombinationException: The parameter StartTime")]
    public async Task GetMetricStatistics_ThatMayNotBe_IsRefused(string members, string fault) => Assert.That(
        (await ServiceRig.AskAsync(
            rig.CloudWatch, "GetMetricStatistics", $"{{'Namespace':'mine','MetricName':'m','StartTime':{Begin},{(members.Contains("EndTime", StringComparison.Ordinal) ? "" : $"'EndTime':{Begin + 3600},")}{members}}}")).Fault,
        Does.StartWith(fault));

    [Test]
    public async Task ListMetrics_FindsByNamespaceNameAndDimension()
    {
        rig.Metrics.Add(MetricId.Of("mine", "m", ("b", "2"), ("a", "1")), 1);
        rig.Metrics.Add(MetricId.Of("mine", "n"), 1);
        rig.Metrics.Add(MetricId.Of("yours", "m"), 1);
        Assert.That(await ListAsync("{}"), Is.EqualTo(new[] { "mine m a=1,b=2", "mine n ", "yours m " }));
        Assert.That(await ListAsync("{'Namespace':'mine','MetricName':'n'}"), Is.EqualTo(new[] { "mine n " }));
        Assert.That(await ListAsync("{'Dimensions':[{'Name':'a'}]}"), Is.EqualTo(new[] { "mine m a=1,b=2" }));
        Assert.That(await ListAsync("{'Dimensions':[{'Name':'a','Value':'2'}]}"), Is.Empty);

        async Task<IEnumerable<string>> ListAsync(string json) =>
            (await ServiceRig.AskAsync(rig.CloudWatch, "ListMetrics", json)).Result!["Metrics"]!.AsArray().Select(metric =>
                $"{metric!["Namespace"]} {metric["MetricName"]} {string.Join(',', metric["Dimensions"]!.AsArray().Select(one => $"{one!["Name"]}={one["Value"]}"))}");
    }

    private async Task PutAsync(int second, double value) => Assert.That(
        (await ServiceRig.AskAsync(rig.CloudWatch, "PutMetricData", $"{{'Namespace':'mine','MetricData':[{{'MetricName':'m','Timestamp':{Begin + second},'Value':{value}}}]}}")).Fault, Is.Null);

    private async Task<JsonObject> StatisticsAsync(int period) => (await ServiceRig.AskAsync(
        rig.CloudWatch,
        "GetMetricStatistics",
        $"{{'Namespace':'mine','MetricName':'m','StartTime':{Begin},'EndTime':{Begin + 3600},'Period':{period},'Statistics':['Sum','SampleCount','Average','Minimum','Maximum']}}")).Result!;

    private static string QueryOf(string more) => $"{{'StartTime':{Begin},'EndTime':{Begin + 3600}{more},'MetricDataQueries':[{{'Id':'q','MetricStat':"
        + "{'Metric':{'Namespace':'mine','MetricName':'m'},'Period':60,'Stat':'Sum'}}]}";

    private async Task<List<double>> SumsAsync(string metric, string more = "")
    {
        string json = $"{{'StartTime':{Begin},'EndTime':{Begin + 86400},'ScanBy':'TimestampAscending','MetricDataQueries':[{{'Id':'q','MetricStat':{{'Metric':{{'Namespace':'AWS/DynamoDB','MetricName':'{metric}',"
            + $"'Dimensions':[{{'Name':'TableName','Value':'Tab'}}{more}]}},'Period':60,'Stat':'Sum'}}}}]}}";
        return [.. (await ServiceRig.AskAsync(rig.CloudWatch, "GetMetricData", json)).Result!["MetricDataResults"]![0]!["Values"]!.AsArray().Select(value => (double)value!)];
    }
}
