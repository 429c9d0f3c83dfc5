using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DaxProxy.Samples;

// Sessions of a web site: made once, read with each page, over at a moment that the item itself names.
const string Table = "sample-sessions";
const int Sessions = 10;
const int PagesEach = 8;

using Proxy proxy = new(args);
AmazonDynamoDBClient client = proxy.Client;
Console.WriteLine($"Session store: {Sessions} visitors, {PagesEach} pages each, at {proxy.Address}.");
await proxy.RecreateTableAsync(new CreateTableRequest
{
    TableName = Table,
    KeySchema = [new("session", KeyType.HASH)],
    AttributeDefinitions = [new("session", ScalarAttributeType.S)],
});

// 1. Two front ends try to begin every session at once. The condition lets one of them.
bool[][] outcomes = await Task.WhenAll(Enumerable.Range(0, Sessions).Select(session =>
    Task.WhenAll(TryBeginAsync(session, "left"), TryBeginAsync(session, "right"))));
bool isRight = outcomes.All(pair => pair.Count(won => won) == 1);
Console.WriteLine(isRight ? "Each session was begun exactly once." : "A session was begun twice, or not at all.");

// 2. Every page reads its session.
int found = 0;
for (int page = 0; page < PagesEach; page++)
{
    for (int session = 0; session < Sessions; session++)
    {
        found += await ReadAsync(session) is null ? 0 : 1;
    }
}

isRight &= found == Sessions * PagesEach;
Console.WriteLine($"{found} of {Sessions * PagesEach} pages found their session.");

// 3. One visitor leaves: the write goes through the proxy, so the next read knows, cached or not.
await client.DeleteItemAsync(Table, KeyOf(0));
isRight &= await ReadAsync(0) is null;

// 4. Another's time is over. DynamoDB deletes such items some time later (a time to live on the attribute expiresAt), so readers check.
await client.UpdateItemAsync(new UpdateItemRequest
{
    TableName = Table,
    Key = KeyOf(1),
    UpdateExpression = "SET expiresAt = :past",
    ExpressionAttributeValues = new() { [":past"] = Seconds(DateTimeOffset.UtcNow.AddMinutes(-1)) },
});
isRight &= await ReadAsync(1) is null;
isRight &= await ReadAsync(2) is not null;
Console.WriteLine("One visitor has left and one session is over; both are gone at once for every reader.");
return proxy.Finish(isRight);

async Task<bool> TryBeginAsync(int session, string frontEnd)
{
    try
    {
        await client.PutItemAsync(new PutItemRequest
        {
            TableName = Table,
            Item = new(KeyOf(session)) { ["madeBy"] = new(frontEnd), ["expiresAt"] = Seconds(DateTimeOffset.UtcNow.AddMinutes(30)) },
            ConditionExpression = "attribute_not_exists(#session)",
            ExpressionAttributeNames = new() { ["#session"] = "session" },
        });
        return true;
    }
    catch (ConditionalCheckFailedException)
    {
        return false;
    }
}

async Task<Dictionary<string, AttributeValue>?> ReadAsync(int session)
{
    GetItemResponse answer = await client.GetItemAsync(Table, KeyOf(session));
    return answer.IsItemSet && long.Parse(answer.Item["expiresAt"].N) > DateTimeOffset.UtcNow.ToUnixTimeSeconds() ? answer.Item : null;
}

static Dictionary<string, AttributeValue> KeyOf(int session) => new() { ["session"] = new($"visitor-{session}") };

static AttributeValue Seconds(DateTimeOffset moment) => new() { N = $"{moment.ToUnixTimeSeconds()}" };
