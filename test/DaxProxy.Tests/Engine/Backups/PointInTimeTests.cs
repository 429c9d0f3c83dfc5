using System.Text.Json.Nodes;
using DaxProxy.Tests.Engine.Storage;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Backups;

/// <summary>Point-in-time recovery: which times there are, and what is kept for them.</summary>
public sealed class PointInTimeTests
{
    private const double Day = 86400;

    [Test]
    public async Task Time_OutsideOfWhatIsKept_IsRefused()
    {
        using BackupRig rig = await BackupRig.StartAsync();
        Assert.That(await RestoreAsync(rig, rig.Now), Does.Contain("PointInTimeRecoveryUnavailableException"));
        rig.Time.Advance(0.5);
        JsonNode on = Recovery(await rig.RecoverAsync());
        double earliest = (double)on["EarliestRestorableDateTime"]!;
        Assert.That(earliest, Is.EqualTo(Math.Ceiling(rig.Now)), "a time that clients can say that send no parts of seconds");
        Assert.That((double)on["LatestRestorableDateTime"]!, Is.EqualTo(earliest));
        rig.Time.Advance(10);
        Assert.That(await RestoreAsync(rig, earliest - 0.001), Does.Contain("InvalidRestoreTimeException"));
        Assert.That(await RestoreAsync(rig, rig.Now + 0.001), Does.Contain("InvalidRestoreTimeException"));
        Assert.That(await RestoreAsync(rig, earliest), Does.Contain("CREATING"));
    }

    [Test]
    public async Task Past_OlderThanThePeriod_IsRemoved_AndStaysOutOfReach()
    {
        using StoreFolder store = new();
        using (BackupRig rig = await BackupRig.StartAsync(store.Path))
        {
            await rig.RecoverAsync(days: 2);

            // What is written in the moment in which the past begins belongs to its first state, and may be trimmed at any time.
            rig.Time.Advance(60);
            await rig.PutAsync("a", 1);
            rig.Time.Advance(1.5 * Day);
            await rig.PutAsync("a", 2);
            rig.Time.Advance(Day);
            await rig.Engine.Backend.HistoryTrimmer.TrimAsync();
            double earliest = (double)Recovery(await rig.RecoverAsync(days: 35))["EarliestRestorableDateTime"]!;
            Assert.That(earliest, Is.EqualTo(rig.Now - (2 * Day)), "a longer period brings nothing back");
            await rig.RestoreAsync(earliest, "Before");
            Assert.That(await rig.ItemsAsync("Before"), Is.EqualTo("a=1"));
        }

        Assert.That(store.Read("SELECT size IS NULL FROM history"), Is.EqualTo(new[] { "0" }), "the second write's");
    }

    [Test]
    public async Task SwitchingOff_DropsThePast_UnlessAStateIsBeingRead()
    {
        using StoreFolder store = new();
        using (BackupRig rig = await BackupRig.StartAsync(store.Path))
        {
            await rig.RecoverAsync();
            for (int i = 0; i < 1500; i++)
            {
                await rig.PutAsync($"k{i:D4}", i);
            }

            string before = await rig.ItemsAsync("Log");
            string reply = await RestoreAsync(rig, null);
            Assert.That(reply, Does.Contain("CREATING"));
            await rig.RecoverAsync(false);
            await rig.PutAsync("k1499", -1);
            await rig.WaitAsync("DescribeTable", "{'TableName':'Again'}");
            Assert.That(await rig.ItemsAsync("Again"), Is.EqualTo(before));
            await rig.Engine.Backend.HistoryTrimmer.TrimAsync();
            await rig.PutAsync("k1499", -2);
            Assert.That(await RestoreAsync(rig, null), Does.Contain("PointInTimeRecoveryUnavailableException"));
        }

        Assert.That(store.Read("SELECT count(*) FROM history"), Is.EqualTo(new[] { "0" }));
    }

