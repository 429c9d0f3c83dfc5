using System.Text.Json.Nodes;
using DaxProxy.Engine.Regions;
using DaxProxy.Tests.Engine.Storage;
using NUnit.Framework;
using static DaxProxy.Tests.Engine.Regions.RegionsRig;

namespace DaxProxy.Tests.Engine.Regions;

/// <summary>Replicas as clients make, see and remove them.</summary>
public sealed class ReplicaTests
{
    private const string Table = "Music";

    private RegionsRig rig = null!;

    [SetUp]
    public async Task StartAsync()
    {
        rig = new RegionsRig();
        await rig.CreateAsync(Virginia, Table);
    }

    [TearDown]
    public void Stop() => rig.Dispose();

    [Test]
    public async Task NewReplica_HasTheItemsThatWereThere_AndItsDescriptionSaysWhen()
    {
        await rig.PutAsync(Virginia, Table, "a", "1");
        JsonNode answer = await rig.ReplicateAsync(Virginia, Table, Ireland);
        Assert.Multiple(() =>
        {
            Assert.That((string?)answer["TableDescription"]?["TableStatus"], Is.EqualTo("UPDATING"), answer.ToJsonString());
            Assert.That((string?)answer["TableDescription"]?["Replicas"]?[0]?["ReplicaStatus"], Is.EqualTo("CREATING"));
        });
        Assert.That((string?)(await rig.DescribeAsync(Ireland, Table))["TableStatus"], Is.EqualTo("CREATING"));

        await rig.PumpAsync();
        JsonNode table = await rig.DescribeAsync(Virginia, Table);
        Assert.Multiple(() =>
        {
            Assert.That((string?)table["GlobalTableVersion"], Is.EqualTo("2019.11.21"));
            Assert.That((string?)table["StreamSpecification"]?["StreamViewType"], Is.EqualTo("NEW_AND_OLD_IMAGES"));
            Assert.That(table["Replicas"]!.ToJsonString(), Is.EqualTo(
                "[{\"RegionName\":\"eu-west-1\",\"ReplicaStatus\":\"ACTIVE\","
                + "\"ReplicaArn\":\"arn:aws:dynamodb:eu-west-1:000000000000:table/Music\"}]"));
        });
        JsonNode replica = await rig.DescribeAsync(Ireland, Table);
        Assert.Multiple(() =>
        {
            Assert.That((string?)replica["TableStatus"], Is.EqualTo("ACTIVE"));
            Assert.That((string?)replica["Replicas"]?[0]?["RegionName"], Is.EqualTo(Virginia));
            Assert.That((string?)replica["LatestStreamArn"], Does.StartWith("arn:aws:dynamodb:eu-west-1:"));
            Assert.That((string?)replica["GlobalSecondaryIndexes"]?[0]?["IndexName"], Is.EqualTo("byG"));
        });
        Assert.That(await rig.GetAsync(Ireland, Table, "a"), Is.EqualTo("1"));
    }

    [Test]
    public async Task TablesOfOneName_AreTablesOfTheirRegions_UntilOneIsAReplicaOfTheOther()
    {
        await rig.CreateAsync(Ireland, Table);
        await rig.PutAsync(Virginia, Table, "a", "1");
        await rig.PumpAsync();
        Assert.That(await rig.GetAsync(Ireland, Table, "a"), Is.Null);
        Assert.That((await rig.CallAsync(Tokyo, "ListTables", "{}"))["TableNames"]!.AsArray(), Is.Empty);
        JsonNode refused = await rig.ReplicateAsync(Virginia, Table, Ireland);
        Assert.That(Text(refused), Is.EqualTo(
            "Failed to create a the new replica of table with name: ‘Music’ because one or more replicas already existed as tables."));
        Assert.That((await rig.DescribeAsync(Virginia, Table))["GlobalTableVersion"], Is.Null);
    }

