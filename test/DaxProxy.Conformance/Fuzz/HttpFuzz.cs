using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;

namespace DaxProxy.Conformance.Fuzz;

/// <summary>
/// Requests of the DynamoDB API over HTTP/1.1: good and damaged bodies over one connection, damaged heads and chunks over one each.
/// </summary>
internal class HttpFuzz(IPEndPoint server) : FuzzFront(server)
{
    /// <summary>Where it sends to, as a request names it.</summary>
    protected string Host { get; } = server.ToString();

    private static readonly string[] Heads =
    [
        "Content-Length: +2\r\n", "Content-Length: -1\r\n", "Content-Length: 18446744073709551616\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: x\r\n",
        "Content-Encoding: gzip\r\n", "Content-Encoding: deflate\r\n", "Content-Encoding: br\r\n", "Expect: 100-continue\r\n",
        "Upgrade: h2c\r\nConnection: Upgrade\r\n", "Connection: close\r\n", "Accept-Encoding: gzip;q=x, deflate\r\n", "Origin: null\r\n",
        "X-Amz-Target: \xff\r\n", "X-Amz-Target:\r\n", "X-DaxProxy-Explain: 1\r\n", "Host: a b\r\n", "Host:\r\n",
        "Authorization: AWS4-HMAC-SHA256 Credential=,\r\n", "X-Amz-Date: \r\n", " folded\r\n", "A\r\n", ": x\r\n", "Content-Type: ;\r\n",
    ];

    private static readonly string[] Chunks =
        ["FFFFFFFFFFFFFFFF\r\n", "7fffffff\r\nabc\r\n", "-1\r\n", "1\r\n{\r\n", "1;x=y\r\n{\r\n", "0\r\n\r\n", "0\r\nX: y\r\n\r\n", "2\r\n{}0\r\n\r\n", "2\n{}\n0\n\n", "zz\r\n", "\r\n", "2\r\n{}\r\n0\r\n\r\n"];

    private static readonly string[] Codings = ["gzip", "deflate", "br", "identity", "gzip, gzip", "GZIP", "x-gzip", "", "\xff", "gzip;q=1"];

    private static readonly string[] Lines =
        ["POST / HTTP/1.1", "GET / HTTP/1.1", "OPTIONS / HTTP/1.1", "HEAD / HTTP/1.1", "PUT / HTTP/1.1", "POST /?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=x HTTP/1.1", "POST http://a/ HTTP/1.1", "CONNECT a:1 HTTP/1.1", "OPTIONS * HTTP/1.1", "POST /%00 HTTP/1.1",
         "POST /%ff/../ HTTP/1.1", "POST / HTTP/1.0", "POST / HTTP/2.0", "PRI * HTTP/2.0", "POST  / HTTP/1.1", "X",
         "GET /" + new string('a', 20_000) + " HTTP/1.1"];

    /// <summary>What DynamoDB answers to a compressed body that does not decode. Source: recorded answers of the service.</summary>
    private static ReadOnlySpan<byte> DoesNotDecode =>
        """{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"Internal server error"}"""u8;

    /// <inheritdoc/>
    public override FuzzInput Next(Random random)
    {
        (string target, string body) = RequestGrammar.Next(random);
        byte[] bytes = Body(random, body);
        if (random.Next(8) > 0)
        {
            return new FuzzInput(bytes, target, false);
        }

        if (random.Next(4) == 0)
        {
            return new FuzzInput(Compressed(random, target, bytes), "", true);
        }

        byte[] whole =
        [
            .. random.Next(2) == 0 ? Head(target, bytes) : OddHead(random, target, bytes.Length),
            .. random.Next(4) == 0
                ? Encoding.Latin1.GetBytes(Chunks[random.Next(Chunks.Length)] + Chunks[random.Next(Chunks.Length)])
                : bytes,
        ];
        return new FuzzInput(random.Next(3) == 0 ? whole : Mutation.OfBytes(random, whole), "", true);
    }

    /// <summary>A body as it is, with its JSON changed, with its bytes changed, or both.</summary>
    protected static byte[] Body(Random random, string json)
    {
        string changed = random.Next(2) == 0 ? Mutation.OfJson(random, json) : json;
        byte[] bytes = Encoding.UTF8.GetBytes(changed);
        return random.Next(4) == 0 ? Mutation.OfBytes(random, bytes) : bytes;
    }

