using System.Globalization;
using System.Text.Json.Nodes;
using DaxProxy.Core.Items;
using DaxProxy.Engine.Insights;
using DaxProxy.Tests.Caching;
using DaxProxy.Tests.Engine.Throughput;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Insights;

/// <summary>
/// What Contributor Insights counts. Source of the units, the rules and what is left out: DynamoDB's developer guide, "CloudWatch
/// contributor insights for DynamoDB: How it works".
/// </summary>
public sealed class ContributorInsightsTests
{
    private const string Table = "'TableName':'Tab','ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':5},"
        + "'KeySchema':[{'AttributeName':'p','KeyType':'HASH'},{'AttributeName':'s','KeyType':'RANGE'}],'AttributeDefinitions':["
        + "{'AttributeName':'p','AttributeType':'S'},{'AttributeName':'s','AttributeType':'N'},{'AttributeName':'g','AttributeType':'S'}],"
        + "'GlobalSecondaryIndexes':[{'IndexName':'byG','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],"
        + "'Projection':{'ProjectionType':'ALL'},'ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':5}}]";

    private ThroughputRig rig = null!;

    [SetUp]
    public async Task StartAsync()
    {
        rig = new ThroughputRig(isEnforced: TestContext.CurrentContext.Test.Name.Contains("Throttled", StringComparison.Ordinal));
        Assert.That(await rig.CallAsync("CreateTable", $"{{{Table}}}"), Does.Contain("TableArn"));
    }

    [TearDown]
    public void Stop() => rig.Dispose();

    [Test]
    public async Task Rules_AreThoseOfTheModeAndTheKey()
    {
        Assert.That(rig.Engine.Contributors.Rules, Is.Empty);
        Assert.That(await rig.CallAsync("DescribeContributorInsights", "{'TableName':'Tab'}"), Does.Not.Contain("Rule"));
        await SwitchAsync();
        await SwitchAsync(index: "byG", mode: "THROTTLED_KEYS");
        string at = rig.Time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        string[] ofTable = [.. new[] { "PKC", "SKC", "PKT", "SKT" }.Select(kind => $"DynamoDBContributorInsights-{kind}-Tab-{at}")];
        string ofIndex = $"DynamoDBContributorInsights-PKT-Tab-byG-{at}";
        JsonNode described = JsonNode.Parse(await rig.CallAsync("DescribeContributorInsights", "{'TableName':'Tab'}"))!;
        Assert.That(described["ContributorInsightsRuleList"]!.AsArray().Select(rule => (string?)rule), Is.EqualTo(ofTable));
        Assert.That(
            await rig.CallAsync("DescribeContributorInsights", "{'TableName':'Tab','IndexName':'byG'}"),
            Does.Contain($"\"ContributorInsightsRuleList\":[\"{ofIndex}\"]"));
        Assert.That(rig.Engine.Contributors.Rules.Select(rule => rule.Name), Is.EqualTo((string[])[.. ofTable, ofIndex]));
        Assert.That(rig.Engine.Contributors.Rules[1].KeyNames, Is.EqualTo(new[] { "p", "s" }));
    }

    [Test]
    public async Task RuleName_OfALongTable_IsCutToWhatCloudWatchTakes()
    {
        string name = new('t', 255);
        await rig.CreateAsync(name);
        await SwitchAsync(name);
        Assert.That(rig.Engine.Contributors.Rules.Select(rule => rule.Name.Length), Is.All.EqualTo(128));
        Assert.That(rig.Engine.Contributors.Rules.Select(rule => rule.Name), Is.Unique);
    }