    [Test]
    public async Task Restore_OfATableDeletedMeanwhile_IsWhole()
    {
        using BackupRig rig = await BackupRig.StartAsync();
        await rig.RecoverAsync();
        for (int i = 0; i < 1500; i++)
        {
            await rig.PutAsync($"k{i:D4}", i);
            rig.Time.Advance(0.000001);
        }

        string before = await rig.ItemsAsync("Log");
        rig.Time.Advance(1);
        await rig.DeleteAsync("k0000");
        Assert.That(await RestoreAsync(rig, rig.Now - 1), Does.Contain("CREATING"));
        await rig.CallAsync("DeleteTable", "{'TableName':'Log'}");
        await rig.WaitAsync("DescribeTable", "{'TableName':'Again'}");
        Assert.That(await rig.ItemsAsync("Again"), Is.EqualTo(before));
    }

    [Test]
    public async Task Item_ThatTimeToLiveDeleted_IsThereInAnEarlierState()
    {
        using BackupRig rig = await BackupRig.StartAsync();
        await rig.RecoverAsync();
        await rig.CallAsync("UpdateTimeToLive", "{'TableName':'Log','TimeToLiveSpecification':{'Enabled':true,'AttributeName':'n'}}");
        double time = rig.Now;
        await rig.PutAsync("a", (int)time + 5);
        rig.Time.Advance(60);
        await rig.Engine.Backend.Sweeper.SweepAsync(CancellationToken.None);
        Assert.That(await rig.ItemsAsync("Log"), Is.Empty);
        await rig.RestoreAsync(time + 1, "Again");
        Assert.That(await rig.ItemsAsync("Again"), Is.EqualTo($"a={(int)time + 5}"));
        await rig.Engine.Backend.Sweeper.SweepAsync(CancellationToken.None);
        Assert.That(await rig.ItemsAsync("Again"), Is.Not.Empty, "time to live is not restored");
    }

    [Test]
    public async Task SettingOfLayout4_WhichKeptNoPast_BeginsWithTheStart()
    {
        using StoreFolder store = StoreFolder.OfLayout(4);
        store.Execute("INSERT INTO point_in_time_recovery VALUES (1, 35, 1700000000000)");
        using BackupRig rig = new(store.Path);
        Assert.That(
            (double)Recovery(await rig.JsonAsync("DescribeContinuousBackups", "{'TableName':'orders'}"))["EarliestRestorableDateTime"]!,
            Is.EqualTo(rig.Now));
        await rig.CallAsync("DeleteItem", "{'TableName':'orders','Key':{'customer':{'S':'c1'},'number':{'N':'1'}}}");
        Assert.That(store.Read("SELECT count(*) FROM point_in_time_recovery"), Is.EqualTo(new[] { "1" }));
    }

    [Test]
    public async Task Clock_ThatGoesBack_MixesUpNoStates()
    {
        using BackupRig rig = await BackupRig.StartAsync();
        await rig.RecoverAsync();
        rig.Time.Advance(100);
        await rig.PutAsync("a", 1);
        double late = rig.Now;
        rig.Time.Advance(-50);
        await rig.PutAsync("a", 2);
        await rig.PutAsync("b", 2);
        rig.Time.Advance(60);
        await rig.RestoreAsync(late, "Again");
        Assert.That(await rig.ItemsAsync("Again"), Is.AnyOf("a=1", "a=2 b=2"), "a state that there was");
        await rig.RestoreAsync((double?)null, "Latest");
        Assert.That(await rig.ItemsAsync("Latest"), Is.EqualTo("a=2 b=2"));
    }

    private static JsonNode Recovery(JsonNode reply) => reply["ContinuousBackupsDescription"]!["PointInTimeRecoveryDescription"]!;

    private static Task<string> RestoreAsync(BackupRig rig, double? time) => rig.CallAsync(
        "RestoreTableToPointInTime",
        "{'SourceTableName':'Log','TargetTableName':'Again',"
        + (time is null
            ? "'UseLatestRestorableTime':true}"
            : $"'RestoreDateTime':{time.Value.ToString("F6", System.Globalization.CultureInfo.InvariantCulture)}}}"));
}
