using System.Text.Json.Nodes;
using DaxProxy.Engine.Services;
using DaxProxy.Services.CloudWatch;
using NUnit.Framework;

namespace DaxProxy.Tests.Services.CloudWatch;

public sealed class AlarmTests
{
    private ServiceRig rig = null!;

    [SetUp]
    public void Start() => rig = new ServiceRig();

    [TearDown]
    public void Stop() => rig.Dispose();

    [TestCase("missing", "9 9", "ALARM")]
    [TestCase("missing", "9 1", "OK")]
    [TestCase("missing", "- -", "INSUFFICIENT_DATA")]
    [TestCase("missing", "9 -", "INSUFFICIENT_DATA")]
    [TestCase("breaching", "- -", "ALARM")]
    [TestCase("breaching", "9 -", "ALARM")]
    [TestCase("notBreaching", "9 -", "OK")]
    [TestCase("notBreaching", "- -", "OK")]
    public async Task Alarm_TellsFromItsPeriods_WhatStateItIsIn(string missing, string values, string state)
    {
        await PutAsync($"'TreatMissingData':'{missing}'");
        Give(values);
        rig.Board.Evaluate(rig.Time.GetUtcNow());
        Assert.That(rig.Board.Find("a")!.State, Is.EqualTo(state));
    }

    [Test]
    public async Task Alarm_ThatIgnoresMissingData_KeepsItsState()
    {
        await PutAsync("'TreatMissingData':'ignore'");
        Give("9 9");
        rig.Board.Evaluate(rig.Time.GetUtcNow());
        Give("- -");
        rig.Board.Evaluate(rig.Time.GetUtcNow());
        Assert.That(rig.Board.Find("a")!.State, Is.EqualTo(Alarm.Alerting));
    }

    [Test]
    public async Task Alarm_NeedsAsManyDatapointsAsItSays()
    {
        await PutAsync("'EvaluationPeriods':3,'DatapointsToAlarm':2");
        Give("9 1 9");
        rig.Board.Evaluate(rig.Time.GetUtcNow());
        Alarm alarm = rig.Board.Find("a")!;
        Assert.That(alarm.State, Is.EqualTo(Alarm.Alerting));
        Assert.That(alarm.Reason, Is.EqualTo(
            "Threshold Crossed: 2 out of the last 3 datapoints [9 (01/01/30 00:00:00), 9 (01/01/30 00:02:00)] were greater than the threshold (5) "
            + "(minimum 2 datapoints for OK -> ALARM transition)."));
    }

    [TestCase("GreaterThanOrEqualToThreshold", "5 5", true)]
    [TestCase("GreaterThanThreshold", "5 5", false)]
    [TestCase("LessThanThreshold", "5 5", false)]
    [TestCase("LessThanOrEqualToThreshold", "5 5", true)]
    public async Task Comparison_IsAsItsNameSays(string comparison, string values, bool isAlarm)
    {
        await PutAsync($"'ComparisonOperator':'{comparison}'");
        Give(values);
        rig.Board.Evaluate(rig.Time.GetUtcNow());
        Assert.That(rig.Board.Find("a")!.State == Alarm.Alerting, Is.EqualTo(isAlarm));
    }

    [TestCase("'Threshold':null", "The parameter Threshold is required.")]
    [TestCase("'Period':45", "The parameter Period must be")]
    [TestCase("'EvaluationPeriods':1,'DatapointsToAlarm':2", "The parameter DatapointsToAlarm")]
    [TestCase("'ComparisonOperator':'GreaterThanUpperThreshold'", "The parameter ComparisonOperator")]
    [TestCase("'ExtendedStatistic':'p99'", "ExtendedStatistic is not supported here")]
    [TestCase("'Metrics':[{'Id':'m'}]", "Metrics is not supported here")]
    [TestCase("'Period':86400,'EvaluationPeriods':8", "Metrics cannot be checked across more than")]
    public async Task PutMetricAlarm_ThatMayNotBe_IsRefused(string member, string fault)
    {
        Assert.That(await TryPutAsync(member), Does.StartWith("ValidationError: " + fault));
        Assert.That(rig.Board.All, Is.Empty);
    }

