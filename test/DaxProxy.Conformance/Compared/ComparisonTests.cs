using System.IO.Hashing;
using System.Text;
using NUnit.Framework;

namespace DaxProxy.Conformance.Compared;

/// <summary>What counts as a difference between two answers.</summary>
public sealed class ComparisonTests
{
    private const string Table = "t-0123456789abcdef0123456789abcdef";

    [TestCase("""{"N":"1"}""", """{"N":"1"}""", null, ExpectedResult = null)]
    [TestCase("""{"N":"1"}""", """{"N":"1.0"}""", null, ExpectedResult = "body")]
    [TestCase("""{"a":1,"b":2}""", """{"b":2,"a":1}""", null, ExpectedResult = "body")]
    [TestCase("""{"CreationDateTime":1.5}""", """{"CreationDateTime":1.75}""", null, ExpectedResult = null)]
    [TestCase("""{"CreationDateTime":{"N":"1"}}""", """{"CreationDateTime":{"N":"2"}}""", null, ExpectedResult = "body")]
    [TestCase("""{"CapacityUnits":1.0}""", """{"CapacityUnits":0.0}""", "DaxProxy; hit; ttl=1", ExpectedResult = null)]
    [TestCase("""{"CapacityUnits":1.0}""", """{"CapacityUnits":0.0}""", "DaxProxy; fwd=miss; stored", ExpectedResult = "body")]
    [TestCase("""{"TableArn":"a/x"}""", """{"TableArn":"a/y"}""", null, ExpectedResult = "body")]
    public string? OneProduct_IsComparedByteByByte(string direct, string proxied, string? cacheStatus) =>
        Compare(isOneProduct: true, AnswerOf(direct, null), AnswerOf(proxied, cacheStatus));

    [TestCase("""{"a":1,"b":{"SS":["x","y"]}}""", """{"b":{"SS":["y","x"]},"a":1.0}""", ExpectedResult = null)]
    [TestCase("""{"Responses":{"T":[{"a":1},{"b":2}]}}""", """{"Responses":{"T":[{"b":2},{"a":1}]}}""", ExpectedResult = null)]
    [TestCase("""{"Items":[{"a":1},{"b":2}]}""", """{"Items":[{"b":2},{"a":1}]}""", ExpectedResult = "body")]
    [TestCase("""{"L":["x","y"]}""", """{"L":["y","x"]}""", ExpectedResult = "body")]
    [TestCase("""{"message":"x"}""", """{"message":"y"}""", ExpectedResult = "body")]
    public string? AnotherProduct_IsComparedButForOrderThatMeansNothing(string direct, string proxied) =>
        Compare(isOneProduct: false, AnswerOf(direct, null), AnswerOf(proxied, null));

    [Test]
    public void HeaderOrStatus_ThatDiffers_IsADifference()
    {
        Answer plain = AnswerOf("{}", null);
        Assert.That(Compare(true, plain, plain with { Status = 400 }), Is.EqualTo("status"));
        Assert.That(Compare(true, plain, plain with { Headers = [.. plain.Headers, "X: y"] }), Is.EqualTo("headers"));
        Assert.That(Compare(true, plain, plain with { Headers = ["x-amz-crc32: 1"] }), Is.EqualTo("headers"));
    }

    [Test]
    public void Translate_OfAnIdThatWasTold_IsTheOtherServersId()
    {
        Comparison comparison = new(isOneProduct: true, difference => Assert.Fail($"{difference}"));
        comparison.Compare(
            new ComparedRequest("test", "target", "{}"),
            AnswerOf($$"""{"LatestStreamArn":"arn:table/{{Table}}/stream/2026-01-01T00:00:00.001","RevisionId":"17"}""", null),
            AnswerOf($$"""{"LatestStreamArn":"arn:table/{{Table}}/stream/2026-01-01T00:00:00.002","RevisionId":"18"}""", null));
        Assert.That(
            Encoding.UTF8.GetString(comparison.Translate(Encoding.UTF8.GetBytes(
                $$"""{"StreamArn":"arn:table/{{Table}}/stream/2026-01-01T00:00:00.002","ExpectedRevisionId":"18","Other":"18"}"""))),
            Is.EqualTo($$"""{"StreamArn":"arn:table/{{Table}}/stream/2026-01-01T00:00:00.001","ExpectedRevisionId":"17","Other":"18"}"""));
    }

    private static string? Compare(bool isOneProduct, Answer direct, Answer proxied)
    {
        string? found = null;
        new Comparison(isOneProduct, difference => found = difference.What).Compare(
            new ComparedRequest("test", "target", "{}"), direct, proxied);
        return found;
    }

    private static Answer AnswerOf(string body, string? cacheStatus)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        return new Answer(200, [$"x-amz-crc32: {Crc32.HashToUInt32(bytes)}"], bytes, cacheStatus);
    }
}
