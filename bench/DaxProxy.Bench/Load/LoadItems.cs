using System.Text;
using Amazon.Runtime;
using DaxProxy.Auth;
using DaxProxy.Core.Items;
using DaxProxy.Load;

namespace DaxProxy.Bench.Load;

/// <summary>The table, the items and the requests of a load: made once, sent as they are.</summary>
/// <remarks>The headers are those that the AWS SDKs send, so that parsing them costs what it costs in earnest.</remarks>
/// <param name="items">Different items.</param>
/// <param name="itemBytes">Bytes of an item as DynamoDB counts them.</param>
internal sealed class LoadItems(int items, int itemBytes)
{
    /// <summary>Name of the table.</summary>
    public const string Table = "bench";

    /// <summary>Id of the key that requests are signed with.</summary>
    public const string AccessKeyId = "local";

    /// <summary>The secret of that key.</summary>
    public const string SecretKey = "local";

    private static readonly DateTimeOffset SignedAt = TimeProvider.System.GetUtcNow();

    /// <summary>What DynamoDB counts of an item besides the filler: names <c>pk</c>, <c>data</c> and the key's value.</summary>
    private const int OtherBytes = 2 + 4 + KeyChars;

    private const int KeyChars = 12;

    private readonly string filler = new('x', Math.Max(1, itemBytes - OtherBytes));

    /// <summary>What makes the table.</summary>
    public const string CreateTableBody =
        $$"""{"TableName":"{{Table}}","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}]}""";

    /// <summary>The request that makes the table.</summary>
    public static byte[] CreateTable { get; } = Request("CreateTable", CreateTableBody);

    /// <summary>The request that tells whether the table can be used.</summary>
    public static byte[] DescribeTable { get; } = Request("DescribeTable", $$"""{"TableName":"{{Table}}"}""");

    /// <summary>The attributes of an item.</summary>
    public AttributeMap AttributesOf(int index) => new()
    {
        ["pk"] = AttributeValue.FromString(KeyOf(index)),
        ["data"] = AttributeValue.FromString(filler),
    };

    /// <summary>One request for each item.</summary>
    public byte[][] Gets() => [.. Enumerable.Range(0, items).Select(GetOf)];

    /// <summary>So many requests for items that a seed picks.</summary>
    public byte[][] RandomGets(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => GetOf(random.Next(items)))];
    }

    /// <summary>One request for each item.</summary>
    public byte[][] Puts() => [.. Enumerable.Range(0, items).Select(index => Request(
        "PutItem", $$$$"""{"TableName":"{{{{Table}}}}","Item":{"pk":{"S":"{{{{KeyOf(index)}}}}"},"data":{"S":"{{{{filler}}}}"}}}"""))];

    /// <summary>The same over DAX.</summary>
    public byte[][] DaxGets() => [.. Enumerable.Range(0, items).Select(index => DaxRequests.GetItem(Table, KeyOf(index)))];

    /// <summary>The same over DAX.</summary>
    /// <param name="list">The number of the list of the one attribute name <c>data</c>.</param>
    public byte[][] DaxPuts(int list) =>
        [.. Enumerable.Range(0, items).Select(index => DaxRequests.PutItem(Table, KeyOf(index), list, filler))];

    /// <summary>A request for an item of any key.</summary>
    public static byte[] GetOf(string key) => Request("GetItem", $$$$"""{"TableName":"{{{{Table}}}}","Key":{"pk":{"S":"{{{{key}}}}"}}}""");

    private static byte[] GetOf(int index) => GetOf(KeyOf(index));

    private static string KeyOf(int index) => $"user#{index:0000000}";

    /// <summary>A request as an AWS SDK would send it, truly signed as of the start of the process.</summary>
    public static byte[] Request(string operation, string body)
    {
        const string ContentType = "application/x-amz-json-1.0", Host = "127.0.0.1:8000";
        string target = "DynamoDB_20120810." + operation;
        SigningMoment moment = SigningMoment.Of(SignedAt, new ImmutableCredentials(AccessKeyId, SecretKey, null), "us-east-1", null);
        Span<char> signature = stackalloc char[2 * SignatureV4.SignatureBytes];
        moment.Sign(Host, target, ContentType, Encoding.ASCII.GetBytes(body), signature);
        string authorization = SignatureV4.Authorization(moment.AccessKeyId, moment.Scope, moment.SignedHeaders, signature);
        return Encoding.ASCII.GetBytes(
            $"""
            POST / HTTP/1.1
            Host: {Host}
            X-Amz-Target: {target}
            Content-Type: {ContentType}
            User-Agent: aws-sdk-dotnet-coreclr/4.0.110.1 ua/2.1 os/linux#6.1 md/ARCH#X64 lang/.NET_Core#10.0 md/aws-sdk-dotnet-core
            amz-sdk-invocation-id: 5e0d5f0c-6a0c-4f0e-9d0c-2b3b8f6c1a11
            amz-sdk-request: attempt=1; max=10
            X-Amz-Date: {moment.Timestamp}
            Authorization: {authorization}
            Content-Length: {body.Length}


            """.ReplaceLineEndings("\r\n") + body);
    }
}
