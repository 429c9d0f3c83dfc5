using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching;

/// <summary>Verbs that are about tables and settings: which of them the cache has to mind.</summary>
public sealed class OtherVerbsTests
{
    private static readonly Operation[] Harmless =
    [
        new ListTables(),
        new DescribeTimeToLive { TableName = Table },
        new UpdateContinuousBackups { TableName = Table, Enabled = true },
        new DescribeContinuousBackups { TableName = Table },
        new UpdateContributorInsights { TableName = Table, Enabled = true },
        new DescribeContributorInsights { TableName = Table },
        new ListContributorInsights(),
        new PutResourcePolicy { ResourceArn = "arn", Policy = "{}" },
        new GetResourcePolicy { ResourceArn = "arn" },
        new DeleteResourcePolicy { ResourceArn = "arn" },
        new ListBackups(),
        new CreateBackup { TableName = Table, BackupName = "nightly" },
        new UpdateTable { TableName = Table, ProvisionedThroughput = new ProvisionedThroughput(5, 5), BillingMode = "PROVISIONED" },
        new UpdateTable { TableName = Table, TableClass = "STANDARD_INFREQUENT_ACCESS" },
        new UpdateTable
        {
            TableName = Table,
            GlobalSecondaryIndexUpdates = [new(null, null, new("byG", new ProvisionedThroughput(5, 5), null, null))],
        },
        new OpaqueOperation(OpaqueVerbs.DescribeKinesisStreamingDestination) { TableName = Table },
    ];

    private static readonly UpdateTable[] Changing =
    [
        new() { TableName = Table, ProvisionedThroughput = new(5, 5), GlobalSecondaryIndexUpdates = [new(null, "byG", null)] },
        new() { TableName = Table, StreamSpecification = new(false, null) },
        new() { TableName = Table, VectorIndexUpdates = [] },
        new() { TableName = Table, Replication = "ReplicaUpdates" },
    ];

    [TestCaseSource(nameof(Harmless))]
    public async Task Verb_WithoutEffectOnItems_LeavesWhatIsCached(Operation verb)
    {
        using CacheRig rig = new();
        await rig.Send(Put("a", 1));
        await rig.Send(verb);
        await rig.Send(Get("a"));
        Assert.That(rig.Inner.CallsOf<GetItem>(), Is.Zero);
    }

    [TestCaseSource(nameof(Changing))]
    public async Task UpdateOfWhatATableLooksLike_ForgetsIt(UpdateTable update)
    {
        using CacheRig rig = new();
        await rig.Send(Put("a", 1));
        await rig.Send(update);
        await rig.Send(Get("a"));
        Assert.That(rig.Inner.CallsOf<GetItem>(), Is.EqualTo(1));
    }

    [TestCase(Table, 1)]
    [TestCase("Other", 0)]
    public async Task Restore_ForgetsTheTableItMakes(string made, int fetches)
    {
        using CacheRig rig = new();
        await rig.Send(Put("a", 1));
        await rig.Send(new RestoreTableFromBackup { BackupArn = "arn", TargetTableName = made });
        await rig.Send(Get("a"));
        Assert.That(rig.Inner.CallsOf<GetItem>(), Is.EqualTo(fetches));
    }

    [TestCase(new[] { Table }, 400, 0)]
    [TestCase(new[] { Table }, 200, 1)]
    [TestCase(new[] { "Other" }, 200, 0)]
    [TestCase(null, 400, 0)]
    [TestCase(null, 200, 1)]
    public async Task WriteThatShouldBeRefused_ForgetsWhatItMayHaveChanged_OnlyIfItWasNot(string[]? tables, int status, int fetches)
    {
        using CacheRig rig = new();
        rig.Inner.Instead = operation => operation is Passed ? new Answered(status) : null;
        await rig.Send(Put("a", 1));
        await rig.Send(new Passed(tables) { IsUndoneByRefusal = true });
        await rig.Send(Get("a"));
        Assert.That(rig.Inner.CallsOf<GetItem>(), Is.EqualTo(fetches));
    }

    private sealed class Passed(string[]? changedTables) : ForwardedOperation(PutItem.Definition, changedTables);

    private sealed class Answered(int statusCode) : ForwardedReply(statusCode)
    {
        public override Task SendAsync() => Task.CompletedTask;
    }
}
