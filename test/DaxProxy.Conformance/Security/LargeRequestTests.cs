using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using DaxProxy.Conformance.Dax;
using DaxProxy.Hosting;
using DaxProxy.Tests.Auth;
using NUnit.Framework;

namespace DaxProxy.Conformance.Security;

/// <summary>
/// Large requests of clients that have not shown who they are: they are refused by what stands before the body, of which nothing has been
/// sent here.
/// </summary>
public sealed class LargeRequestTests
{
    private const string Id = "AKIDRIGHT", Secret = "a-secret", Host = "localhost", Target = "DynamoDB_20120810.PutItem", ContentType = "application/x-amz-json-1.0";
    private const int BodyBytes = 1 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private VerifyingHost verifying = null!;
    private DaxProxyHost host = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        verifying = await VerifyingHost.StartAsync(Id, Secret, speaksDax: true);
        host = verifying.Host;
    }

    [OneTimeTearDown]
    public ValueTask StopAsync() => verifying.DisposeAsync();

    [TestCase(null, Secret, 0, "MissingAuthenticationTokenException")]
    [TestCase("AKIDOTHER", Secret, 0, "UnrecognizedClientException")]
    [TestCase(Id, Secret, -20, "InvalidSignatureException")]
    public async Task Http_HeadersThatAreWrong_RefuseBeforeTheBodyIsSent(string? id, string secret, int minutes, string error) =>
        Assert.That(await AnswerToAsync(Head(id, secret, minutes, digest: null)), Does.StartWith("HTTP/1.1 400 ").And.Contains(error));

    [Test]
    public async Task Http_DigestOfTheBodyInTheHeaders_ShowsAWrongSecretBeforeTheBodyIsSent() =>
        Assert.That(await AnswerToAsync(Head(Id, "another", 0, Digest(new byte[BodyBytes]))), Does.Contain("InvalidSignatureException"));

    [Test]
    public async Task Http_RightHeaders_AreFollowedByTheBodyAndAnswered()
    {
        byte[] body = Encoding.ASCII.GetBytes($$$$"""{"TableName":"none","Item":{"pk":{"S":"{{{{new string('x', BodyBytes)}}}}"}}}""");
        Assert.That(await AnswerToAsync(Head(Id, Secret, 0, Digest(body), body), body), Does.Contain("ValidationException"));
        body[^20] = (byte)'y';
        Assert.That(await AnswerToAsync(Head(Id, Secret, 0, Digest(new byte[1]), body), body), Does.Contain("InvalidSignatureException"));
    }

    [Test]
    public async Task Dax_LongRequestBeforeAuthorization_IsRefusedBeforeItIsComplete()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(host.DaxEndPoint!);
        byte[] request = DaxTalk.Request(DaxTalk.PutItem, cbor =>
        {
            cbor.WriteByteString("none"u8);
            cbor.WriteByteString(new byte[BodyBytes]);
        });
        DaxRefusal? refusal = await Assert.ThrowsAsync<DaxRefusal>(async () =>
        {
            await talk.SendAsync(request.AsMemory(0, 100_000));
            await talk.ReceiveAsync(1).WaitAsync(Patience);
        });
        Assert.That(refusal!.Codes, Is.EqualTo(new[] { 4, 23, 31, 33 }));
    }

    private static string Digest(byte[] body) => Convert.ToHexStringLower(SHA256.HashData(body));

    private static byte[] Head(string? id, string secret, int minutes, string? digest, byte[]? body = null)
    {
        StringBuilder head = new($"POST / HTTP/1.1\r\nHost: {Host}\r\nContent-Type: {ContentType}\r\nX-Amz-Target: {Target}\r\n");
        if (id is not null)
        {
            string timestamp = TimeProvider.System.GetUtcNow().AddMinutes(minutes).ToString(
                "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
            List<KeyValuePair<string, string>> signed = [new("host", Host), new("x-amz-date", timestamp), new("x-amz-target", Target)];
            if (digest is not null)
            {
                signed.Insert(1, new("x-amz-content-sha256", digest));
            }

            string scope = timestamp[..8] + "/us-east-1/dynamodb/aws4_request";
            string authorization = AnySignature.Authorization("POST", signed, body ?? new byte[BodyBytes], scope, id, secret, timestamp);
            head.Append(CultureInfo.InvariantCulture, $"X-Amz-Date: {timestamp}\r\nAuthorization: {authorization}\r\n");
        }

        head.Append(digest is null ? "" : $"x-amz-content-sha256: {digest}\r\n");
        return Encoding.ASCII.GetBytes(
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body?.Length ?? BodyBytes}\r\n\r\n").ToString());
    }

    private async Task<string> AnswerToAsync(params byte[][] pieces)
    {
        using TcpClient client = new();
        await client.ConnectAsync(host.DataEndPoint);
        foreach (byte[] piece in pieces)
        {
            await client.GetStream().WriteAsync(piece);
        }

        byte[] answer = new byte[4096];
        int length = await client.GetStream().ReadAsync(answer).AsTask().WaitAsync(Patience);
        return Encoding.ASCII.GetString(answer, 0, length);
    }
}
