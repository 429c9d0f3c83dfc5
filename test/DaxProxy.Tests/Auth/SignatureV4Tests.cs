using System.Text;
using DaxProxy.Auth;
using NUnit.Framework;

namespace DaxProxy.Tests.Auth;

/// <summary>Vectors of the published Signature Version 4 test suite and of the guide's example of a derived key.</summary>
[TestFixture]
public sealed class SignatureV4Tests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static readonly DateTimeOffset Time = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    [TestCase("GET", "", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", TestName = "get-vanilla")]
    [TestCase("POST", "", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b", TestName = "post-vanilla")]
    [TestCase(
        "POST",
        "application/x-www-form-urlencoded",
        "Param1=value1",
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        TestName = "post-x-www-form-urlencoded")]
    public void Authorization_OfAPublishedVector_IsThePublishedOne(string method, string contentType, string body, string signature)
    {
        string scope = SignatureV4.Scope(Time, "us-east-1", "service");
        string timestamp = SignatureV4.Timestamp(Time);
        List<KeyValuePair<string, string>> headers = [new("host", "example.amazonaws.com"), new("x-amz-date", timestamp)];
        if (contentType.Length > 0)
        {
            headers.Insert(0, new("content-type", contentType));
        }

        string authorization = AnySignature.Authorization(
            method, headers, Encoding.UTF8.GetBytes(body), scope, "AKIDEXAMPLE", Secret, timestamp);
        Assert.That(authorization, Is.EqualTo(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            + $"SignedHeaders={string.Join(';', headers.Select(header => header.Key))}, Signature={signature}"));
    }

    [Test]
    public void DeriveKey_OfTheGuidesExample_IsTheGuidesKey() => Assert.That(
        Convert.ToHexStringLower(SignatureV4.DeriveKey(Secret, "20120215/us-east-1/iam/aws4_request")),
        Is.EqualTo("f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d"));

    [Test]
    public void IsGiven_AnythingButTheSameDigits_IsNot()
    {
        byte[] signature = [.. Enumerable.Range(0xA0, SignatureV4.SignatureBytes).Select(number => (byte)number)];
        string digits = Convert.ToHexStringLower(signature);
        Assert.That(SignatureV4.IsGiven(signature, digits));
        foreach (string other in (string[])[digits.ToUpperInvariant(), digits[1..], digits + "0", "", digits[..^1] + "g", digits[..^1]
            + "0", digits[..^2]])
        {
            Assert.That(SignatureV4.IsGiven(signature, other), Is.False, other);
        }
    }
}
