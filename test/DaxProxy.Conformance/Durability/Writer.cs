using System.Net.Sockets;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace DaxProxy.Conformance.Durability;

/// <summary>
/// Writes to keys that are its own until the server is gone, and remembers of each what must be there, and what may be there instead
/// because its last write was never answered.
/// </summary>
internal sealed class Writer(string table, int number, Random random)
{
    private const int Keys = 12;

    /// <summary>Acknowledged version by key; 0 for an item that is not there.</summary>
    public Dictionary<string, int> Acknowledged { get; } = [];

    /// <summary>The version of each key that was being written at the end.</summary>
    public Dictionary<string, int> InDoubt { get; } = [];

    /// <summary>Writes until the server does not answer; tells of each write that was acknowledged.</summary>
    public async Task RunAsync(IAmazonDynamoDB sdk, Action acknowledged)
    {
        for (int version = 1; ; version++)
        {
            Dictionary<string, int> intent = [];
            int operation = random.Next(4);
            int first = random.Next(Keys);
            for (int i = 0; i < (operation == 3 ? 4 : 1); i++)
            {
                bool isDelete = operation == 2 || (operation == 3 && random.Next(3) == 0);
                intent[$"{number}-{(first + i) % Keys}"] = isDelete ? 0 : version;
            }

            try
            {
                await WriteAsync(sdk, operation, intent);
            }
            catch (Exception fault) when (IsSilence(fault))
            {
                foreach ((string key, int wanted) in intent)
                {
                    InDoubt[key] = wanted;
                }

                return;
            }

            foreach ((string key, int written) in intent)
            {
                Acknowledged[key] = written;
            }

            acknowledged();
        }
    }

    /// <summary>An item of a version: its attributes must all be of the same one.</summary>
    public static Dictionary<string, AttributeValue> Item(string key, int version) => new()
    {
        ["p"] = new() { S = key },
        ["v"] = new() { N = $"{version}" },
        ["g"] = new() { S = $"g{version % 5}" },
        ["text"] = new() { S = new string((char)('a' + (version % 26)), 50 + (version % 700)) },
    };

    /// <summary>No answer came; whatever else went wrong is a defect.</summary>
    public static bool IsSilence(Exception fault) => fault is AmazonServiceException answer
        ? answer.StatusCode < System.Net.HttpStatusCode.BadRequest
        : fault is AmazonClientException or HttpRequestException or SocketException or IOException or OperationCanceledException;

    private Task WriteAsync(IAmazonDynamoDB sdk, int operation, Dictionary<string, int> intent)
    {
        (string key, int version) = intent.First();
        Dictionary<string, AttributeValue> id = new() { ["p"] = new() { S = key } };
        Dictionary<string, AttributeValue> item = Item(key, version);
        return operation switch
        {
            0 => sdk.PutItemAsync(table, item),
            1 => sdk.UpdateItemAsync(new UpdateItemRequest
            {
                TableName = table,
                Key = id,
                UpdateExpression = "SET v = :v, g = :g, #t = :t",
                ExpressionAttributeNames = new() { ["#t"] = "text" },
                ExpressionAttributeValues = new() { [":v"] = item["v"], [":g"] = item["g"], [":t"] = item["text"] },
            }),
            2 => sdk.DeleteItemAsync(table, id),
            _ => sdk.BatchWriteItemAsync(new Dictionary<string, List<WriteRequest>>
            {
                [table] = [.. intent.Select(write => write.Value == 0
                    ? new WriteRequest(new DeleteRequest(new() { ["p"] = new() { S = write.Key } }))
                    : new WriteRequest(new PutRequest(Item(write.Key, write.Value))))],
            }),
        };
    }
}
