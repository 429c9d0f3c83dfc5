using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Services.AutoScaling;
using DaxProxy.Services.Model;
using NUnit.Framework;

namespace DaxProxy.Tests.Services.AutoScaling;

public sealed class AutoScalingServiceTests
{
    private ServiceRig rig = null!;

    [SetUp]
    public async Task StartAsync()
    {
        rig = new ServiceRig();
        await rig.CreateTableAsync(10);
    }

    [TearDown]
    public void Stop() => rig.Dispose();

    [Test]
    public void Operations_OfTheModel_AreAllAnswered() =>
        Assert.That(ServiceModel.AutoScaling.Operations.Values, Has.Length.EqualTo(14).And.All.Not.Null);

    [TestCase("'MinCapacity':1", "table/Tab", "ValidationException: MinCapacity and MaxCapacity are required")]
    [TestCase("'MinCapacity':0,'MaxCapacity':5", "table/Tab", "ValidationException: Minimum and maximum capacity")]
    [TestCase("'MinCapacity':6,'MaxCapacity':5", "table/Tab", "ValidationException: Maximum capacity cannot be less")]
    [TestCase("'MinCapacity':1,'MaxCapacity':5", "table/None", "ValidationException: DynamoDB table does not exist: table/None")]
    [TestCase("'MinCapacity':1,'MaxCapacity':5", "table/Tab/index/none", "ValidationException: DynamoDB index does not exist: table/Tab/index/none")]
    [TestCase("'MinCapacity':1,'MaxCapacity':5", "dynamo/Tab", "ValidationException: Unsupported service namespace, resource type or scalable dimension")]
    public async Task RegisterScalableTarget_ThatMayNotBe_IsRefused(string members, string resource, string fault)
    {
        Assert.That((await rig.ScaleAsync("RegisterScalableTarget", members, resource)).Fault, Does.StartWith(fault));
        Assert.That(rig.State.Targets, Is.Empty);
    }

    [Test]
    public async Task RegisterScalableTarget_Again_ChangesWhatItSays_AndKeepsTheRest()
    {
        JsonObject first = (await rig.ScaleAsync("RegisterScalableTarget", "'MinCapacity':2,'MaxCapacity':20,'Tags':{'team':'blue'}")).Result!;
        JsonObject second = (await rig.ScaleAsync("RegisterScalableTarget", "'MaxCapacity':30")).Result!;
        Assert.That((string?)second["ScalableTargetARN"], Is.EqualTo((string?)first["ScalableTargetARN"]).And.StartsWith("arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target/"));
        JsonNode shown = (await ServiceRig.AskAsync(rig.Scaling, "DescribeScalableTargets", "{'ServiceNamespace':'dynamodb','ResourceIds':['table/Tab']}")).Result!["ScalableTargets"]![0]!;
        Assert.That(((int)shown["MinCapacity"]!, (int)shown["MaxCapacity"]!), Is.EqualTo((2, 30)));
        Assert.That((await ServiceRig.AskAsync(rig.Scaling, "ListTagsForResource", $"{{'ResourceARN':'{first["ScalableTargetARN"]}'}}")).Result!.ToJsonString(), Is.EqualTo("{\"Tags\":{\"team\":\"blue\"}}"));
    }

    [Test]
    public async Task Tags_AreSetAndTakenAway_AndOfAnUnknownTargetRefused()
    {
        string arn = (string)(await rig.ScaleAsync("RegisterScalableTarget", "'MinCapacity':2,'MaxCapacity':20")).Result!["ScalableTargetARN"]!;
        await ServiceRig.AskAsync(rig.Scaling, "TagResource", $"{{'ResourceARN':'{arn}','Tags':{{'a':'1','b':'2'}}}}");
        await ServiceRig.AskAsync(rig.Scaling, "UntagResource", $"{{'ResourceARN':'{arn}','TagKeys':['a']}}");
        Assert.That((await ServiceRig.AskAsync(rig.Scaling, "ListTagsForResource", $"{{'ResourceARN':'{arn}'}}")).Result!.ToJsonString(), Is.EqualTo("{\"Tags\":{\"b\":\"2\"}}"));
        Assert.That((await ServiceRig.AskAsync(rig.Scaling, "ListTagsForResource", $"{{'ResourceARN':'{arn}x'}}")).Fault, Does.StartWith("ResourceNotFoundException"));
    }