    [Test]
    public async Task Units_AreReadUnitsAndThreeTimesTheWriteUnits()
    {
        await PutAsync("before", 1);
        await SwitchAsync();
        await SwitchAsync(index: "byG");
        await PutAsync("a", 1, ",'g':{'S':'red'}");
        await rig.CallAsync("GetItem", "{'TableName':'Tab','Key':{'p':{'S':'a'},'s':{'N':'1.0'}}}");
        await rig.CallAsync("BatchGetItem", "{'RequestItems':{'Tab':{'ConsistentRead':true,'Keys':[{'p':{'S':'a'},'s':{'N':'1'}},{'p':{'S':'b'},'s':{'N':'1'}}]}}}");
        await rig.CallAsync("TransactGetItems", "{'TransactItems':[{'Get':{'TableName':'Tab','Key':{'p':{'S':'a'},'s':{'N':'1'}}}}]}");
        Assert.That(Read("PKC"), Is.EqualTo("a:6.5 b:1"), "3 + 0.5 + 1 + 2, and the absent item");
        Assert.That(Read("SKC"), Is.EqualTo("a/1:6.5 b/1:1"));
        Assert.That(Read("PKC", "byG"), Is.EqualTo("red:3"));

        await rig.CallAsync("UpdateItem", "{'TableName':'Tab','Key':{'p':{'S':'c'},'s':{'N':'1'}},'UpdateExpression':'SET g=:g','ExpressionAttributeValues':{':g':{'S':'blue'}}}");
        await rig.CallAsync("DeleteItem", "{'TableName':'Tab','Key':{'p':{'S':'c'},'s':{'N':'1'}}}");
        await rig.CallAsync("BatchWriteItem", "{'RequestItems':{'Tab':[{'PutRequest':{'Item':{'p':{'S':'c'},'s':{'N':'2'}}}}]}}");
        await rig.CallAsync("TransactWriteItems", "{'TransactItems':[{'Put':{'TableName':'Tab','Item':{'p':{'S':'c'},'s':{'N':'3'}}}}]}");
        Assert.That(Read("PKC"), Is.EqualTo("c:15 a:6.5 b:1"), "3 + 3 + 3 + 6");
        Assert.That(Read("SKC"), Is.EqualTo("a/1:6.5 c/1:6 c/3:6 c/2:3 b/1:1"));
        Assert.That(Read("PKC", "byG"), Is.EqualTo("blue:6 red:3"));

        // What was refused for another reason took nothing; a condition that failed took what its item does.
        await rig.CallAsync("PutItem", "{'TableName':'Tab','Item':{'p':{'S':'d'},'s':{'N':'1'}},'ConditionExpression':'attribute_exists(p)'}");
        await rig.CallAsync("UpdateItem", "{'TableName':'Tab','Key':{'p':{'S':'e'},'s':{'N':'1'}},'UpdateExpression':'SET x=y'}");
        Assert.That(Read("PKC"), Is.EqualTo("c:15 a:6.5 d:3 b:1"));
    }

    [Test]
    public async Task Units_OfAnEntryThatMoves_AreOfBothKeys()
    {
        await PutAsync("a", 1, ",'g':{'S':'red'}");
        await SwitchAsync(index: "byG");
        await PutAsync("a", 1, ",'g':{'S':'blue'}");
        Assert.That(Read("PKC", "byG"), Is.EqualTo("blue:3 red:3"), "one is removed, and one is made");
        await PutAsync("a", 1, ",'g':{'S':'blue'},'more':{'S':'x'}");
        Assert.That(Read("PKC", "byG"), Is.EqualTo("blue:6 red:3"));
    }

    [Test]
    public async Task Query_CountsForItsPartitionAlone_AndScanForTheItemsThatItRead()
    {
        foreach (int sort in (int[])[1, 2])
        {
            await PutAsync("a", sort, ",'g':{'S':'red'}");
        }

        await SwitchAsync();
        await SwitchAsync(index: "byG");
        await rig.CallAsync("Query", "{'TableName':'Tab','KeyConditionExpression':'p=:p','ExpressionAttributeValues':{':p':{'S':'a'}}}");
        await rig.CallAsync("Query", "{'TableName':'Tab','IndexName':'byG','KeyConditionExpression':'g=:p','ExpressionAttributeValues':{':p':{'S':'red'}}}");
        Assert.That((Read("PKC"), Read("SKC"), Read("PKC", "byG")), Is.EqualTo(("a:0.5", "", "red:0.5")));
        await rig.CallAsync("Scan", "{'TableName':'Tab','ConsistentRead':true}");
        Assert.That((Read("PKC"), Read("SKC")), Is.EqualTo(("a:1.5", "a/1:0.5 a/2:0.5")));
    }

