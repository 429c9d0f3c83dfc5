using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Wire.Dax;
using NUnit.Framework;

namespace DaxProxy.Tests.Wire.Dax;

public sealed class DaxServiceCallTests
{
    private static IEnumerable<DaxVector> Authorizations => DaxVectors.All.Where(vector => vector.Json.TryGetProperty("verify", out _));

    [Test]
    public void Preamble_OfEachClient_NamesIt() => Assert.That(
        DaxVectors.Preambles.Select(vector => DaxServiceCalls.ReadUserAgent(vector.Bytes)),
        Is.EquivalentTo(new[] { "DaxJSClient-1.2.10", "DaxJSV3Client-3.1.0", "DaxGoClient-1.2.14", "DaxGoV2Client-1.0.3", "AnyClient-1.0" }));

    [TestCaseSource(nameof(Authorizations))]
    public void Authorization_OfEachClient_IsSignedWithItsSecretAndNoOther(object vector)
    {
        DaxVector call = (DaxVector)vector;
        ConnectionAuthorization authorization = DaxServiceCalls.ReadAuthorization(call.Bytes)!;
        string secret = call.Json.GetProperty("verify").GetProperty("secretAccessKey").GetString()!;
        DateTimeOffset time = TimeOf(authorization);
        Assert.Multiple(() =>
        {
            Assert.That(authorization.AccessKeyId, Is.EqualTo("AKIDEXAMPLE"));
            Assert.That(authorization.SessionToken, Is.Null);
            Assert.That(authorization.UserAgent, Does.StartWith("Dax"));
            Assert.That(authorization.IsSignedWith(secret, time), Is.True);
            Assert.That(authorization.IsSignedWith(secret + "x", time), Is.False);
            Assert.That(authorization.IsSignedWith(secret, time + ConnectionAuthorization.MaxSkew), Is.True);
            Assert.That(authorization.IsSignedWith(secret, time + ConnectionAuthorization.MaxSkew + TimeSpan.FromSeconds(1)), Is.False);
            Assert.That(authorization.IsSignedWith(secret, time - ConnectionAuthorization.MaxSkew - TimeSpan.FromSeconds(1)), Is.False);
            Assert.That((authorization with { Signature = authorization.Signature[..^1] + "g" }).IsSignedWith(secret, time), Is.False);
        });
    }

    [Test]
    public void Authorization_WithAnyCharacterOfTheSignedTextChanged_IsNotSigned()
    {
        DaxVector call = Authorizations.First();
        ConnectionAuthorization authorization = DaxServiceCalls.ReadAuthorization(call.Bytes)!;
        string secret = call.Json.GetProperty("verify").GetProperty("secretAccessKey").GetString()!;
        DateTimeOffset time = TimeOf(authorization);
        for (int i = 0; i < authorization.StringToSign.Length; i++)
        {
            byte[] changed = [.. authorization.StringToSign];
            changed[i] ^= 1;
            Assert.That((authorization with { StringToSign = changed }).IsSignedWith(secret, time), Is.False, $"byte {i}");
        }
    }

    [Test]
    public void Authorization_RightlySignedForAnotherRequest_IsRefused()
    {
        // The same key signs other requests: only the one that stands for a connection will do.
        ConnectionAuthorization authorization = DaxServiceCalls.ReadAuthorization(Authorizations.First().Bytes)!;
        string[] lines = Encoding.UTF8.GetString(authorization.StringToSign).Split('\n');
        lines[3] = new string('0', 64);
        byte[] other = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        string[] scope = lines[2].Split('/');
        ConnectionAuthorization forged = authorization with
        {
            StringToSign = other,
            Signature = ConnectionAuthorization.Sign("secret", scope[0], scope[1], other),
        };
        Assert.That(forged.IsSignedWith("secret", TimeOf(authorization)), Is.False);
    }

    [Test]
    public void Signature_OfThePublishedExample_IsTheSame()
    {
        const string StringToSign = "AWS4-HMAC-SHA256\n20180227T181912Z\n20180227/us-east-1/dax/aws4_request\n"
            + "059996a9cb1161028c24513d3ea105ae4b06076943a02d9a0f72e2b5d7e6fef0";
        Assert.That(
            ConnectionAuthorization.Sign("sk", "20180227", "us-east-1", Encoding.UTF8.GetBytes(StringToSign)),
            Is.EqualTo("a7ee7b960e8c11f149d55288149b834cd5f18583401c04b3dac24f4579c3e647"));
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
        Assert.That(DaxServiceCalls.ReadAttributeNames([.. head, 0x82, 0x61, 0x62, 0x61, 0x61]), Is.EqualTo(new[] { "b", "a" }).AsCollection);
    }

    private static DateTimeOffset TimeOf(ConnectionAuthorization authorization) => DateTimeOffset.ParseExact(
        Encoding.UTF8.GetString(authorization.StringToSign).Split('\n')[1],
        "yyyyMMdd'T'HHmmss'Z'",
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal);

    private static byte[]? Answer(DaxVector call)
    {
        ArrayBufferWriter<byte> output = new();
        IReadOnlyDictionary<int, AttributeNames> lists = DaxVectors.ListsOf(call.Session);
        switch (call.Method.Name)
        {
            case nameof(DaxMethod.Endpoints):
                DaxServiceCalls.WriteEndpoints([new DaxEndpoint(75809965, IPAddress.Loopback, 8111, true, "us-east-1a", 713040381101)], output);
                break;
            case nameof(DaxMethod.DefineKeySchema) when DaxVectors.Tables.TryGetValue(DaxServiceCalls.ReadTableName(call.Bytes)!, out var table):
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
