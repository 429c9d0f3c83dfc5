using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using Amazon.Runtime;
using DaxProxy.Auth;
using DaxProxy.Bench.Load;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Load;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaxProxy.Bench.Flood;

/// <summary>The kinds of large requests: by port, protocol, key and content.</summary>
internal static class AttackList
{
    private const string Region = "us-east-1", ContentType = "application/x-amz-json-1.0", Host = "127.0.0.1:8000";
    private const string FormType = "application/x-www-form-urlencoded";

    /// <summary>What ends a connection of the DAX protocol behind the answers that are due.</summary>
    private const byte NoCbor = 0xff;

    /// <summary>How many items of how many characters make an answer of nearly 16 MB.</summary>
    private const int LargeItems = 40, LargeItemChars = 390_000;

    /// <summary>The requests that make the items of the large answers.</summary>
    public static IEnumerable<byte[]> LargePuts => LargeKeys.Select(key => LoadItems.Request(
        "PutItem", $$$$"""{"TableName":"{{{{LoadItems.Table}}}}","Item":{"pk":{"S":"{{{{key}}}}"},"data":{"S":"{{{{new string('y', LargeItemChars)}}}}"}}}"""));

    private static IEnumerable<string> LargeKeys => Enumerable.Range(0, LargeItems).Select(index => $"large#{index}");

    /// <summary>All kinds.</summary>
    /// <param name="proxy">The proxy; it knows the key of <see cref="LoadItems"/>.</param>
    /// <param name="bodyBytes">The length of each request.</param>
    /// <param name="authorization">What says over DAX who the client is.</param>
    /// <param name="list">The number of the attribute list <c>data</c>.</param>
    public static IReadOnlyList<Attack> Of(ServerProcess proxy, int bodyBytes, byte[] authorization, int list)
    {
        byte[] text = Filled("""{"S":" """.TrimEnd(), "x", "\"}", bodyBytes), tokens = Filled("""{"L":[{"L":[]}""", ""","L":[]}""".Replace(",", ",{", StringComparison.Ordinal), "]}", bodyBytes);
        byte[] frame = DaxRequests.PutItem(LoadItems.Table, "flood", list, new string('x', bodyBytes - 1024));
        string keys = string.Join(',', LargeKeys.Select(key => $$$"""{"pk":{"S":"{{{key}}}"}}"""));
        byte[] batch = Encoding.ASCII.GetBytes($$$$"""{"RequestItems":{"{{{{LoadItems.Table}}}}":{"Keys":[{{{{keys}}}}]}}}""");
        byte[] get = Encoding.ASCII.GetBytes(
            $$$$"""{"TableName":"{{{{LoadItems.Table}}}}","Key":{"pk":{"S":"{{{{LargeKeys.First()}}}}"}}}""");
        IPEndPoint http = proxy.EndPoint, dax = proxy.DaxEndPoint!, admin = proxy.AdminEndPoint!;
        return
        [
            Attack.OverHttp1("HTTP/1.1, no signature", http, Head(Headers("PutItem", text, null, null)), text),
            Attack.OverHttp1("HTTP/1.1, unknown key", http, Head(Headers("PutItem", text, "stranger", "secret")), text),
            Attack.OverHttp1(
                "HTTP/1.1, known key, wrong secret", http, Head(Headers("PutItem", text, LoadItems.AccessKeyId, "wrong")), text),
            Attack.OverHttp1("HTTP/1.1, right key", http, Head(Headers("PutItem", text, LoadItems.AccessKeyId, LoadItems.SecretKey)), text),
            Attack.OverHttp1(
                "HTTP/1.1, right key, many tokens", http, Head(Headers("PutItem", tokens, LoadItems.AccessKeyId, LoadItems.SecretKey)),
                tokens),
            Attack.OverHttp2("HTTP/2, no signature", http, Headers("PutItem", text, null, null), text),
            Attack.OverHttp2("HTTP/2, right key", http, Headers("PutItem", text, LoadItems.AccessKeyId, LoadItems.SecretKey), text),
            Attack.OverDax("DAX, not authorized", dax, DaxRequests.Preamble, frame),
            Attack.OverDax("DAX, right key", dax, DaxRequests.Preamble, authorization, frame),
            Attack.OverHttp1("HTTP/1.1, a form", http, OtherHead("POST /", FormType, text.Length), text),
            Attack.OverHttp1("HTTP/1.1, another path", http, OtherHead("PUT /other", ContentType, text.Length), text),
            Attack.OverHttp1("admin port", admin, AdminHead(text.Length), text),
            Attack.ForAnswers("answers of 16 MB over HTTP/1.1", http, ClosingHead("BatchGetItem", batch), batch),
            Attack.ForAnswers(
                "answers of 16 MB over DAX", dax, DaxRequests.Preamble, authorization,
                DaxRequests.BatchGetItem(LoadItems.Table, [.. LargeKeys]), [NoCbor]),
            Attack.ForAnswers("answers of 0.4 MB over HTTP/1.1", http, ClosingHead("GetItem", get), get),
            Attack.ForAnswers(
                "answers of 0.4 MB over DAX", dax, DaxRequests.Preamble, authorization,
                DaxRequests.GetItem(LoadItems.Table, LargeKeys.First()), [NoCbor]),
        ];
    }

