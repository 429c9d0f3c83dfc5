using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DaxProxy.Samples;

// A game: many matches at once add to the players' scores with atomic counters, and an index ranks the players.
const string Table = "sample-leaderboard";
const string Index = "by-score";
string[] players = ["Ada", "Ben", "Cleo", "Dan", "Eve"];
const int MatchesEach = 20;

using Proxy proxy = new(args);
AmazonDynamoDBClient client = proxy.Client;
Console.WriteLine($"Leaderboard: {players.Length} players, {MatchesEach} matches each, at {proxy.Address}.");
await proxy.RecreateTableAsync(new CreateTableRequest
{
    TableName = Table,
    KeySchema = [new("player", KeyType.HASH)],
    AttributeDefinitions = [new("player", ScalarAttributeType.S), new("game", ScalarAttributeType.S), new("score", ScalarAttributeType.N)],
    GlobalSecondaryIndexes =
    [
        new()
        {
            IndexName = Index,
            KeySchema = [new("game", KeyType.HASH), new("score", KeyType.RANGE)],
            Projection = new() { ProjectionType = ProjectionType.ALL },
        },
    ],
});

// 1. Every match is an update of its own; none reads before it writes, so none can undo another.
Dictionary<string, int> expected = players.ToDictionary(player => player, _ => 0);
List<Task> matches = [];
for (int match = 0; match < MatchesEach; match++)
{
    for (int player = 0; player < players.Length; player++)
    {
        int points = (((match + 1) * (player + 3) * 7) % 11) + player;
        expected[players[player]] += points;
        matches.Add(client.UpdateItemAsync(new UpdateItemRequest
        {
            TableName = Table,
            Key = KeyOf(players[player]),
            UpdateExpression = "SET game = :game ADD score :points, matches :one",
            ExpressionAttributeValues = new() { [":game"] = new("chess"), [":points"] = Number(points), [":one"] = Number(1) },
        }));
    }
}

await Task.WhenAll(matches);
Console.WriteLine($"{matches.Count} matches were played at the same time.");

// 2. Players look at their own scores again and again; that is what the cache is for.
bool isRight = true;
for (int look = 0; look < 5; look++)
{
    foreach (string player in players)
    {
        Dictionary<string, AttributeValue> item = (await client.GetItemAsync(Table, KeyOf(player))).Item;
        isRight &= item["score"].N == $"{expected[player]}" && item["matches"].N == $"{MatchesEach}";
    }
}

Console.WriteLine(isRight ? "Every score is the sum of its matches." : "A match was lost.");

// 3. The ranking.
QueryResponse ranking = await client.QueryAsync(new QueryRequest
{
    TableName = Table,
    IndexName = Index,
    KeyConditionExpression = "game = :game",
    ExpressionAttributeValues = new() { [":game"] = new("chess") },
    ScanIndexForward = false,
    Limit = 3,
});
foreach (Dictionary<string, AttributeValue> item in ranking.Items)
{
    Console.WriteLine($"  {item["player"].S}: {item["score"].N}");
}

int[] best = [.. expected.Values.OrderDescending().Take(3)];
isRight &= ranking.Items.Select(item => int.Parse(item["score"].N)).SequenceEqual(best);
return proxy.Finish(isRight);

static Dictionary<string, AttributeValue> KeyOf(string player) => new() { ["player"] = new(player) };

static AttributeValue Number(int value) => new() { N = $"{value}" };
