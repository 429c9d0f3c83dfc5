using System.Text;
using System.Text.Json;
using Amazon.Runtime;
using DaxProxy.Auth;
using DaxProxy.Report;
using DaxProxy.Tests.Auth;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Report;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RequestWriterTests
{
    private readonly ManualTime time = new();

    [TestCase(null)]
    [TestCase("a-token-of-a-session")]
    public void Write_AnyRequest_IsSignedAsOfNow(string? token)
    {
        AWSCredentials credentials =
            token is null ? new BasicAWSCredentials("AKID", "secret") : new SessionAWSCredentials("AKID", "secret", token);
        RequestWriter writer = new("dynamodb.eu-central-1.amazonaws.com", new LoadSigner(credentials, "eu-central-1", time));
        foreach (int hours in (int[])[0, 1, 24])
        {
            time.Advance(3600.0 * hours);
            byte[] body = Encoding.UTF8.GetBytes(new string('x', 3000 * hours));
            string[] parts = Encoding.UTF8.GetString(writer.Write(RequestBodies.GetItem, body).Span).Split("\r\n\r\n");
            Dictionary<string, string> headers = parts[0].Split("\r\n").Skip(1).Select(line => line.Split(": ", 2))
                .ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair[1]);
            string scope = SignatureV4.Scope(time.GetUtcNow(), "eu-central-1", "dynamodb");
            string[] signed =
                ["content-type", "host", "x-amz-date", .. token is null ? Array.Empty<string>() : ["x-amz-security-token"], "x-amz-target"];
            Assert.That(headers["authorization"], Is.EqualTo(AnySignature.Authorization(
                "POST", [.. signed.Select(name => KeyValuePair.Create(name, headers[name]))], body, scope, "AKID", "secret",
                SignatureV4.Timestamp(time.GetUtcNow()))));
            Assert.That(
                (parts[1], headers["content-length"], headers.GetValueOrDefault("x-amz-security-token")),
                Is.EqualTo((Encoding.UTF8.GetString(body), $"{body.Length}", token)));
        }
    }

    [Test]
    public void Now_WithinASecond_IsTheSame()
    {
        LoadSigner signer = new(new BasicAWSCredentials("AKID", "secret"), "us-east-1", time);
        SigningMoment first = signer.Now();
        Assert.That(signer.Now(), Is.SameAs(first));
        time.Advance(1);
        Assert.That(signer.Now(), Is.Not.SameAs(first));
    }

    [Test]
    public void Bodies_OfAllKinds_AreTheirOperations()
    {
        RequestBodies bodies = new("t", itemsOfPartition: 100, itemBytes: 400);
        Assert.That(
            Encoding.UTF8.GetString(bodies.Get(1234)),
            Is.EqualTo("""{"Key":{"pk":{"S":"p#0000012"},"sk":{"S":"00001234"}},"TableName":"t"}"""));
        JsonElement page = Parse(bodies.Page(1234, 20, isConsistent: true));
        Assert.That((page.GetProperty("Limit").GetInt32(), page.GetProperty("ConsistentRead").GetBoolean()), Is.EqualTo((20, true)));
        JsonElement put = Parse(bodies.Put(7, version: 123_456)).GetProperty("Item");
        Assert.That(SizeOf(put), Is.EqualTo(400));
        JsonElement batch = Parse(bodies.BatchWrite(50, 25)).GetProperty("RequestItems").GetProperty("t");
        Assert.That(batch.GetArrayLength(), Is.EqualTo(25));
        Assert.That(
            batch[24].GetProperty("PutRequest").GetProperty("Item").GetProperty("sk").GetProperty("S").GetString(), Is.EqualTo("00000074"));

        static JsonElement Parse(ReadOnlySpan<byte> body) => JsonSerializer.Deserialize<JsonElement>(body);

        // A number takes a byte for two digits and one more. Source: "DynamoDB item sizes and formats".
        static int SizeOf(JsonElement item) => item.EnumerateObject().Sum(attribute => attribute.Name.Length
            + (attribute.Value.TryGetProperty("S", out JsonElement text)
                ? text.GetString()!.Length
                : ((attribute.Value.GetProperty("N").GetString()!.Length + 1) / 2) + 1));
    }

    [Test]
    public void Reply_WhatMatters_IsFound()
    {
        byte[] hit = Encoding.ASCII.GetBytes(
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\ncache-status: DaxProxy; hit; ttl=7\r\n\r\n{\"Count\":3,\"ScannedCount\":4}");
        byte[] refused = Encoding.ASCII.GetBytes(
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 9\r\n\r\n{\"__type\":\"com.amazon.coral.service#AccessDeniedException\",\"Message\":\"No.\\nToken: t\"}");
        byte[] injected = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nCache-Status: DaxProxy; hit\r\n");
        Assert.That((ReplyText.Status(hit), ReplyText.IsHit(hit), ReplyText.Count(hit)), Is.EqualTo((200, true, 3)));
        Assert.That(
            (ReplyText.Status(refused), ReplyText.IsHit(refused), ReplyText.ErrorName(refused)),
            Is.EqualTo((400, false, "AccessDeniedException")));
        Assert.That(ReplyText.IsHit(injected), Is.False, "that is its body");
        Assert.That(ClientReply.Of(refused).ErrorName, Is.EqualTo("AccessDeniedException"));
        Assert.That((ReplyText.Status("HTTP/2"u8), ReplyText.ErrorName("{\"__type\":\"<x>\"}"u8)), Is.EqualTo((0, default(string))));
    }
}