    [Test]
    public async Task DescribeAlarms_FindsByNamePrefixStateAndAction_InPages()
    {
        foreach (string name in (string[])["a", "b", "c"])
        {
            await PutAsync($"'AlarmActions':['arn:{name}']", name);
        }

        await ServiceRig.AskAsync(rig.CloudWatch, "SetAlarmState", "{'AlarmName':'b','StateValue':'ALARM','StateReason':'a drill'}");
        Assert.That(await NamesAsync("{'AlarmNames':['c','none']}"), Is.EqualTo("c"));
        Assert.That(await NamesAsync("{'AlarmNamePrefix':'a'}"), Is.EqualTo("a"));
        Assert.That(await NamesAsync("{'StateValue':'ALARM'}"), Is.EqualTo("b"));
        Assert.That(await NamesAsync("{'ActionPrefix':'arn:c'}"), Is.EqualTo("c"));
        Assert.That(await NamesAsync("{'AlarmTypes':['CompositeAlarm']}"), Is.Empty);
        Assert.That(await NamesAsync("{'MaxRecords':2}"), Is.EqualTo("a,b > b"));
        Assert.That(await NamesAsync("{'MaxRecords':2,'NextToken':'b'}"), Is.EqualTo("c"));
        Assert.That((await ServiceRig.AskAsync(rig.CloudWatch, "DescribeAlarmsForMetric", "{'Namespace':'mine','MetricName':'m'}")).Result!["MetricAlarms"]!.AsArray(), Has.Count.EqualTo(3));

        async Task<string> NamesAsync(string json)
        {
            JsonObject result = (await ServiceRig.AskAsync(rig.CloudWatch, "DescribeAlarms", json)).Result!;
            string names = string.Join(',', result["MetricAlarms"]!.AsArray().Select(alarm => (string?)alarm!["AlarmName"]));
            return result["NextToken"] is { } token ? $"{names} > {token}" : names;
        }
    }

    [Test]
    public async Task DeleteAlarms_TagsAndSwitches_WorkOnTheAlarm()
    {
        await PutAsync("'Tags':[{'Key':'k','Value':'v'}]");
        string arn = rig.Board.ArnOf("a");
        await ServiceRig.AskAsync(rig.CloudWatch, "TagResource", $"{{'ResourceARN':'{arn}','Tags':[{{'Key':'x','Value':'y'}}]}}");
        await ServiceRig.AskAsync(rig.CloudWatch, "UntagResource", $"{{'ResourceARN':'{arn}','TagKeys':['k']}}");
        await ServiceRig.AskAsync(rig.CloudWatch, "DisableAlarmActions", "{'AlarmNames':['a']}");
        Assert.That((await ServiceRig.AskAsync(rig.CloudWatch, "ListTagsForResource", $"{{'ResourceARN':'{arn}'}}")).Result!.ToJsonString(), Is.EqualTo("{\"Tags\":[{\"Key\":\"x\",\"Value\":\"y\"}]}"));
        Assert.That(rig.Board.Find("a")!.ActionsEnabled, Is.False);
        Assert.That((await ServiceRig.AskAsync(rig.CloudWatch, "DeleteAlarms", "{'AlarmNames':['a']}")).Fault, Is.Null);
        Assert.That((await ServiceRig.AskAsync(rig.CloudWatch, "DeleteAlarms", "{'AlarmNames':['a']}")).Fault, Does.StartWith("ResourceNotFound"));
    }

    private async Task PutAsync(string member, string name = "a") => Assert.That(await TryPutAsync(member, name), Is.Null);

    private async Task<string?> TryPutAsync(string member, string name = "a")
    {
        JsonObject input = JsonNode.Parse(
            $"{{'AlarmName':'{name}','Namespace':'mine','MetricName':'m','Statistic':'Sum','Period':60,'EvaluationPeriods':2,'Threshold':5,'ComparisonOperator':'GreaterThanThreshold'}}".Replace('\'', '"'))!.AsObject();
        foreach ((string key, JsonNode? value) in JsonNode.Parse($"{{{member}}}".Replace('\'', '"'))!.AsObject())
        {
            input[key] = value?.DeepClone();
        }

        return (await ServiceRig.AskAsync(rig.CloudWatch, "PutMetricAlarm", input.ToJsonString())).Fault;
    }

    /// <summary>A value for each minute, and none for a dash.</summary>
    private void Give(string values)
    {
        foreach (string value in values.Split(' '))
        {
            if (value != "-")
            {
                rig.Metrics.Add(MetricId.Of("mine", "m"), value[0] - '0');
            }

            rig.Time.Advance(60);
        }
    }

    [TestCase("TagResource", ",'Tags':[{'Key':'a','Value':'b'}]")]
    [TestCase("UntagResource", ",'TagKeys':['a']")]
    [TestCase("ListTagsForResource", "")]
    public async Task TagsOfAnUnknownAlarm_AreRefusedAsTheModelSays(string operation, string more) => Assert.That(
        (await ServiceRig.AskAsync(rig.CloudWatch, operation, $"{{'ResourceARN':'arn:aws:cloudwatch:us-east-1:000000000000:alarm:none'{more}}}")).Fault,
        Does.StartWith("ResourceNotFoundException: "));

    [Test]
    public async Task DatapointsToAlarm_AreShown_WhereTheyWereSaid()
    {
        await PutAsync("'EvaluationPeriods':3");
        Assert.That((await ServiceRig.AskAsync(rig.CloudWatch, "DescribeAlarms", "{}")).Result!.ToJsonString(), Does.Not.Contain("DatapointsToAlarm"));
        await PutAsync("'EvaluationPeriods':3,'DatapointsToAlarm':2");
        Assert.That((await ServiceRig.AskAsync(rig.CloudWatch, "DescribeAlarms", "{}")).Result!.ToJsonString(), Does.Contain("\"DatapointsToAlarm\":2"));
    }
}