    /// <summary>The head of a good request.</summary>
    protected virtual byte[] Head(string target, byte[] body) => Encoding.Latin1.GetBytes(
        $"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: {target}\r\nX-Amz-Date: 20260101T000000Z\r\n"
        + $"Authorization: {Protocol.HostFixture.Signature}\r\nContent-Length: {body.Length}\r\n\r\n");

    /// <inheritdoc/>
    protected override async Task<FuzzOutcome> CallAsync(FuzzInput input, CancellationToken cancellationToken)
    {
        await SendBytesAsync((byte[])[.. Head(input.Target, input.Bytes), .. input.Bytes], cancellationToken);
        int end;
        while ((end = EndOfAnswer()) < 0)
        {
            if (!await ReceiveAsync(cancellationToken))
            {
                Close();
                return FuzzOutcome.Served;
            }
        }

        bool isInternal = IsInternalError(input);
        Take(end);
        return isInternal ? FuzzOutcome.InternalError : FuzzOutcome.Served;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// DynamoDB's answer to a body that does not decode is the one 500 that an input can ask for. A request that breaks something gets the
    /// same answer; the log and the counter of faults tell it apart.
    /// </remarks>
    protected override bool IsInternalError(FuzzInput input)
    {
        int excused = input.IsRaw ? Times(input.Bytes, "content-encoding:") : 0;
        ReadOnlySpan<byte> rest = Answer;
        for (int at; (at = rest.IndexOf("HTTP/1.1 500"u8)) >= 0; excused--)
        {
            rest = rest[(at + 1)..];
            int body = rest.IndexOf("\r\n\r\n"u8);
            if (excused <= 0 || body < 0 || !rest[(body + 4)..].StartsWith(DoesNotDecode))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A compressed body, damaged more often than not, under the name of its coding or of another.</summary>
    private byte[] Compressed(Random random, string target, byte[] body)
    {
        using MemoryStream coded = new();
        bool isGzip = random.Next(2) == 0;
        using (Stream coder = isGzip
            ? new GZipStream(coded, CompressionLevel.Fastest, true)
            : new ZLibStream(coded, CompressionLevel.Fastest, true))
        {
            coder.Write(body);
        }

        byte[] bytes = random.Next(3) == 0 ? coded.ToArray() : Mutation.OfBytes(random, coded.ToArray());
        string coding = random.Next(8) == 0 ? Codings[random.Next(Codings.Length)] : isGzip ? "gzip" : "deflate";
        byte[] head = Head(target, bytes);
        return [.. head.AsSpan(0, head.Length - 2), .. Encoding.Latin1.GetBytes($"Content-Encoding: {coding}\r\n\r\n"), .. bytes];
    }

    private static int Times(byte[] bytes, string header)
    {
        string text = Encoding.Latin1.GetString(bytes);
        int times = 0;
        for (int at = -1; (at = text.IndexOf(header, at + 1, StringComparison.OrdinalIgnoreCase)) >= 0;)
        {
            times++;
        }

        return times;
    }

    private static byte[] OddHead(Random random, string target, int length)
    {
        StringBuilder head = new(Lines[random.Next(Lines.Length)]);
        head.Append("\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\n").Append(
            CultureInfo.InvariantCulture,
            $"X-Amz-Target: {target}\r\nX-Amz-Date: 20260101T000000Z\r\nAuthorization: {Protocol.HostFixture.Signature}\r\n");
        for (int times = random.Next(3); times > 0; times--)
        {
            head.Append(Heads[random.Next(Heads.Length)]);
        }

        return Encoding.Latin1.GetBytes(head.Append(random.Next(2) == 0 ? $"Content-Length: {length}\r\n" : "").Append("\r\n").ToString());
    }

    private int EndOfAnswer()
    {
        int head = Answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return -1;
        }

        string text = Encoding.Latin1.GetString(Answer[..head]);
        int at = text.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase), end = at < 0 ? -1 : text.IndexOf('\r', at);
        int length = at < 0
            ? 0
            : int.Parse(end < 0 ? text.AsSpan(at + 16) : text.AsSpan(at + 16, end - at - 16), CultureInfo.InvariantCulture);
        return Received >= head + 4 + length ? head + 4 + length : -1;
    }
}
