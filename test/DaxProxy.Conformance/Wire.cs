using System.Net.Http.Headers;
using System.Text;

namespace DaxProxy.Conformance;

/// <summary>The DynamoDB API without an SDK: JSON text in, status and text out. Signatures are well formed but not true.</summary>
public sealed class Wire(Uri endPoint, HttpMessageHandler? handler = null) : IDisposable
{
    /// <summary>Begins the name of an operation of DynamoDB Streams.</summary>
    public const string Streams = "DynamoDBStreams_20120810.";

    /// <summary>A signature that is well formed.</summary>
    public const string Authorization = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/dynamodb/aws4_request, "
        + "SignedHeaders=host;x-amz-date;x-amz-target, Signature=0000000000000000000000000000000000000000000000000000000000000000";

    private readonly HttpClient client = new(handler ?? new SocketsHttpHandler(), disposeHandler: handler is null);

    /// <summary>Where requests go.</summary>
    public Uri EndPoint => endPoint;

    /// <summary>Sends a request; apostrophes in it stand for quotes.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="json">Its body.</param>
    /// <param name="faults">What it wants to go wrong; null for nothing.</param>
    public async Task<WireReply> SendAsync(string operation, string json, string? faults = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, endPoint)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json.Replace('\'', '"'))),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        request.Headers.Add(
            "X-Amz-Target", operation.StartsWith(Streams, StringComparison.Ordinal) ? operation : "DynamoDB_20120810." + operation);
        request.Headers.Add("X-Amz-Date", "20260101T000000Z");
        request.Headers.TryAddWithoutValidation("Authorization", Authorization);
        if (faults is not null)
        {
            request.Headers.Add("x-daxproxy-simulate", faults);
        }

        using HttpResponseMessage response = await client.SendAsync(request);
        string body = await response.Content.ReadAsStringAsync();
        response.Headers.TryGetValues("Cache-Status", out IEnumerable<string>? cacheStatus);
        return new WireReply((int)response.StatusCode, body, cacheStatus?.Single());
    }

    /// <summary>The bytes of the same request, for a socket of the test's own.</summary>
    public static byte[] BytesOf(string operation, string json)
    {
        byte[] body = Encoding.UTF8.GetBytes(json.Replace('\'', '"'));
        string head =
            $"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810.{operation}\r\n"
            + $"X-Amz-Date: 20260101T000000Z\r\nAuthorization: {Authorization}\r\nContent-Length: {body.Length}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();
}