    [Test]
    public async Task WhatCannotBe_IsRefusedWithTheServicesWords()
    {
        Assert.That(Text(await rig.ReplicateAsync(Virginia, Table, Virginia)), Is.EqualTo(
            "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or UpdateTable as required."));
        Assert.That(Text(await rig.ReplicateAsync(Virginia, Table, "eu-west-9")), Does.StartWith("Region eu-west-9 is not supported."));
        Assert.That(Text(await rig.ReplicateAsync(Virginia, Table, Ireland, "Delete")), Does.EndWith("replicas: [eu-west-1]."));
        Assert.That(
            Text(await rig.ReplicateAsync(Virginia, Table, Ireland, "Update")),
            Is.EqualTo("There are no actions specified in the Replica Update Action of the request."));
        Assert.That(
            Text(await rig.CallAsync(
                Virginia,
                "UpdateTable",
                $"{{'TableName':'{Table}','ReplicaUpdates':[{{'Create':{{'RegionName':'{Ireland}'}}}},"
                + $"{{'Create':{{'RegionName':'{Tokyo}'}}}}]}}")),
            Is.EqualTo("Update table operation with more than one create or delete replica actions not allowed"));
        Assert.That(
            Text(await rig.CallAsync(
                Virginia,
                "UpdateTable",
                $"{{'TableName':'{Table}','MultiRegionConsistency':'STRONG','ReplicaUpdates':[{{'Create':{{'RegionName':'{Ireland}'}}}}]}}")),
            Does.Contain("is not supported by DaxProxy's bundled engine"));
        Assert.That(
            Text(await rig.ReplicateAsync(Virginia, "Absent", Ireland)), Does.Contain("Table: Absent not found"));
        Assert.That((await rig.CallAsync(Ireland, "ListTables", "{}"))["TableNames"]!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task AReplicaThatIsBeingMade_AllowsNoOther_AndKeepsItsStream()
    {
        await rig.ReplicateAsync(Virginia, Table, Ireland);
        Assert.That(
            Text(await rig.ReplicateAsync(Virginia, Table, Tokyo)),
            Does.EndWith("while the replica is being added to table with name: ‘Music’ in region: ‘eu-west-1’."));
        await rig.PumpAsync();
        Assert.That(
            Text(await rig.CallAsync(
                Ireland, "UpdateTable", $"{{'TableName':'{Table}','StreamSpecification':{{'StreamEnabled':false}}}}")),
            Does.EndWith("Disabling Stream is not allowed for a Global Table replica."));
    }

    [Test]
    public async Task AReplicaThatOthersWereMadeFrom_StaysUntilThoseAreGone()
    {
        await rig.ReplicateAsync(Virginia, Table, Ireland);
        await rig.PumpAsync();
        string delete = $"{{'TableName':'{Table}'}}";
        Assert.That(Text(await rig.CallAsync(Virginia, "DeleteTable", delete)), Does.Contain("has acted as a source region"));
        await rig.PutAsync(Ireland, Table, "a", "1");
        JsonNode answer = await rig.ReplicateAsync(Virginia, Table, Ireland, "Delete");
        Assert.That(answer["TableDescription"]?["Replicas"], Is.Null, answer.ToJsonString());
        Assert.That((await rig.CallAsync(Ireland, "ListTables", "{}"))["TableNames"]!.AsArray(), Is.Empty);
        Assert.That(await rig.GetAsync(Virginia, Table, "a"), Is.EqualTo("1"), "what was written there last");
        Assert.That((await rig.DescribeAsync(Virginia, Table))["GlobalTableVersion"], Is.Null);
        Assert.That((await rig.CallAsync(Virginia, "DeleteTable", delete))["TableDescription"], Is.Not.Null);
    }

    [Test]
    public async Task AReplicaThatWentAndCameBack_HasWhatWasWrittenMeanwhile()
    {
        await rig.ReplicateAsync(Virginia, Table, Ireland);
        await rig.PumpAsync();
        await rig.PutAsync(Virginia, Table, "a", "1");
        await rig.PumpAsync();
        await rig.ReplicateAsync(Virginia, Table, Ireland, "Delete");
        await rig.PutAsync(Virginia, Table, "b", "2");
        await rig.CallAsync(Virginia, "DeleteItem", $"{{'TableName':'{Table}','Key':{{'pk':{{'S':'a'}}}}}}");
        await rig.Tables.TrimAsync(CancellationToken.None);
        await rig.ReplicateAsync(Virginia, Table, Ireland);
        await rig.PumpAsync();
        Assert.That(await rig.GetAsync(Ireland, Table, "b"), Is.EqualTo("2"));
        Assert.That(await rig.GetAsync(Ireland, Table, "a"), Is.Null);
    }

    [Test]
    public async Task ThirdRegion_GetsWhatASecondHasYetToSendToTheFirst()
    {
        await rig.ReplicateAsync(Virginia, Table, Ireland);
        await rig.PumpAsync();
        rig.Tables.Weather.Cut(Ireland, Virginia, isCut: true);
        await rig.PutAsync(Ireland, Table, "a", "1");
        await rig.PumpAsync();
        await rig.Tables.TrimAsync(CancellationToken.None);
        await rig.ReplicateAsync(Virginia, Table, Tokyo);
        await rig.PumpAsync();
        Assert.That(await rig.GetAsync(Virginia, Table, "a"), Is.Null);
        Assert.That(await rig.GetAsync(Tokyo, Table, "a"), Is.EqualTo("1"));
        rig.Tables.Weather.Cut(Ireland, Virginia, isCut: false);
        await rig.PumpAsync();
        Assert.That(await rig.GetAsync(Virginia, Table, "a"), Is.EqualTo("1"));
    }

    [Test]
    public async Task IndexesBillingAndTimeToLive_AreOfAllReplicas_AndProtectionOfOne()
    {
        await rig.CallAsync(
            Virginia,
            "UpdateTimeToLive",
            $"{{'TableName':'{Table}','TimeToLiveSpecification':{{'AttributeName':'ends','Enabled':true}}}}");
        await rig.ReplicateAsync(Virginia, Table, Ireland);
        await rig.PumpAsync();
        await rig.CallAsync(
            Ireland,
            "UpdateTable",
            $"{{'TableName':'{Table}','AttributeDefinitions':[{{'AttributeName':'v','AttributeType':'S'}}],"
            + "'GlobalSecondaryIndexUpdates':[{'Create':{'IndexName':'byV','KeySchema':[{'AttributeName':'v','KeyType':'HASH'}],"
            + "'Projection':{'ProjectionType':'KEYS_ONLY'}}}]}");
        await rig.CallAsync(Ireland, "UpdateTable", $"{{'TableName':'{Table}','DeletionProtectionEnabled':true}}");
        JsonNode table = await rig.DescribeAsync(Virginia, Table);
        JsonNode setting = await rig.CallAsync(Ireland, "DescribeTimeToLive", $"{{'TableName':'{Table}'}}");
        Assert.Multiple(() =>
        {
            Assert.That(table["GlobalSecondaryIndexes"]!.ToJsonString(), Does.Contain("byV"));
            Assert.That((bool)table["DeletionProtectionEnabled"]!, Is.False);
            Assert.That((string?)setting["TimeToLiveDescription"]?["AttributeName"], Is.EqualTo("ends"));
        });
    }

    [Test]
    public async Task ItemThatExpires_IsDeletedInAll_AndOnlyItsOwnRegionSaysWhy()
    {
        await rig.CallAsync(
            Virginia,
            "UpdateTimeToLive",
            $"{{'TableName':'{Table}','TimeToLiveSpecification':{{'AttributeName':'ends','Enabled':true}}}}");
        await rig.ReplicateAsync(Virginia, Table, Ireland);
        await rig.PumpAsync();
        long ends = rig.Time.Now.AddSeconds(10).ToUnixTimeSeconds();
        await rig.CallAsync(
            Virginia, "PutItem", $"{{'TableName':'{Table}','Item':{{'pk':{{'S':'a'}},'v':{{'S':'1'}},'ends':{{'N':'{ends}'}}}}}}");
        await rig.PumpAsync();
        rig.Time.Now = rig.Time.Now.AddMinutes(1);
        await rig.Engine(Virginia).Sweeper.SweepAsync(CancellationToken.None);
        await rig.PumpAsync();
        Assert.That(await rig.GetAsync(Ireland, Table, "a"), Is.Null);
        Assert.That((await LastRecordAsync(Virginia))["userIdentity"], Is.Not.Null);
        JsonNode replicated = await LastRecordAsync(Ireland);
        Assert.That(replicated["userIdentity"], Is.Null);
        Assert.That((string?)replicated["eventName"], Is.EqualTo("REMOVE"));
    }

    [Test]
    public async Task Disassociation_LeavesTwoTablesWithTheSameItems()
    {
        await rig.ReplicateAsync(Virginia, Table, Ireland);
        await rig.PumpAsync();
        await rig.PutAsync(Virginia, Table, "a", "1");
        await rig.PutAsync(Ireland, Table, "b", "2");
        Assert.That(
            Text(await rig.ReplicateAsync(Virginia, Table, Ireland, "Disassociate")), Does.Contain("must name the region that is asked"));
        JsonNode answer = await rig.CallAsync(
            Ireland,
            "UpdateTable",
            $"{{'TableName':'{Table}','ReplicaUpdates':[{{'Disassociate':{{'RegionName':'{Ireland}',"
            + "'DisassociationMode':'WAIT_FOR_REPLICATION'}}]}");
        Assert.That(answer["TableDescription"], Is.Not.Null, answer.ToJsonString());
        await rig.PutAsync(Virginia, Table, "a", "3");
        await rig.PumpAsync();
        foreach (string region in (string[])[Virginia, Ireland])
        {
            Assert.That((await rig.DescribeAsync(region, Table))["GlobalTableVersion"], Is.Null, region);
            Assert.That(await rig.GetAsync(region, Table, "b"), Is.EqualTo("2"), region);
        }

        Assert.That(await rig.GetAsync(Virginia, Table, "a"), Is.EqualTo("3"));
        Assert.That(await rig.GetAsync(Ireland, Table, "a"), Is.EqualTo("1"));
        await rig.Tables.TrimAsync(CancellationToken.None);
        Assert.That(Text(await rig.ReplicateAsync(Virginia, Table, Ireland)), Does.Contain("already existed as tables"));
        Assert.That((await rig.CallAsync(Virginia, "DeleteTable", $"{{'TableName':'{Table}'}}"))["TableDescription"], Is.Not.Null);
    }

    [Test]
    public async Task TableThatBecomesAReplicaAgain_SendsWhatIsWrittenFromThen_AndToNoneOfItsFormerReplicas([Values] bool isFirst)
    {
        string leaver = isFirst ? Virginia : Ireland, other = isFirst ? Ireland : Virginia;
        await rig.ReplicateAsync(Virginia, Table, Ireland);
        await rig.PumpAsync();
        await rig.PutAsync(leaver, Table, "a", "1");
        await rig.PumpAsync();
        for (int i = 0; i < 2; i++)
        {
            await rig.ReplicateAsync(leaver, Table, leaver, "Disassociate");
            string alone = (await rig.DescribeAsync(leaver, Table)).ToJsonString();
            Assert.That(alone, Does.Not.Contain("GlobalTableVersion"));
            await rig.CallAsync(Tokyo, "DeleteTable", $"{{'TableName':'{Table}'}}");
            Assert.That((await rig.ReplicateAsync(leaver, Table, Tokyo))["TableDescription"], Is.Not.Null);
            await rig.PumpAsync();
            await rig.PutAsync(leaver, Table, "a", $"again {i}");
            await rig.Tables.TrimAsync(CancellationToken.None);
            await rig.PumpAsync();
            Assert.That(await rig.GetAsync(Tokyo, Table, "a"), Is.EqualTo($"again {i}"));
            Assert.That(await rig.GetAsync(other, Table, "a"), Is.EqualTo("1"));
            JsonArray replicas = (await rig.DescribeAsync(leaver, Table))["Replicas"]!.AsArray();
            Assert.That(replicas.Select(one => (string)one!["RegionName"]!), Is.EqualTo(new[] { Tokyo }));
        }
    }

    [Test]
    public async Task RegionWhoseStoreIsNew_IsHeardFromItsFirstWriteOn()
    {
        using StoreFolder store = new();
        using (RegionsRig before = new(rig.Time, store.Path))
        {
            await before.CreateAsync(Virginia, Table);
            await before.ReplicateAsync(Virginia, Table, Ireland);
            await before.PumpAsync();
            for (int i = 0; i < 20; i++)
            {
                await before.PutAsync(Ireland, Table, $"old {i}", "1");
            }

            await before.PumpAsync();
            await before.ReplicateAsync(Virginia, Table, Ireland, "Delete");
        }

        Directory.Delete(Path.Combine(store.Path, Ireland), recursive: true);
        using RegionsRig after = new(rig.Time, store.Path);
        Assert.That((await after.ReplicateAsync(Virginia, Table, Ireland))["TableDescription"], Is.Not.Null);
        await after.PumpAsync();
        await after.PutAsync(Ireland, Table, "new", "2");
        await after.Tables.TrimAsync(CancellationToken.None);
        await after.PumpAsync();
        Assert.That(await after.GetAsync(Virginia, Table, "new"), Is.EqualTo("2"));
        Assert.That(await after.GetAsync(Ireland, Table, "old 19"), Is.EqualTo("1"));
    }

    [Test]
    public async Task WriteThatLoses_ChangesNothing_AndLeavesNoRecord()
    {
        await rig.ReplicateAsync(Virginia, Table, Ireland);
        await rig.PumpAsync();
        await rig.PutAsync(Virginia, Table, "a", "early");
        rig.Time.Now = rig.Time.Now.AddSeconds(1);
        await rig.PutAsync(Ireland, Table, "a", "late");
        await rig.PumpAsync();
        Assert.That(await rig.GetAsync(Virginia, Table, "a"), Is.EqualTo("late"));
        Assert.That(await rig.GetAsync(Ireland, Table, "a"), Is.EqualTo("late"));
        StreamReplay ireland = new(rig, Ireland, Table), virginia = new(rig, Virginia, Table);
        await ireland.ReadAsync();
        await virginia.ReadAsync();
        Assert.That(ireland.Records, Is.EqualTo(1));
        Assert.That(virginia.Records, Is.EqualTo(2));
    }

    [Test]
    public async Task DeletionThatHasYetToArrive_IsRemembered_HoweverLongThatTakes()
    {
        await rig.ReplicateAsync(Virginia, Table, Ireland);
        await rig.PumpAsync();
        await rig.PutAsync(Ireland, Table, "a", "1");
        await rig.PumpAsync();
        DateTimeOffset then = rig.Time.Now;
        rig.Tables.Weather.Cut(Virginia, Ireland, isCut: true);
        rig.Time.Now = then.AddSeconds(1);
        await rig.CallAsync(Virginia, "DeleteItem", $"{{'TableName':'{Table}','Key':{{'pk':{{'S':'a'}}}}}}");
        rig.Time.Now = then.AddDays(2);
        await rig.Tables.TrimAsync(CancellationToken.None);

        // A clock that is set back: what is written by it is older than the deletion.
        rig.Time.Now = then;
        await rig.PutAsync(Ireland, Table, "a", "2");
        rig.Tables.Weather.Cut(Virginia, Ireland, isCut: false);
        await rig.PumpAsync();
        Assert.That(await rig.GetAsync(Virginia, Table, "a"), Is.Null);
        Assert.That(await rig.GetAsync(Ireland, Table, "a"), Is.Null);
    }

    [Test]
    public async Task Delay_HoldsAWriteBackUntilItsTime_AndACutUntilItIsMended()
    {
        await rig.ReplicateAsync(Virginia, Table, Ireland);
        await rig.PumpAsync();
        rig.Tables.Weather.Faults = new ReplicationFaults { Delay = TimeSpan.FromSeconds(2) };
        await rig.PutAsync(Virginia, Table, "a", "1");
        rig.Time.Now = rig.Time.Now.AddSeconds(1.9);
        await rig.PumpAsync();
        Assert.That(await rig.GetAsync(Ireland, Table, "a"), Is.Null);
        rig.Time.Now = rig.Time.Now.AddSeconds(0.2);
        rig.Tables.Weather.Cut(Virginia, Ireland, isCut: true);
        await rig.PumpAsync();
        Assert.That(await rig.GetAsync(Ireland, Table, "a"), Is.Null);
        Assert.That(
            rig.Tables.Statuses.Single(status => status.To == Ireland), Is.EqualTo(new ReplicationStatus(
                Table, Virginia, Ireland, IsCut: true, Pending: 1, OldestAge: TimeSpan.FromSeconds(2.1))));
        rig.Tables.Weather.Cut(Virginia, Ireland, isCut: false);
        await rig.PumpAsync();
        Assert.That(await rig.GetAsync(Ireland, Table, "a"), Is.EqualTo("1"));
        Assert.That(rig.Tables.Statuses.Sum(status => status.Pending), Is.Zero);
    }

    [Test]
    public async Task Partitions_TakeTheirShareOfTime_AndAreTheSameForTheSameSeed()
    {
        ReplicationWeather weather = new(rig.Time) { Faults = new ReplicationFaults { PartitionShare = 0.3, Seed = 5 } };
        List<bool> cuts = [];
        for (int spell = 0; spell < 2000; spell++)
        {
            rig.Time.Now += ReplicationWeather.Spell;
            cuts.Add(weather.IsCut(Virginia, Ireland));
            Assert.That(weather.IsCut(Ireland, Virginia), Is.EqualTo(cuts[^1]));
        }

        Assert.That(cuts.Count(isCut => isCut), Is.InRange(500, 700));
        rig.Time.Now -= ReplicationWeather.Spell * 1999;
        Assert.That(weather.IsCut(Virginia, Ireland), Is.EqualTo(cuts[0]));
        await Task.CompletedTask;
    }

    private static string? Text(JsonNode answer) => (string?)(answer["message"] ?? answer["Message"]);

    private async Task<JsonNode> LastRecordAsync(string region)
    {
        StreamReplay replay = new(rig, region, Table);
        await replay.ReadAsync();
        return replay.Last!;
    }
}