    /// <summary>What says over DAX who the client is.</summary>
    public static byte[] Authorization(string keysFile)
    {
        KeyStore keys = KeyStore.Of(
            new AuthOptions { Mode = AuthMode.Verify, CredentialsFile = keysFile }, NullLogger.Instance, TimeProvider.System)!;
        ArrayBufferWriter<byte> output = new();
        PeerCalls.WriteAuthorization(new ConnectionSigner(keys, Region, TimeProvider.System).Sign("DaxProxy.Bench-1.0"), output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The head of a request with which the connection ends.</summary>
    private static byte[] ClosingHead(string operation, byte[] body)
    {
        Dictionary<string, string> headers = Headers(operation, body, LoadItems.AccessKeyId, LoadItems.SecretKey);
        headers["Connection"] = "close";
        return Head(headers);
    }

    private static byte[] Filled(string value, string more, string end, int bytes)
    {
        string begin = $$$"""{"TableName":"{{{LoadItems.Table}}}","Item":{"pk":{"S":"flood"},"data":{{{value}}}""";
        end += "}}";
        StringBuilder body = new(begin, bytes);
        body.Insert(body.Length, more, (bytes - begin.Length - end.Length) / more.Length);
        return Encoding.ASCII.GetBytes(body.Append(end).ToString());
    }

    private static Dictionary<string, string> Headers(string operation, byte[] body, string? keyId, string? secret)
    {
        string target = "DynamoDB_20120810." + operation;
        Dictionary<string, string> headers = new() { ["Host"] = Host, ["X-Amz-Target"] = target, ["Content-Type"] = ContentType };
        if (keyId is not null)
        {
            SigningMoment moment = SigningMoment.Of(
                TimeProvider.System.GetUtcNow(), new ImmutableCredentials(keyId, secret, null), Region, null);
            Span<char> signature = stackalloc char[2 * SignatureV4.SignatureBytes];
            moment.Sign(Host, target, ContentType, body, signature);
            headers["X-Amz-Date"] = moment.Timestamp;
            headers["Authorization"] = SignatureV4.Authorization(moment.AccessKeyId, moment.Scope, moment.SignedHeaders, signature);
        }

        headers["Content-Length"] = body.Length.ToString(CultureInfo.InvariantCulture);
        return headers;
    }

    private static byte[] Head(Dictionary<string, string> headers) =>
        Encoding.ASCII.GetBytes(
            "POST / HTTP/1.1\r\n" + string.Concat(headers.Select(header => $"{header.Key}: {header.Value}\r\n")) + "\r\n");

    private static byte[] OtherHead(string begin, string type, int length) => Encoding.ASCII.GetBytes(
        $"{begin} HTTP/1.1\r\nHost: {Host}\r\nContent-Type: {type}\r\nContent-Length: {length}\r\n\r\n");

    private static byte[] AdminHead(int length) => Encoding.ASCII.GetBytes(
        $"POST /api/evict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
}
