using System.Buffers;
using System.Net;
using System.Text;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;
using DaxProxy.Core.Wire.Dax.Writing;
using NUnit.Framework;

namespace DaxProxy.Tests.Wire.Dax;

public sealed class DaxServiceCallTests
{
    private static IEnumerable<DaxVector> Authorizations => DaxVectors.All.Where(vector => vector.Json.TryGetProperty("verify", out _));

    [Test]
    public void Preamble_OfEachClient_NamesIt() => Assert.That(
        DaxVectors.Preambles.Select(vector => DaxServiceCalls.ReadUserAgent(vector.Bytes)),
        Is.EquivalentTo(
            new[] { "DaxJSClient-1.2.10", "DaxJSV3Client-3.1.0", "DaxGoClient-1.2.14", "DaxGoV2Client-1.0.3", "AnyClient-1.0" }));

    [TestCaseSource(nameof(Authorizations))]
    public void Authorization_OfEachClient_IsReadAsItWasSent(object vector)
    {
        ConnectionAuthorization authorization = DaxServiceCalls.ReadAuthorization(((DaxVector)vector).Bytes)!;
        Assert.Multiple(() =>
        {
            Assert.That(authorization.AccessKeyId, Is.EqualTo("AKIDEXAMPLE"));
            Assert.That(authorization.Signature, Does.Match("^[0-9a-f]{64}$"));
            Assert.That(Encoding.UTF8.GetString(authorization.StringToSign), Does.StartWith("AWS4-HMAC-SHA256\n"));
            Assert.That(authorization.SessionToken, Is.Null);
            Assert.That(authorization.UserAgent, Does.StartWith("Dax"));
        });
    }

    [Test]
    public void Answers_ToCallsAboutTheProtocol_AreTheRecordedBytes()
    {
        int compared = 0;
        foreach (DaxVector call in DaxVectors.Frames.Where(vector => vector.Answer is not null && !vector.Method.IsDataOperation))
        {
            byte[]? answer = Answer(call);
            if (answer is not null)
            {
                compared++;
                Assert.That(Convert.ToHexStringLower(answer), Is.EqualTo(Convert.ToHexStringLower(call.Answer!.Bytes)), call.Name);
            }
        }

        Assert.That(compared, Is.GreaterThan(30));
    }

    [Test]
    public void AttributeNames_ThatNoItemHas_AreRefused()
    {
        byte[] head = Convert.FromHexString("013a495927bb");
        Assert.That(DaxServiceCalls.ReadAttributeNames([.. head, 0x82, 0x61, 0x61, 0x61, 0x61]), Is.Null, "twice the same");
        Assert.That(DaxServiceCalls.ReadAttributeNames([.. head, 0x81, 0x60]), Is.Null, "an empty name");
        Assert.That(DaxServiceCalls.ReadAttributeNames([.. head, 0x81, 0x01]), Is.Null, "a number");
        Assert.That(DaxServiceCalls.ReadAttributeNames([.. head, 0x81, 0x61, 0xff]), Is.Null, "no UTF-8");
        Assert.That(
            DaxServiceCalls.ReadAttributeNames([.. head, 0x82, 0x61, 0x62, 0x61, 0x61]), Is.EqualTo(new[] { "b", "a" }).AsCollection);
    }


    private static byte[]? Answer(DaxVector call)
    {
        ArrayBufferWriter<byte> output = new();
        IReadOnlyDictionary<int, AttributeNames> lists = DaxVectors.ListsOf(call.Session);
        switch (call.Method.Name)
        {
            case nameof(DaxMethod.Endpoints):
                DaxServiceCalls.WriteEndpoints(
                    [new DaxEndpoint(75809965, IPAddress.Loopback, 8111, true, "us-east-1a", 713040381101)], output);
                break;
            case nameof(DaxMethod.DefineKeySchema) when DaxVectors.Tables.TryGetValue(
                DaxServiceCalls.ReadTableName(call.Bytes)!, out var table):
                DaxServiceCalls.WriteKeySchema(table.KeySchema, output);
                break;
            case nameof(DaxMethod.DefineKeySchema):
                DaxAnswer.Of(TableFaults.NotFound, "req-0001").Write([], output);
                break;
            case nameof(DaxMethod.DefineAttributeListId):
                AttributeNames names = DaxServiceCalls.ReadAttributeNames(call.Bytes)!;
                DaxServiceCalls.WriteAttributeListId(lists.Single(list => list.Value.Equals(names)).Key, output);
                break;
            case nameof(DaxMethod.DefineAttributeList):
                DaxServiceCalls.WriteAttributeNames(lists[DaxServiceCalls.ReadAttributeListId(call.Bytes)!.Value], output);
                break;
            default:
                return null;
        }

        return output.WrittenSpan.ToArray();
    }
}
