using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DaxProxy.Samples;

// An auction: bidders outbid each other at the same time, only a higher bid may replace the highest, and every accepted one is kept.
const string Table = "sample-bids";
const string Lot = "painting-17";
const string Highest = "highest";
string[] bidders = ["Ada", "Ben", "Cleo", "Dan"];
const int BidsEach = 10;

using Proxy proxy = new(args);
AmazonDynamoDBClient client = proxy.Client;
Console.WriteLine($"Bidding: {bidders.Length} bidders, {BidsEach} bids each, at {proxy.Address}.");
await proxy.RecreateTableAsync(new CreateTableRequest
{
    TableName = Table,
    KeySchema = [new("lot", KeyType.HASH), new("entry", KeyType.RANGE)],
    AttributeDefinitions = [new("lot", ScalarAttributeType.S), new("entry", ScalarAttributeType.S)],
});

// 1. All bid at once; each looks at the highest bid first, as a browser would show it.
int accepted = 0, outbid = 0;
await Task.WhenAll(bidders.Select(async (bidder, position) =>
{
    for (int round = 0; round < BidsEach; round++)
    {
        await client.GetItemAsync(Table, KeyOf(Highest));
        bool isAccepted = await TryBidAsync(bidder, 100 + (round * bidders.Length * 10) + (((position * 3) + round) % bidders.Length * 10));
        Interlocked.Increment(ref isAccepted ? ref accepted : ref outbid);
    }
}));
Console.WriteLine($"{accepted} bids were accepted, {outbid} were too low by then.");

// 2. All bidders look at the result.
int top = 0;
for (int look = 0; look < 20; look++)
{
    top = int.Parse((await client.GetItemAsync(Table, KeyOf(Highest))).Item["amount"].N);
}

// 3. The history, oldest first: amounts only rise, its last is the highest, and no accepted bid is missing.
QueryResponse history = await client.QueryAsync(new QueryRequest
{
    TableName = Table,
    KeyConditionExpression = "lot = :lot AND begins_with(entry, :bids)",
    ExpressionAttributeValues = new() { [":lot"] = new(Lot), [":bids"] = new("bid#") },
});
int[] amounts = [.. history.Items.Select(item => int.Parse(item["amount"].N))];
int highestOffer = 100 + (((BidsEach * bidders.Length) - 1) * 10);
bool isRight = amounts.Length == accepted && accepted + outbid == bidders.Length * BidsEach
    && amounts.Zip(amounts.Skip(1), (before, after) => before < after).All(rises => rises)
    && amounts[^1] == top && top == highestOffer;
Console.WriteLine($"The lot goes to {history.Items[^1]["bidder"].S} for {top}, after {amounts.Length} accepted bids.");
return proxy.Finish(isRight);

// The condition decides, not what was read before: a stale look at the highest bid can only lose, never win wrongly.
async Task<bool> TryBidAsync(string bidder, int amount)
{
    try
    {
        await client.UpdateItemAsync(new UpdateItemRequest
        {
            TableName = Table,
            Key = KeyOf(Highest),
            UpdateExpression = "SET amount = :amount, bidder = :bidder",
            ConditionExpression = "attribute_not_exists(amount) OR amount < :amount",
            ExpressionAttributeValues = new() { [":amount"] = new() { N = $"{amount}" }, [":bidder"] = new(bidder) },
        });
    }
    catch (ConditionalCheckFailedException)
    {
        return false;
    }

    await client.PutItemAsync(
        Table, new(KeyOf($"bid#{amount:000000}")) { ["amount"] = new() { N = $"{amount}" }, ["bidder"] = new(bidder) });
    return true;
}

static Dictionary<string, AttributeValue> KeyOf(string entry) => new() { ["lot"] = new(Lot), ["entry"] = new(entry) };