    [Test]
    public async Task Throttled_AreCountedByRequest_ButNotWhatAnIndexHadNoRoomFor()
    {
        await SwitchAsync(mode: "THROTTLED_KEYS");
        await PutAsync("a", 1, $",'pad':{{'S':'{new string('x', 30_000)}'}}");
        await PutAsync("b", 1);
        await PutAsync("b", 2);
        await rig.CallAsync("BatchWriteItem", "{'RequestItems':{'Tab':[{'PutRequest':{'Item':{'p':{'S':'c'},'s':{'N':'2'}}}}]}}");
        await rig.CallAsync("TransactWriteItems", "{'TransactItems':[{'Put':{'TableName':'Tab','Item':{'p':{'S':'d'},'s':{'N':'3'}}}}]}");
        Assert.That((Read("PKT"), Read("SKT")), Is.EqualTo(("b:2 c:1 d:1", "b/1:1 b/2:1 c/2:1 d/3:1")));
        Assert.That(rig.Engine.Contributors.Rules.Select(rule => rule.Kind), Has.None.EqualTo(ContributorRuleKind.PartitionKeysAccessed));

        await rig.CallAsync("UpdateTable", "{'TableName':'Tab','ProvisionedThroughput':{'ReadCapacityUnits':1,'WriteCapacityUnits':1000}}");
        rig.Time.Advance(1);
        await PutAsync("e", 1, $",'g':{{'S':'red'}},'pad':{{'S':'{new string('x', 30_000)}'}}");
        Assert.That(await PutAsync("e", 2, ",'g':{'S':'red'}"), Does.Contain("IndexWriteProvisionedThroughputExceeded"));
        Assert.That(Read("PKT"), Is.EqualTo("b:2 c:1 d:1"));

        for (int i = 0; i < 9; i++)
        {
            await rig.CallAsync("Query", "{'TableName':'Tab','ConsistentRead':true,'KeyConditionExpression':'p=:p','ExpressionAttributeValues':{':p':{'S':'q'}}}");
        }

        Assert.That((Read("PKT"), Read("SKT")), Is.EqualTo(("q:3 b:2 c:1 d:1", "b/1:1 b/2:1 c/2:1 d/3:1")), "six units were saved");
    }

    [Test]
    public async Task Report_IsOfTheMinutesAskedFor_AndForgetsAfterAnHour()
    {
        await SwitchAsync();
        DateTimeOffset begin = MinuteOf(rig.Time.GetUtcNow());
        await PutAsync("a", 1);
        rig.Time.Advance(60);
        await PutAsync("a", 1);
        await PutAsync("b", 1);
        Assert.That(Read("PKC"), Is.EqualTo("a:6 b:3"));
        string rule = RuleOf("PKC", null).Name;
        ContributorReport second =
            rig.Engine.Contributors.Read(rule, begin.AddMinutes(1), begin.AddMinutes(2), TimeSpan.FromMinutes(1), 25)!;
        Assert.That((second.Sum, second.UniqueContributors, second.Contributors.Count), Is.EqualTo((6, 2, 2)));
        ContributorReport both = rig.Engine.Contributors.Read(rule, begin, begin.AddMinutes(2), TimeSpan.FromMinutes(1), 1)!;
        Assert.That(
            both.Contributors.Single().Points,
            Is.EqualTo(new[] { new ContributorPoint(begin, 3), new ContributorPoint(begin.AddMinutes(1), 3) }));
        Assert.That(
            both.Periods.Select(period => (period.Start, period.Sum, period.Max)),
            Is.EqualTo(new[] { (begin, 3d, 3d), (begin.AddMinutes(1), 6d, 3d) }));
        ContributorReport hours = rig.Engine.Contributors.Read(rule, begin.AddHours(-1), begin.AddHours(1), TimeSpan.FromHours(1), 25)!;
        Assert.That(hours.Periods.Sum(period => period.Sum), Is.EqualTo(9));
        Assert.That(rig.Engine.Contributors.Read("DynamoDBContributorInsights-PKC-Tab-1", begin, begin.AddHours(1), TimeSpan.FromMinutes(1), 25), Is.Null);
        rig.Time.Advance(59 * 60);
        Assert.That(Read("PKC"), Is.EqualTo("a:3 b:3"));
        rig.Time.Advance(60);
        Assert.That(Read("PKC"), Is.Empty);
    }

    [Test]
    public async Task ManyKeys_AreCountedInConstantMemory_AndTheHotOneIsFound()
    {
        await SwitchAsync();
        for (int i = 0; i < 2000; i++)
        {
            await rig.CallAsync("GetItem", $"{{'TableName':'Tab','Key':{{'p':{{'S':'{(i % 4 == 0 ? "hot" : i)}'}},'s':{{'N':'1'}}}}}}");
        }

        ContributorReport report = ReportOf("PKC", null);
        Assert.That(report.Sum, Is.EqualTo(1000));
        Assert.That(report.UniqueContributors, Is.EqualTo(256));
        Assert.That(report.Contributors, Has.Count.EqualTo(ContributorReports.MostContributors));
        Assert.That(report.Contributors[0].Key["p"].String, Is.EqualTo("hot"));
        Assert.That(report.Contributors[0].Sum, Is.InRange(250, 250 + (1000.0 / 256)));
    }

