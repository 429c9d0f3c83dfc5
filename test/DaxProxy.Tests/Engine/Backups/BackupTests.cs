using System.Text.Json.Nodes;
using DaxProxy.Tests.Engine.Storage;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Backups;

/// <summary>Backups: what is in them, and how long they are there.</summary>
public sealed class BackupTests
{
    private BackupRig rig = null!;

    [SetUp]
    public async Task StartAsync() => rig = await BackupRig.StartAsync();

    [TearDown]
    public void Close() => rig.Dispose();

    [Test]
    public async Task Backup_WhileWritesGoOn_HoldsTheStateAtItsRequest()
    {
        for (int i = 0; i < 2000; i++)
        {
            await rig.PutAsync($"k{i:D4}", i);
        }

        string before = await rig.ItemsAsync("Log");
        string arn = await rig.BeginBackupAsync();
        for (int i = 0; i < 2000; i += 3)
        {
            await rig.PutAsync($"k{i:D4}", -1);
            await rig.PutAsync($"new{i:D4}", 0);
            await rig.DeleteAsync($"k{i + 1:D4}");
        }

        await rig.WaitAsync("DescribeBackup", $"{{'BackupArn':'{arn}'}}");
        await rig.RestoreAsync(arn, "Again");
        Assert.That(await rig.ItemsAsync("Again"), Is.EqualTo(before));
        JsonNode again = (await rig.JsonAsync("DescribeTable", "{'TableName':'Again'}"))["Table"]!;
        Assert.That((int)again["ItemCount"]!, Is.EqualTo(2000));
        Assert.That((bool)again["RestoreSummary"]!["RestoreInProgress"]!, Is.False);
    }

    [Test]
    public async Task Times_BeyondAll_AreLate_AndBreakNothing([Values("1e400", "1e300", "253402300800", "-1e400")] string time)
    {
        await rig.BeginBackupAsync();
        foreach (string bound in new[] { "TimeRangeLowerBound", "TimeRangeUpperBound" })
        {
            JsonNode? listed = (await rig.JsonAsync("ListBackups", $"{{'{bound}':{time}}}"))["BackupSummaries"];
            bool isAfter = (bound == "TimeRangeLowerBound") != (time[0] == '-');
            Assert.That(listed!.AsArray(), Has.Count.EqualTo(isAfter ? 0 : 1), bound);
        }

        await rig.CallAsync("UpdateContinuousBackups", "{'TableName':'Log','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}");
        Assert.That(
            await rig.CallAsync("RestoreTableToPointInTime", $"{{'SourceTableName':'Log','TargetTableName':'New','RestoreDateTime':{time}}}"),
            Does.Contain("InvalidRestoreTimeException"));
    }

    [Test]
    public async Task Backup_OfATableThatIsDeletedMeanwhile_IsWhole()
    {
        for (int i = 0; i < 1500; i++)
        {
            await rig.PutAsync($"k{i:D4}", i);
        }

        string before = await rig.ItemsAsync("Log");
        string arn = await rig.BeginBackupAsync();
        await rig.CallAsync("DeleteTable", "{'TableName':'Log'}");
        await rig.WaitAsync("DescribeBackup", $"{{'BackupArn':'{arn}'}}");
        await rig.RestoreAsync(arn, "Log");
        Assert.That(await rig.ItemsAsync("Log"), Is.EqualTo(before));
    }

    [Test]
    public async Task Restore_ThatCannotBeMade_DoesNotKeepOtherCopies()
    {
        using StoreFolder store = new();
        string arn;
        using (BackupRig first = await BackupRig.StartAsync(store.Path))
        {
            await first.PutAsync("a", 1);
            arn = await first.BackUpAsync();
        }

        store.Execute("UPDATE items SET item = x'FF' WHERE table_id = (SELECT rows_id FROM backups)");
        using BackupRig next = new(store.Path);
        await next.CallAsync("RestoreTableFromBackup", $"{{'BackupArn':'{arn}','TargetTableName':'Damaged'}}");
        await next.PutAsync("a", 2);
        await next.BackUpAsync(name: "sound");
        Assert.That(await next.CallAsync("DescribeTable", "{'TableName':'Damaged'}"), Does.Contain("\"TableStatus\":\"CREATING\""));
    }