    [Test]
    public async Task PutScalingPolicy_WithoutItsTarget_IsRefusedInTheServicesWords() => Assert.That(
        (await rig.PutPolicyAsync()).Fault,
        Is.EqualTo("ObjectNotFoundException: No scalable target registered for service namespace: dynamodb, resource ID: table/Tab, scalable dimension: dynamodb:table:WriteCapacityUnits"));

    [TestCase("", 19.0, "half", "DynamoDBWriteCapacityUtilization", "ValidationException: TargetValue must be between 20 and 90")]
    [TestCase("", 91.0, "half", "DynamoDBWriteCapacityUtilization", "ValidationException: TargetValue must be between 20 and 90")]
    [TestCase("", 50.0, "half", "DynamoDBReadCapacityUtilization", "ValidationException: DynamoDBReadCapacityUtilization is no metric of")]
    [TestCase(",'ScaleInCooldown':-1", 50.0, "half", "DynamoDBWriteCapacityUtilization", "ValidationException: Cooldowns")]
    [TestCase("", 50.0, "other", "DynamoDBWriteCapacityUtilization", "ValidationException: Only one TargetTrackingScaling policy for a given metric specification is allowed.")]
    [TestCase("", 50.0, "half", "None", "Validation: 1 validation error detected: Value 'None' at 'targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType' failed")]
    public async Task PutScalingPolicy_ThatMayNotBe_IsRefused(string more, double target, string name, string metric, string fault)
    {
        await rig.TrackAsync(2, 20);
        Assert.That((await rig.PutPolicyAsync(more, target, name, metric)).Fault, Does.StartWith(fault));
    }

    [TestCase("'PolicyName':'steps'")]
    [TestCase("'PolicyName':'steps','PolicyType':'StepScaling','StepScalingPolicyConfiguration':{'AdjustmentType':'ChangeInCapacity','StepAdjustments':[{'ScalingAdjustment':1}]}")]
    public async Task PutScalingPolicy_InSteps_IsNotForDynamoDb(string members)
    {
        await rig.ScaleAsync("RegisterScalableTarget", "'MinCapacity':2,'MaxCapacity':20");
        Assert.That((await rig.ScaleAsync("PutScalingPolicy", members)).Fault, Does.StartWith("ValidationException: Unsupported policy type for service namespace dynamodb: StepScaling"));
    }

    [Test]
    public async Task PutScalingPolicy_MakesFourAlarms_WhichGoWithIt()
    {
        await rig.TrackAsync(2, 20);
        JsonObject again = (await rig.PutPolicyAsync(target: 50)).Result!;
        string[] kinds = ["AlarmHigh", "AlarmLow", "ProvisionedCapacityHigh", "ProvisionedCapacityLow"];
        Assert.That(again["Alarms"]!.AsArray().Select(alarm => ((string)alarm!["AlarmName"]!)[..^37]), Is.EqualTo(kinds.Select(kind => "TargetTracking-table/Tab-" + kind)));
        Assert.That(rig.Board.All.Select(alarm => (alarm.Name.Split('-')[2], alarm.Threshold)), Is.EquivalentTo(new[]
        {
            ("AlarmHigh", 300.0), ("AlarmLow", 180.0), ("ProvisionedCapacityHigh", 10.0), ("ProvisionedCapacityLow", 10.0),
        }));
        Assert.That((await rig.ScaleAsync("DeleteScalingPolicy", "'PolicyName':'half'")).Fault, Is.Null);
        Assert.That(rig.Board.All, Is.Empty);
        Assert.That((await rig.ScaleAsync("DeleteScalingPolicy", "'PolicyName':'half'")).Fault, Does.StartWith("ObjectNotFoundException"));
    }

