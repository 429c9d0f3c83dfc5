using System.Text.Json.Nodes;
using DaxProxy.Services.CloudWatch;
using NUnit.Framework;

namespace DaxProxy.Tests.Services.AutoScaling;

public sealed class ScalingLoopTests
{
    private const string Index =
        "'GlobalSecondaryIndexes':[{'IndexName':'byG','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'},"
        + "'ProvisionedThroughput':{'ReadCapacityUnits':10,'WriteCapacityUnits':10}}]";

    private ServiceRig rig = null!;

    [SetUp]
    public void Start() => rig = new ServiceRig();

    [TearDown]
    public void Stop() => rig.Dispose();

    [Test]
    public async Task StepLoad_BringsUtilisationToTheTarget_AfterTwoMinutes()
    {
        await rig.CreateTableAsync(10);
        await rig.TrackAsync(5, 1000);
        await rig.LoadAsync(1, 100);
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(10), "one minute alone is no alarm");
        await rig.LoadAsync(1, 100);
        int units = await rig.WriteUnitsAsync();
        Assert.That(units, Is.EqualTo(143));
        Assert.That(100.0 / units, Is.EqualTo(0.70).Within(0.05));
        await rig.LoadAsync(5, 100);
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(143), "and there it stays");
    }

    [Test]
    public async Task LoadThatEnds_BringsCapacityDown_AfterFifteenMinutes_AndNotBelowTheMinimum()
    {
        await rig.CreateTableAsync(143);
        await rig.TrackAsync(25, 1000);
        await rig.LoadAsync(14, 20);
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(143), "fourteen minutes are not fifteen");
        await rig.LoadAsync(1, 20);
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(29));
        Assert.That(20.0 / 29, Is.EqualTo(0.70).Within(0.05));
        await rig.LoadAsync(16, 2);
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(25));
    }

    [Test]
    public async Task StepLoad_OfATableThatIsThrottled_ReachesTheTarget_WithinEightMinutes()
    {
        rig.Dispose();
        rig = new ServiceRig(isEnforced: true);
        await rig.CreateTableAsync(10);
        await rig.TrackAsync(5, 1000);
        await rig.LoadAsync(5, 0);
        Assert.That(await rig.LoadAsync(2, 100), Is.GreaterThan(20), "burst has been used up");
        await rig.LoadAsync(6, 100);
        Assert.That(100.0 / await rig.WriteUnitsAsync(), Is.EqualTo(0.70).Within(0.05));
        Assert.That(await rig.LoadAsync(2, 100), Is.Zero, "nothing is refused any more");
    }

    [Test]
    public async Task Maximum_IsNotExceeded()
    {
        await rig.CreateTableAsync(10);
        await rig.TrackAsync(5, 60);
        await rig.LoadAsync(4, 100);
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(60));
    }

    [Test]
    public async Task TableWithoutAnyTraffic_KeepsItsCapacity_AsThereIsNothingToMeasure()
    {
        await rig.CreateTableAsync(100);
        await rig.TrackAsync(5, 1000);
        await rig.LoadAsync(30, 0);
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(100));
        Assert.That(
            rig.Board.All.Where(alarm => alarm.Metric.Name.StartsWith("Consumed", StringComparison.Ordinal)).Select(alarm => alarm.State),
            Is.All.EqualTo(Alarm.Unsure));
    }

    [Test]
    public async Task ScaleOutCooldown_HoldsBackASecondStep()
    {
        await rig.CreateTableAsync(10);
        await rig.TrackAsync(5, 1000, ",'ScaleOutCooldown':300");
        await rig.LoadAsync(2, 20);
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(29));
        await rig.LoadAsync(4, 100);
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(29));
        await rig.LoadAsync(1, 100);
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(143));
    }

    [Test]
    public async Task ScaleInThatIsDisabled_DoesNotHappen()
    {
        await rig.CreateTableAsync(143);
        await rig.TrackAsync(5, 1000, ",'DisableScaleIn':true");
        await rig.LoadAsync(20, 20);
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(143));
    }

    [Test]
    public async Task SuspendedTarget_IsNotScaled_UntilItIsResumed()
    {
        await rig.CreateTableAsync(10);
        await rig.TrackAsync(5, 1000);
        await rig.ScaleAsync("RegisterScalableTarget", "'SuspendedState':{'DynamicScalingOutSuspended':true}");
        await rig.LoadAsync(3, 100);
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(10));
        await rig.ScaleAsync("RegisterScalableTarget", "'SuspendedState':{'DynamicScalingOutSuspended':false}");
        await rig.LoadAsync(1, 100);
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(143));
    }

    [Test]
    public async Task Index_IsScaledByItsOwnLoad()
    {
        await rig.CreateTableAsync(200, more: Index);
        await rig.TrackAsync(5, 1000, resource: "table/Tab/index/byG");
        await rig.LoadAsync(2, 100, ",'g':{'S':'x'},'n':{'N':'#'}");
        Assert.That(await rig.WriteUnitsAsync(ofIndex: true), Is.EqualTo(143));
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(200));
    }

    [Test]
    public async Task Activities_TellWhatWasDoneAndWhy()
    {
        await rig.CreateTableAsync(3);
        await rig.TrackAsync(5, 1000);
        await rig.LoadAsync(2, 100);
        List<string> activities = await rig.ActivitiesAsync();
        string alarm = rig.State.Policies.Single().HighAlarm;
        Assert.That(activities, Is.EqualTo(new[]
        {
            $"Setting write capacity units to 143. | monitor alarm {alarm} in state ALARM triggered policy half | Successful",
            "Setting write capacity units to 5. | minimum capacity was set to 5 | Successful",
        }));
    }

    [Test]
    public async Task CapacityThatWasLoweredTooOften_StaysForAnHour_WithOneActivityThatFailed()
    {
        rig.Dispose();
        rig = new ServiceRig(isEnforced: true);
        await rig.CreateTableAsync(1000);
        foreach (int units in (int[])[900, 800, 700, 600])
        {
            await rig.CallAsync("UpdateTable", $"{{'TableName':'Tab','ProvisionedThroughput':{{'ReadCapacityUnits':1000,'WriteCapacityUnits':{units}}}}}");
        }

        await rig.TrackAsync(5, 1000);
        await rig.LoadAsync(30, 20);
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(600));
        Assert.That(await rig.ActivitiesAsync(), Has.Count.EqualTo(1).And.All.EndsWith("Failed"));
        await rig.LoadAsync(46, 20);
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(29));
    }

    [Test]
    public async Task ScheduledAction_SetsNewLimits_AndOnceMeansOnce()
    {
        await rig.CreateTableAsync(10);
        await rig.TrackAsync(5, 1000);
        Assert.That((await rig.ScaleAsync("PutScheduledAction", "'ScheduledActionName':'soon','Schedule':'at(2030-01-01T00:03:00)','ScalableTargetAction':{'MinCapacity':50,'MaxCapacity':60}")).Fault, Is.Null);
        await rig.LoadAsync(2, 0);
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(10));
        await rig.LoadAsync(1, 0);
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(50));
        Assert.That((await rig.ActivitiesAsync())[0], Is.EqualTo("Setting write capacity units to 50. | minimum capacity was set to 50 | Successful"));
        Assert.That(rig.State.Actions, Is.Empty);
        Assert.That(rig.State.Targets.Single(), Has.Property("MinCapacity").EqualTo(50).And.Property("MaxCapacity").EqualTo(60));
    }

    [Test]
    public async Task TableOnDemand_IsLeftAlone_AndScaledAgainWhenItIsProvisioned()
    {
        await rig.CreateTableAsync(10);
        await rig.TrackAsync(20, 1000);
        await rig.CallAsync("UpdateTable", "{'TableName':'Tab','BillingMode':'PAY_PER_REQUEST'}");
        await rig.LoadAsync(3, 100);
        Assert.That((await rig.ActivitiesAsync()), Has.Count.EqualTo(1));
        await rig.CallAsync("UpdateTable", "{'TableName':'Tab','BillingMode':'PROVISIONED','ProvisionedThroughput':{'ReadCapacityUnits':10,'WriteCapacityUnits':10}}");
        await rig.LoadAsync(1, 100);
        Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(143));
    }

    [Test]
    public async Task State_OutlivesTheProcess()
    {
        string folder = Directory.CreateTempSubdirectory("scaling-").FullName;
        try
        {
            rig.Dispose();
            rig = new ServiceRig(folder: folder);
            await rig.CreateTableAsync(10);
            await rig.TrackAsync(5, 1000);
            await rig.ScaleAsync("PutScheduledAction", "'ScheduledActionName':'daily','Schedule':'cron(0 8 * * ? *)','Timezone':'Europe/Berlin','ScalableTargetAction':{'MinCapacity':50}");
            await rig.LoadAsync(1, 100);
            JsonObject before = await DescribeAsync();
            ServiceRig again = new(folder: Copy(folder), time: rig.Time);
            rig.Dispose();
            rig = again;
            JsonObject after = await DescribeAsync();
            Assert.That(after.ToJsonString(), Is.EqualTo(before.ToJsonString()));
            await rig.LoadAsync(1, 100);
            Assert.That(await rig.WriteUnitsAsync(), Is.EqualTo(143), "the minute before counts");
        }
        finally
        {
            rig.Dispose();
            Directory.Delete(folder, recursive: true);
            Directory.Delete(folder + "-copy", recursive: true);
        }

        async Task<JsonObject> DescribeAsync() => new()
        {
            ["Targets"] = (await ServiceRig.AskAsync(rig.Scaling, "DescribeScalableTargets", "{'ServiceNamespace':'dynamodb'}")).Result,
            ["Policies"] = (await ServiceRig.AskAsync(rig.Scaling, "DescribeScalingPolicies", "{'ServiceNamespace':'dynamodb'}")).Result,
            ["Actions"] = (await ServiceRig.AskAsync(rig.Scaling, "DescribeScheduledActions", "{'ServiceNamespace':'dynamodb'}")).Result,
            ["Activities"] = (await ServiceRig.AskAsync(rig.Scaling, "DescribeScalingActivities", "{'ServiceNamespace':'dynamodb'}")).Result,
        };

        // Of a process that has stopped: a store is locked while one uses it.
        string Copy(string from)
        {
            rig.Dispose();
            string to = from + "-copy";
            Directory.CreateDirectory(to);
            foreach (string file in Directory.EnumerateFiles(from))
            {
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
            }

            return to;
        }
    }
}