    [Test]
    public async Task Backup_ThatIsDeleted_LeavesNothingBehind()
    {
        using StoreFolder store = new();
        using (BackupRig first = await BackupRig.StartAsync(store.Path))
        {
            await first.PutAsync("a", 1);
            string arn = await first.BackUpAsync();
            Assert.That(await first.CallAsync("DeleteBackup", $"{{'BackupArn':'{arn}'}}"), Does.Contain("\"BackupStatus\":\"DELETED\""));
            Assert.That(await first.CallAsync("DescribeBackup", $"{{'BackupArn':'{arn}'}}"), Does.Contain("BackupNotFoundException"));
            await first.CallAsync("DeleteTable", "{'TableName':'Log'}");
        }

        // What a process leaves undone the next one does.
        using (BackupRig next = new(store.Path))
        {
            await next.Engine.CreateHashTableAsync("Other");
        }

        Assert.That(store.Read("SELECT count(*) FROM items UNION ALL SELECT count(*) FROM history UNION ALL SELECT count(*) FROM holds"),
            Is.EqualTo(new[] { "0", "0", "0" }));
    }

    [Test]
    public async Task Backup_InterruptedByTheEndOfTheProcess_GoesOnWithTheSameState()
    {
        using StoreFolder store = new();
        string arn, before;
        using (BackupRig first = await BackupRig.StartAsync(store.Path))
        {
            for (int i = 0; i < 3000; i++)
            {
                await first.PutAsync($"k{i:D4}", i);
            }

            before = await first.ItemsAsync("Log");
            arn = await first.BeginBackupAsync();
            await first.PutAsync("k0000", -1);
            await first.DeleteAsync("k2999");
        }

        using BackupRig next = new(store.Path);
        await next.DeleteAsync("k2998");
        await next.WaitAsync("DescribeBackup", $"{{'BackupArn':'{arn}'}}");
        await next.RestoreAsync(arn, "Again");
        Assert.That(await next.ItemsAsync("Again"), Is.EqualTo(before));
    }

    [Test]
    public async Task Restore_InterruptedByTheEndOfTheProcess_StaysCreatingAndGoesOn()
    {
        using StoreFolder store = new();
        string before;
        using (BackupRig first = await BackupRig.StartAsync(store.Path))
        {
            for (int i = 0; i < 3000; i++)
            {
                await first.PutAsync($"k{i:D4}", i);
            }

            before = await first.ItemsAsync("Log");
            string arn = await first.BackUpAsync();
            Assert.That(
                await first.CallAsync("RestoreTableFromBackup", $"{{'BackupArn':'{arn}','TargetTableName':'Again'}}"),
                Does.Contain("CREATING"));
            Assert.That(await first.CallAsync("DeleteTable", "{'TableName':'Again'}"), Does.Contain("Table is being created: Again"));
        }

        Assert.That(store.Read("SELECT count(*) FROM copies"), Is.EqualTo(new[] { "1" }), "it was interrupted");
        using BackupRig next = new(store.Path);
        await next.WaitAsync("DescribeTable", "{'TableName':'Again'}");
        Assert.That(await next.ItemsAsync("Again"), Is.EqualTo(before));
    }

    [Test]
    public async Task DeletedTable_WhosePastWasKept_LeavesABackupForThirtyFiveDays()
    {
        await rig.RecoverAsync();
        await rig.PutAsync("a", 1);
        await rig.PutAsync("b", 2);
        await rig.CallAsync("DeleteTable", "{'TableName':'Log'}");
        Assert.That(await rig.CallAsync("ListBackups", "{}"), Is.EqualTo("{\"BackupSummaries\":[]}"), "users' backups only");
        JsonNode left = (await rig.JsonAsync("ListBackups", "{'BackupType':'SYSTEM'}"))["BackupSummaries"]!.AsArray().Single()!;
        Assert.That((string)left["BackupName"]!, Is.EqualTo("Log$DeletedTableBackup"));
        Assert.That((double)left["BackupExpiryDateTime"]! - (double)left["BackupCreationDateTime"]!, Is.EqualTo(35 * 86400));
        string arn = (string)left["BackupArn"]!;
        Assert.That(await rig.CallAsync("DeleteBackup", $"{{'BackupArn':'{arn}'}}"), Does.Contain(
            $"Invalid Request: User is not allowed to delete the system backup with arn {arn}. It will automatically expire on 2030-02-05T00:00:00.000Z"));
        await rig.RestoreAsync(arn, "Log");
        Assert.That(await rig.ItemsAsync("Log"), Is.EqualTo("a=1 b=2"));

        rig.Time.Advance(35 * 86400);
        Assert.That(await rig.CallAsync("ListBackups", "{'BackupType':'ALL'}"), Is.EqualTo("{\"BackupSummaries\":[]}"));
        Assert.That(await rig.CallAsync("DescribeBackup", $"{{'BackupArn':'{arn}'}}"), Does.Contain("BackupNotFoundException"));
    }

