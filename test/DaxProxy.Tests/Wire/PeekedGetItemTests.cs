using System.Text;
using System.Text.Json;
using DaxProxy.Core.Wire.Json;
using NUnit.Framework;

namespace DaxProxy.Tests.Wire;

public sealed class PeekedGetItemTests
{
    private const string Full =
        """ { "Key" : {"pk":{"S":"a"},"sk" : {"N":"1"}} ,"TableName":"T", "ConsistentRead":false,"ReturnConsumedCapacity":"NONE"} """;

    [TestCase("""{"TableName":"T","Key":{"pk":{"S":"ä"}}}""")]
    [TestCase("""{"TableName":"T","Key":{"pk":{"B":"YQ=="}},"ConsistentRead":false}""")]
    [TestCase(Full)]
    public void TryRead_PlainBody_IsRead(string body) => Assert.That(IsRead(Encoding.UTF8.GetBytes(body)), Is.True);

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("""{"TableName":"T"}""")]
    [TestCase("""{"TableName":"T","Key":{}}""")]
    [TestCase("""{"TableName":"T","Key":{"pk":{"S":"a"}},}""")]
    [TestCase("""{"TableName":"T","Key":{"pk":{"S":"a"},}}""")]
    [TestCase("""{"TableName":"T","Key":{"pk":{"S":"a"}}}}""")]
    [TestCase("""{"TableName":"T","TableName":"T","Key":{"pk":{"S":"a"}}}""")]
    [TestCase("""{"TableName":"T","Key":{"pk":{"S":"a"}},"Key":{"pk":{"S":"a"}}}""")]
    [TestCase("""{"TableName":"T","Key":{"a":{"S":"a"},"b":{"S":"a"},"c":{"S":"a"}}}""")]
    [TestCase("""{"TableName":"T","Key":{"pk":{"S":"\u0061"}}}""")]
    [TestCase("{\"TableName\":\"T\",\"Key\":{\"pk\":{\"S\":\"a\tb\"}}}")]
    [TestCase("""{"TableName":"T","Key":{"pk":{"S":"a","N":"1"}}}""")]
    [TestCase("""{"TableName":"T","Key":{"pk":{"BOOL":true}}}""")]
    [TestCase("""{"TableName":"T","Key":{"pk":{"S":"a"}},"ConsistentRead":true}""")]
    [TestCase("""{"TableName":"T","Key":{"pk":{"S":"a"}},"ConsistentRead":falsey}""")]
    [TestCase("""{"TableName":"T","Key":{"pk":{"S":"a"}},"ProjectionExpression":"a"}""")]
    public void TryRead_AnythingElse_IsLeftToTheFullFlow(string body) => Assert.That(IsRead(Encoding.UTF8.GetBytes(body)), Is.False);

    [Test]
    public void TryRead_CutAnywhere_IsLeftToTheFullFlow()
    {
        byte[] body = Encoding.UTF8.GetBytes(Full.TrimEnd());
        for (int length = 0; length < body.Length; length++)
        {
            Assert.That(IsRead(body[..length]), Is.False, $"{length}");
        }
    }

    [Test]
    public void TryRead_AnyByteChanged_AcceptsOnlyJson()
    {
        byte[] body = Encoding.UTF8.GetBytes(Full);
        for (int index = 0; index < body.Length; index++)
        {
            byte good = body[index];
            for (int value = 0; value < 128; value++)
            {
                body[index] = (byte)value;
                if (IsRead(body))
                {
                    Assert.DoesNotThrow(() => JsonDocument.Parse(body).Dispose(), $"{value} at {index}");
                }
            }

            body[index] = good;
        }
    }

    private static bool IsRead(byte[] body) => PeekedGetItem.TryRead(body, out _);
}