    [Test]
    public async Task DeregisterScalableTarget_TakesPoliciesAndSchedulesWithIt()
    {
        await rig.TrackAsync(2, 20);
        await rig.ScaleAsync("PutScheduledAction", "'ScheduledActionName':'a','Schedule':'rate(5 minutes)','ScalableTargetAction':{'MinCapacity':3}");
        Assert.That((await rig.ScaleAsync("DeregisterScalableTarget")).Fault, Is.Null);
        Assert.That(rig.State.Policies, Is.Empty);
        Assert.That(rig.State.Actions, Is.Empty);
        Assert.That(rig.Board.All, Is.Empty);
        Assert.That((await rig.ScaleAsync("DeregisterScalableTarget")).Fault, Does.StartWith("ObjectNotFoundException: No scalable target registered"));
    }

    [TestCase("'Schedule':'every day','ScalableTargetAction':{'MinCapacity':3}", "ValidationException: Schedule or timezone is not valid")]
    [TestCase("'Schedule':'cron(0 8 * * * *)','ScalableTargetAction':{'MinCapacity':3}", "ValidationException: Schedule or timezone is not valid")]
    [TestCase("'Schedule':'rate(1 day)','Timezone':'Mars/Olympus','ScalableTargetAction':{'MinCapacity':3}", "ValidationException: Schedule or timezone is not valid")]
    [TestCase("'Schedule':'rate(1 day)'", "ValidationException: ScalableTargetAction must have")]
    [TestCase("'Schedule':'rate(1 day)','ScalableTargetAction':{'MinCapacity':9,'MaxCapacity':3}", "ValidationException: Maximum capacity cannot be less")]
    [TestCase("'Schedule':'rate(1 day)','StartTime':1893456100,'EndTime':1893456050,'ScalableTargetAction':{'MinCapacity':3}", "ValidationException: Start time")]
    public async Task PutScheduledAction_ThatMayNotBe_IsRefused(string members, string fault)
    {
        await rig.TrackAsync(2, 20);
        Assert.That((await rig.ScaleAsync("PutScheduledAction", "'ScheduledActionName':'a'," + members)).Fault, Does.StartWith(fault));
    }

    [Test]
    public async Task Lists_ArePaged()
    {
        await rig.TrackAsync(2, 20);
        for (int number = 0; number < 3; number++)
        {
            await rig.ScaleAsync("PutScheduledAction", $"'ScheduledActionName':'a{number}','Schedule':'rate(1 day)','ScalableTargetAction':{{'MinCapacity':3}}");
        }

        JsonObject first = (await ServiceRig.AskAsync(rig.Scaling, "DescribeScheduledActions", "{'ServiceNamespace':'dynamodb','MaxResults':2}")).Result!;
        JsonObject second = (await ServiceRig.AskAsync(rig.Scaling, "DescribeScheduledActions", $"{{'ServiceNamespace':'dynamodb','NextToken':'{first["NextToken"]}'}}")).Result!;
        Assert.That(first["ScheduledActions"]!.AsArray().Concat(second["ScheduledActions"]!.AsArray()).Select(action => (string?)action!["ScheduledActionName"]), Is.EqualTo(new[] { "a0", "a1", "a2" }));
        Assert.That(second["NextToken"], Is.Null);
        Assert.That((await ServiceRig.AskAsync(rig.Scaling, "DescribeScheduledActions", "{'ServiceNamespace':'dynamodb','NextToken':'x'}")).Fault, Does.StartWith("InvalidNextTokenException"));
    }

