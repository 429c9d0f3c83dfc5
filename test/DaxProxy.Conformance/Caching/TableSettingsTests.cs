using System.Collections;
using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Caching;

/// <summary>What clients see of settings per table and index, made as an operator makes them.</summary>
internal sealed class TableSettingsTests
{
    private const string Hit = "DaxProxy; hit";
    private const string Stored = "DaxProxy; fwd=miss; stored";
    private const string Bypass = "DaxProxy; fwd=bypass";

    private static readonly TableShape Documents =
        new TableShape("DocId:N RevisionNumber:N").Gsi("byAuthor", "Author:S", "ALL").Gsi("byTitle", "Title:S", "ALL");

    private BackendStack backends = null!;
    private DaxProxyHost host = null!;
    private Wire wire = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        OptionsLoader loader = new();
        loader.AddEnvironment(new Hashtable
        {
            ["DAXPROXY__Listen__Port"] = "0",
            ["DAXPROXY__Listen__AdminPort"] = "0",
            ["DAXPROXY__Dax__Enabled"] = "false",
            ["DAXPROXY__Backend__InMemory"] = "true",
            ["DAXPROXY__Tables__dax-*__DaxCompatible"] = "true",
            ["DAXPROXY__Tables__coherent__TimeToLive"] = "70",
            ["DAXPROXY__Tables__coherent__QueryTimeToLive"] = "50",
            ["DAXPROXY__Tables__coherent/byAuthor__QueryTimeToLive"] = "0",
            ["DAXPROXY__Tables__off__Enabled"] = "false",
        });
        ProxyOptions options = loader.Build()!;
        backends = BackendStack.Create(options, TimeProvider.System);
        host = await DaxProxyHost.StartAsync(options, backends, NullLoggerFactory.Instance, TimeProvider.System);
        Uri endPoint = new($"http://{host.DataEndPoint}");
        wire = new Wire(endPoint);
        using Amazon.DynamoDBv2.AmazonDynamoDBClient sdk = SdkClient.For(endPoint);
        foreach (string table in (string[])["dax-documents", "coherent", "off"])
        {
            await sdk.CreateTableAsync(Documents.Request(table));
        }
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        wire.Dispose();
        await host.DisposeAsync();
        backends.Dispose();
    }

    /// <summary>The example by which DAX's documentation explains its query cache.</summary>
    [TestCase("dax-documents", true)]
    [TestCase("coherent", false)]
    public async Task QueryPutQuery_ShowsTheRevision_UnlessTheTableIsDaxCompatible(string table, bool isOld)
    {
        const string Revisions =
            "'KeyConditionExpression':'DocId = :d AND RevisionNumber >= :r','ExpressionAttributeValues':{':d':{'N':'101'},':r':{'N':'5'}}";
        await PutAsync(table, 101, 10);
        WireReply first = await QueryAsync(table, Revisions);
        await PutAsync(table, 101, 20);
        WireReply second = await QueryAsync(table, Revisions), consistent = await QueryAsync(table, Revisions + ",'ConsistentRead':true");

        Assert.That((first["Count"], first.CacheStatus), Is.EqualTo(("1", Stored)));
        Assert.That((second["Count"], consistent["Count"], consistent.CacheStatus), Is.EqualTo((isOld ? "1" : "2", "2", Bypass)));
        Assert.That(second.CacheStatus, isOld ? Does.StartWith(Hit) : Is.EqualTo(Stored));
        if (isOld)
        {
            Assert.That(second.Text, Is.EqualTo(first.Text));
        }

        WireReply item = await GetAsync(table, 101, 20);
        Assert.That(item["Item.RevisionNumber"], Is.EqualTo("{'N':'20'}"), "items are written through");
        Assert.That(item.CacheStatus, Does.StartWith(Hit));
    }

    [Test]
    public async Task DaxCompatibleTable_KeepsAbsenceAsLongAsItems_AndNothingOfConsistentReads()
    {
        WireReply consistent = await GetAsync("dax-documents", 7, 1, ",'ConsistentRead':true");
        WireReply first = await GetAsync("dax-documents", 7, 1), second = await GetAsync("dax-documents", 7, 1);
        Assert.That((consistent.CacheStatus, first.CacheStatus), Is.EqualTo((Bypass, Stored)));
        Assert.That(second.CacheStatus, Does.Match("^DaxProxy; hit; ttl=(29[0-9]|300)$"));
    }

    [Test]
    public async Task IndexOfNoLife_IsPassedBy_BesideTheTableAndOtherIndexes()
    {
        const string ByAuthor =
            "'IndexName':'byAuthor','KeyConditionExpression':'Author = :x','ExpressionAttributeValues':{':x':{'S':'a'}}";
        const string ByTitle = "'IndexName':'byTitle','KeyConditionExpression':'Title = :x','ExpressionAttributeValues':{':x':{'S':'t'}}";
        const string OfTable = "'KeyConditionExpression':'DocId = :x','ExpressionAttributeValues':{':x':{'N':'1'}}";
        await PutAsync("coherent", 1, 1);
        await QueryAsync("coherent", ByAuthor);
        await QueryAsync("coherent", ByTitle);
        await QueryAsync("coherent", OfTable);
        Assert.That((await QueryAsync("coherent", ByAuthor)).CacheStatus, Is.EqualTo(Bypass));
        Assert.That((await wire.SendAsync("Scan", "{'TableName':'coherent','IndexName':'byAuthor'}")).CacheStatus, Is.EqualTo(Bypass));
        Assert.That((await QueryAsync("coherent", ByTitle)).CacheStatus, Does.Match("^DaxProxy; hit; ttl=(4[0-9]|50)$"));
        Assert.That((await QueryAsync("coherent", OfTable)).CacheStatus, Does.Match("^DaxProxy; hit; ttl=(4[0-9]|50)$"));
        Assert.That((await GetAsync("coherent", 1, 1)).CacheStatus, Does.Match("^DaxProxy; hit; ttl=(6[0-9]|70)$"));
    }

    [Test]
    public async Task TableSwitchedOff_IsPassedBy()
    {
        await PutAsync("off", 1, 1);
        Assert.That((await GetAsync("off", 1, 1)).CacheStatus, Is.EqualTo(Bypass));
        Assert.That((await wire.SendAsync("Scan", "{'TableName':'off'}")).CacheStatus, Is.EqualTo(Bypass));
    }

    private async Task PutAsync(string table, int document, int revision)
    {
        string item = $"{{'DocId':{{'N':'{document}'}},'RevisionNumber':{{'N':'{revision}'}},'Author':{{'S':'a'}},'Title':{{'S':'t'}}}}";
        Assert.That((await wire.SendAsync("PutItem", $"{{'TableName':'{table}','Item':{item}}}")).Error, Is.Null);
    }

    private Task<WireReply> GetAsync(string table, int document, int revision, string members = "") => wire.SendAsync(
        "GetItem", $"{{'TableName':'{table}','Key':{{'DocId':{{'N':'{document}'}},'RevisionNumber':{{'N':'{revision}'}}}}{members}}}");

    private Task<WireReply> QueryAsync(string table, string members) => wire.SendAsync("Query", $"{{'TableName':'{table}',{members}}}");
}