    [Test]
    public async Task List_ByTableTimeAndPage_ShowsThoseOnly()
    {
        await rig.Engine.CreateHashTableAsync("Other");
        double first = rig.Now;
        List<string> arns = [];
        for (int i = 0; i < 3; i++)
        {
            arns.Add(await rig.BackUpAsync());
            await rig.BackUpAsync("Other");
            rig.Time.Advance(10);
        }

        Assert.That(await ListAsync("'TableName':'Log'"), Is.EqualTo(arns));
        Assert.That(await ListAsync($"'TableName':'Log','TimeRangeLowerBound':{first + 10}"), Is.EqualTo(arns[1..]), "from the bound on");
        Assert.That(
            await ListAsync($"'TableName':'Log','TimeRangeUpperBound':{first + 10}"), Is.EqualTo(arns[..1]), "up to the bound, without it");
        Assert.That(await ListAsync("'BackupType':'AWS_BACKUP'"), Is.Empty);
        JsonNode page = await rig.JsonAsync("ListBackups", "{'TableName':'Log','Limit':2}");
        Assert.That((string?)page["LastEvaluatedBackupArn"], Is.EqualTo(arns[1]));
        await rig.CallAsync("DeleteBackup", $"{{'BackupArn':'{arns[1]}'}}");
        Assert.That(
            await ListAsync($"'TableName':'Log','ExclusiveStartBackupArn':'{arns[1]}'"), Is.EqualTo(arns[2..]),
            "also behind one that is gone");
    }

    [Test]
    public async Task Backup_InUse_IsNotDeleted()
    {
        for (int i = 0; i < 3000; i++)
        {
            await rig.PutAsync($"k{i:D4}", i);
        }

        string arn = await rig.BeginBackupAsync();
        Assert.That(await rig.CallAsync("DeleteBackup", $"{{'BackupArn':'{arn}'}}"), Does.Contain("BackupInUseException"));
        Assert.That(
            await rig.CallAsync("RestoreTableFromBackup", $"{{'BackupArn':'{arn}','TargetTableName':'Again'}}"),
            Does.Contain("BackupInUseException"));
        await rig.WaitAsync("DescribeBackup", $"{{'BackupArn':'{arn}'}}");
        await rig.CallAsync("RestoreTableFromBackup", $"{{'BackupArn':'{arn}','TargetTableName':'Again'}}");
        Assert.That(await rig.CallAsync("DeleteBackup", $"{{'BackupArn':'{arn}'}}"), Does.Contain("BackupInUseException"));
    }

    [Test]
    public async Task Restores_MoreThanFiftyAtATime_AreRefused()
    {
        for (int i = 0; i < 2000; i++)
        {
            await rig.PutAsync($"k{i:D4}", i);
        }

        string arn = await rig.BackUpAsync();
        string[] replies = await Task.WhenAll(Enumerable.Range(0, 51).Select(
            number => rig.CallAsync("RestoreTableFromBackup", $"{{'BackupArn':'{arn}','TargetTableName':'table-{number}'}}")));
        Assert.That(replies.Count(reply => reply.Contains("LimitExceededException", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    private async Task<List<string>> ListAsync(string members) =>
        [.. (await rig.JsonAsync("ListBackups", $"{{{members}}}"))["BackupSummaries"]!.AsArray()
            .Select(backup => (string)backup!["BackupArn"]!)];
}
