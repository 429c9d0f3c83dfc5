using System.Text.Json;
using DaxProxy.Backends;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Engine;
using DaxProxy.Engine.Storage;
using DaxProxy.Options;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.TimeToLive;

/// <summary>
/// Both caches over the real engine, which deletes an expired item of which pages are cached, while clients write the same item.
/// </summary>
public sealed class SweptPagesTests
{
    private const string Key = "'p':{'S':'a'},'s':{'S':'x'}";

    private const string Table = "{'TableName':'Log','BillingMode':'PAY_PER_REQUEST',"
        + "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},"
        + "{'AttributeName':'s','AttributeType':'S'},{'AttributeName':'a','AttributeType':'S'},{'AttributeName':'g','AttributeType':'S'}],"
        + "'KeySchema':[{'AttributeName':'p','KeyType':'HASH'},{'AttributeName':'s','KeyType':'RANGE'}],"
        + "'LocalSecondaryIndexes':[{'IndexName':'byA',"
        + "'KeySchema':[{'AttributeName':'p','KeyType':'HASH'},{'AttributeName':'a','KeyType':'RANGE'}],"
        + "'Projection':{'ProjectionType':'ALL'}}],"
        + "'GlobalSecondaryIndexes':[{'IndexName':'byG',"
        + "'KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}]}";

    private readonly ManualTime time = new();
    private LocalBackend engine = null!;
    private BackendStack stack = null!;

    private static IEnumerable<string> Reads =>
    [
        "{'TableName':'Log','KeyConditionExpression':'p = :v','ExpressionAttributeValues':{':v':{'S':'a'}}}",
        "{'TableName':'Log','IndexName':'byA','KeyConditionExpression':'p = :v','ExpressionAttributeValues':{':v':{'S':'a'}}}",
        "{'TableName':'Log','IndexName':'byG','KeyConditionExpression':'g = :v','ExpressionAttributeValues':{':v':{'S':'old'}}}",
    ];

    private static IEnumerable<string> Writes =>
    [
        $"DeleteItem {{'TableName':'Log','Key':{{{Key}}}}}",
        $"PutItem {{'TableName':'Log','Item':{{{Key},'a':{{'S':'2'}},'g':{{'S':'new'}}}}}}",
        $"UpdateItem {{'TableName':'Log','Key':{{{Key}}},'UpdateExpression':'SET g = :g',"
            + "'ExpressionAttributeValues':{':g':{'S':'new'}}}",
        $"BatchWriteItem {{'RequestItems':{{'Log':[{{'DeleteRequest':{{'Key':{{{Key}}}}}}}]}}}}",
        $"TransactWriteItems {{'TransactItems':[{{'Delete':{{'TableName':'Log','Key':{{{Key}}}}}}}]}}",
    ];

    [SetUp]
    public async Task StartAsync()
    {
        engine = new LocalBackend(
            new EngineOptions { DataFolder = null, TimeToLiveInterval = TimeSpan.FromDays(1) }, ValidationProfile.October2026, time);
        stack = new BackendStack(engine, new ProxyOptions(), time);
        await SendAsync("CreateTable", Table);
        await SendAsync("UpdateTimeToLive", "{'TableName':'Log','TimeToLiveSpecification':{'Enabled':true,'AttributeName':'ends'}}");
        await SendAsync("PutItem", $"{{'TableName':'Log','Item':{{{Key},'a':{{'S':'1'}},'g':{{'S':'old'}},'ends':{{'N':'1893455999'}}}}}}");
    }

    [TearDown]
    public void Close()
    {
        stack.Dispose();
        engine.Dispose();
    }

    [Test]
    public async Task Page_OfAnItemThatIsSweptWhileItIsWritten_DoesNotShowItOnceTheWriteIsAcknowledged(
        [ValueSource(nameof(Reads))] string read, [ValueSource(nameof(Writes))] string write)
    {
        await SendAsync("Query", read);
        PageReply cached = (PageReply)await SendAsync("Query", read);
        Assert.That(cached.Cache?.ToString(), Does.Contain("hit"));
        Assert.That(cached.Count, Is.EqualTo(1));

        // The deletion can be read; the caches are to be told now, and a client writes the same item before they are.
        string[] parts = write.Split(' ', 2);
        Task<Reply>? written = null;
        string? thread = null;
        bool isAcknowledged = true;
        engine.BackgroundChanges = changes =>
        {
            written = SendAsync(parts[0], parts[1]);
            thread = Thread.CurrentThread.Name;
            isAcknowledged = written.IsCompleted;
            stack.Caching!.Backend.Note(changes);
        };
        await engine.Sweeper.SweepAsync(CancellationToken.None);
        await written!;
        Assert.That(isAcknowledged, Is.False, "a write that follows the deletion is acknowledged after the caches know of it");
        Assert.That(thread, Is.EqualTo("engine writer"), "so it is told where commits are made, not on a thread of its own");

        PageReply shown = (PageReply)await SendAsync("Query", read);
        PageReply direct = (PageReply)await engine.ExecuteAsync(Decode("Query", read), CancellationToken.None);
        Assert.That(Show(shown), Is.EqualTo(Show(direct)));
    }

    [Test]
    public async Task Page_OfAnItemThatWasSwept_DoesNotShowIt([ValueSource(nameof(Reads))] string read)
    {
        engine.BackgroundChanges = stack.Caching!.Backend.Note;
        await SendAsync("Query", read);
        await engine.Sweeper.SweepAsync(CancellationToken.None);
        Assert.That(((PageReply)await SendAsync("Query", read)).Count, Is.Zero);
    }

    [Test]
    public async Task Backfill_OfANewIndex_TellsOfTheIndexAlone()
    {
        List<string?> told = [];
        engine.BackgroundChanges = changes =>
        {
            lock (told)
            {
                told.AddRange(changes.Select(change => $"{change.TableName}.{change.IndexName}"));
            }
        };
        await SendAsync("UpdateTable", "{'TableName':'Log','AttributeDefinitions':[{'AttributeName':'a','AttributeType':'S'}],"
            + "'GlobalSecondaryIndexUpdates':[{'Create':{'IndexName':'late','KeySchema':[{'AttributeName':'a','KeyType':'HASH'}],"
            + "'Projection':{'ProjectionType':'KEYS_ONLY'}}}]}");
        StackRig.Await(() =>
        {
            lock (told)
            {
                return told.Count > 0;
            }
        });
        Assert.That(told, Is.EqualTo(new[] { "Log.late" }));
    }

    private static string Show(PageReply page) =>
        string.Join(' ', page.Items!.Select(item => System.Text.Encoding.UTF8.GetString(item.Json.Span)));

    private Task<Reply> SendAsync(string operation, string json) =>
        stack.Outermost.ExecuteAsync(Decode(operation, json), CancellationToken.None).AsTask();

    private static Operation Decode(string operation, string json)
    {
        using JsonDocument body = JsonDocument.Parse(json.Replace('\'', '"'));
        DynamoError? error = JsonRequest.TryRead(
            "DynamoDB_20120810." + operation, body.RootElement, ValidationProfile.October2026, out Operation? request);
        return error is null ? request! : throw new ArgumentException(error.Message);
    }
}