    [Test]
    public async Task SwitchedOff_OrDropped_ForgetsWhatWasCounted()
    {
        await SwitchAsync();
        await SwitchAsync(index: "byG");
        await PutAsync("a", 1);
        await rig.CallAsync("UpdateContributorInsights", "{'TableName':'Tab','ContributorInsightsAction':'DISABLE'}");
        Assert.That(rig.Engine.Contributors.Rules.Select(rule => rule.IndexName), Is.All.EqualTo("byG"));
        await SwitchAsync();
        Assert.That(Read("PKC"), Is.Empty);
        await rig.CallAsync("UpdateTable", "{'TableName':'Tab','GlobalSecondaryIndexUpdates':[{'Delete':{'IndexName':'byG'}}]}");
        Assert.That(rig.Engine.Contributors.Rules.Select(rule => rule.IndexName), Is.All.Null);
        await rig.CallAsync("DeleteTable", "{'TableName':'Tab'}");
        Assert.That(rig.Engine.Contributors.Rules, Is.Empty);
        await rig.CallAsync("CreateTable", $"{{{Table}}}");
        Assert.That(rig.Engine.Contributors.Rules, Is.Empty);
    }

    [Test]
    public async Task SwitchedOn_CountsOnAfterARestart()
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-insights-").FullName;
        try
        {
            ManualTime time = new();
            string name;
            using (EngineRig first = new(folder, time))
            {
                await first.CreateHashTableAsync("Tab");
                await first.CallAsync("UpdateContributorInsights", "{'TableName':'Tab','ContributorInsightsAction':'ENABLE'}");
                name = first.Backend.Contributors.Rules[0].Name;
            }

            time.Advance(5);
            using EngineRig second = new(folder, time);
            Assert.That(second.Backend.Contributors.Rules[0].Name, Is.EqualTo(name));
            await second.CallAsync("PutItem", "{'TableName':'Tab','Item':{'pk':{'S':'a'}}}");
            DateTimeOffset now = time.GetUtcNow();
            ContributorReport report =
                second.Backend.Contributors.Read(name, now.AddHours(-1), now.AddHours(1), TimeSpan.FromMinutes(1), 1)!;
            Assert.That(report.Sum, Is.EqualTo(3));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Text(AttributeValue value) => value.Type == AttributeType.N ? $"{value.Number}" : value.String;

    private static DateTimeOffset MinuteOf(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds() / 60 * 60);

    private async Task SwitchAsync(string table = "Tab", string? index = null, string mode = "ACCESSED_AND_THROTTLED_KEYS") => Assert.That(
        await rig.CallAsync(
            "UpdateContributorInsights",
            $"{{'TableName':'{table}','ContributorInsightsAction':'ENABLE','ContributorInsightsMode':'{mode}'{(index is null ? "" : $",'IndexName':'{index}'")}}}"),
        Does.Contain("\"ENABLING\""));

    private Task<string> PutAsync(string partition, int sort, string more = "") =>
        rig.CallAsync("PutItem", $"{{'TableName':'Tab','Item':{{'p':{{'S':'{partition}'}},'s':{{'N':'{sort}'}}{more}}}}}");

    private ContributorRule RuleOf(string kind, string? index) => rig.Engine.Contributors.Rules.Single(
        rule => rule.IndexName == index && rule.Name.StartsWith($"DynamoDBContributorInsights-{kind}-", StringComparison.Ordinal));

    private ContributorReport ReportOf(string kind, string? index) => rig.Engine.Contributors.Read(
        RuleOf(kind, index).Name,
        rig.Time.GetUtcNow() - ContributorReports.Kept,
        rig.Time.GetUtcNow().AddSeconds(1),
        TimeSpan.FromMinutes(1),
        ContributorReports.MostContributors)!;

    /// <summary>The contributors of a rule, the most first, and by their keys where they have contributed alike.</summary>
    private string Read(string kind, string? index = null) => string.Join(' ', ReportOf(kind, index).Contributors
        .Select(one => (Key: string.Join('/', one.Key.Values.Select(Text)), one.Sum))
        .OrderByDescending(one => one.Sum).ThenBy(one => one.Key, StringComparer.Ordinal)
        .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key}:{one.Sum}")));
}