    [TestCase("RegisterScalableTarget", "{'ServiceNamespace':'moon','ResourceId':'table/Tab','ScalableDimension':'dynamodb:table:ReadCapacityUnits'}", "Value 'moon' at 'serviceNamespace' failed to satisfy constraint: Member must satisfy enum value set: [ecs, ")]
    [TestCase("RegisterScalableTarget", "{'ServiceNamespace':'dynamodb'}", "2 validation errors detected: Value null at 'resourceId' failed to satisfy constraint: Member must not be null; Value null at 'scalableDimension'")]
    [TestCase("TagResource", "{'ResourceARN':'arn:x','Tags':{}}", "Member must satisfy regular expression pattern: ^arn:")]
    public async Task Input_ThatBreaksTheModel_IsRefused(string operation, string json, string fault) =>
        Assert.That((await ServiceRig.AskAsync(rig.Scaling, operation, json)).Fault, Does.Contain(fault));

    [Test]
    public void Resources_OfAnythingButTags_AreNotThoseThatAMemberNames()
    {
        using JsonDocument input = JsonDocument.Parse(
            "{\"ResourceARN\":\"arn:mine\",\"ServiceNamespace\":\"dynamodb\",\"ResourceId\":\"table/Tab\",\"ScalableDimension\":\"dynamodb:table:WriteCapacityUnits\"}");
        Assert.That(rig.Scaling.ResourcesOf("PutScalingPolicy", input.RootElement), Is.EqualTo(new[] { "arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target/*" }));
        Assert.That(rig.Scaling.ResourcesOf("TagResource", input.RootElement), Is.EqualTo(new[] { "arn:mine" }));
    }

    [Test]
    public async Task PutScalingPolicy_OfOneThatIsThere_NeedsNoType()
    {
        await rig.TrackAsync(5, 50);
        Assert.That(
            (await rig.ScaleAsync(
                "PutScalingPolicy",
                "'PolicyName':'half','TargetTrackingScalingPolicyConfiguration':{'TargetValue':50.0,'PredefinedMetricSpecification':{'PredefinedMetricType':'DynamoDBWriteCapacityUtilization'}}")).Fault,
            Is.Null);
    }

    [Test]
    public async Task PutScheduledAction_WithoutTimes_DeletesThoseThatThereWere()
    {
        await rig.ScaleAsync("RegisterScalableTarget", "'MinCapacity':2,'MaxCapacity':20");
        await rig.ScaleAsync("PutScheduledAction", "'ScheduledActionName':'a','Schedule':'rate(1 hour)','StartTime':1893456000,'EndTime':2893456000,'ScalableTargetAction':{'MinCapacity':3}");
        Assert.That(rig.State.Actions.Single().EndTime, Is.Not.Null);
        Assert.That((await rig.ScaleAsync("PutScheduledAction", "'ScheduledActionName':'a'")).Fault, Is.Null);
        Assert.That(
            rig.State.Actions.Select(action => (action.Text, action.StartTime, action.EndTime, action.MinCapacity)),
            Is.EqualTo(new[] { ("rate(1 hour)", (DateTimeOffset?)null, (DateTimeOffset?)null, (int?)3) }));
    }

    [Test]
    public async Task Limits_AreKept_WhilePoliciesAreSuspended()
    {
        await rig.ScaleAsync("RegisterScalableTarget", "'MinCapacity':20,'MaxCapacity':30,'SuspendedState':{'DynamicScalingOutSuspended':true,'DynamicScalingInSuspended':true}");
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(20));
        await rig.ScaleAsync("RegisterScalableTarget", "'MinCapacity':2,'MaxCapacity':7");
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(7));
    }

    [Test]
    public async Task ReadsAndWrites_SetAtTheSameTime_AreBothSet()
    {
        await rig.ScaleAsync("RegisterScalableTarget", "'MinCapacity':2,'MaxCapacity':20");
        ScalableResource writes = rig.State.Targets.Single().Resource, reads = writes with { IsWrite = false };
        for (int units = 11; units < 40; units++)
        {
            await Task.WhenAll(rig.Capacity.SetAsync(writes, units), rig.Capacity.SetAsync(reads, units));
            Assert.That(
                (await rig.Capacity.ReadAsync(writes), await rig.Capacity.ReadAsync(reads)), Is.EqualTo(((long?)units, (long?)units)));
        }
    }
}
