using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using DaxProxy.Auth;
using DaxProxy.Core.Errors;
using DaxProxy.Options;
using DaxProxy.Tests.Caching;
using DaxProxy.Tests.Options;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Tests.Auth;

/// <summary>Requests signed at 2030-01-01T00:00:00Z, and what is wrong with them in the service's words.</summary>
[TestFixture]
public sealed class SignatureVerifierTests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private const string Timestamp = "20300101T000000Z";
    private const string Scope = "20300101/us-east-1/dynamodb/aws4_request";

    private ManualTime time = null!;
    private TemporaryFile file = null!;
    private SignatureVerifier verifier = null!;

    [SetUp]
    public void Start()
    {
        time = new ManualTime();
        file = new TemporaryFile($"[a]\naws_access_key_id = AKID\naws_secret_access_key = {Secret}\n");
        KeyStore keys = KeyStore.Of(new AuthOptions { Mode = AuthMode.Verify, CredentialsFile = file.Path }, NullLogger.Instance, time)!;
        verifier = new SignatureVerifier(keys, null, "dynamodb", ["us-east-1"], time);
    }

    [TearDown]
    public void Stop() => file.Dispose();

    [Test]
    public void Check_RequestAsSigned_IsTrue() => Assert.That(Check(Signed()), Is.Null);

    [Test]
    public void Check_BodyInPieces_IsTheSameBody()
    {
        Piece last = new("}"u8.ToArray(), null, 1);
        ReadOnlySequence<byte> body = new(new Piece("{"u8.ToArray(), last, 0), 0, last, 1);
        Assert.That(verifier.Check(Signed(), body, null, out _), Is.Null);
    }

    [Test]
    public void Check_BodyThatWasDecoded_LooksAtTheHashOfWhatCame() =>
        Assert.That(verifier.Check(Signed(), new ReadOnlySequence<byte>("decoded"u8.ToArray()), SHA256.HashData("{}"u8), out _), Is.Null);

    [Test]
    public void Check_AnythingChangedSinceItWasSigned_IsRefused()
    {
        foreach (Action<HttpRequest> change in (Action<HttpRequest>[])[
            request => request.Headers["X-Amz-Target"] = "DynamoDB_20120810.DeleteItem",
            request => request.Headers.Host = "other",
            request => request.Headers["X-Amz-Date"] = "20300101T000001Z",
            request => request.QueryString = new QueryString("?a=b"),
            request => request.Method = "PUT",
            request => request.Headers.Remove("X-Amz-Target"),
            request => request.Headers.Authorization = request.Headers.Authorization.ToString()[..^1] + "g",
            request => request.Headers.Authorization = request.Headers.Authorization.ToString()[..^1],
            request => request.Headers.Authorization = request.Headers.Authorization.ToString() + "0",
            request => request.Headers.Authorization = request.Headers.Authorization.ToString()[..^1] + "é"])
        {
            HttpRequest request = Signed();
            change(request);
            Assert.That(Check(request)?.Message, Does.StartWith("The request signature we calculated does not match"));
        }

        Assert.That(Check(Signed(), "{ }")?.Name, Is.EqualTo("InvalidSignatureException"));
    }

    [Test]
    public void Check_WrongSecret_ShowsWhatWasSignedHere()
    {
        DynamoError? error = Check(Signed(secret: "other"));
        Assert.That(error!.Name, Is.EqualTo("InvalidSignatureException"));
        Assert.That(error.Message, Is.EqualTo(
            """
            The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.

            The Canonical String for this request should have been
            'POST
            /

            host:localhost:8000
            x-amz-date:20300101T000000Z
            x-amz-target:DynamoDB_20120810.ListTables

            host;x-amz-date;x-amz-target
            44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'

            The String-to-Sign should have been
            'AWS4-HMAC-SHA256
            20300101T000000Z
            20300101/us-east-1/dynamodb/aws4_request
            HASH'

            """.ReplaceLineEndings("\n").Replace(
                "HASH",
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
                    "POST\n/\n\nhost:localhost:8000\nx-amz-date:20300101T000000Z\nx-amz-target:DynamoDB_20120810.ListTables\n\n"
                    + "host;x-amz-date;x-amz-target\n44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"))))));
        Assert.That(error.Message, Does.Not.Contain(Secret));
    }

    [Test]
    public void Check_HeaderWithBlanksAndSeveralValues_IsFoldedBeforeItIsCompared()
    {
        HttpRequest request = Signed(headers: [new("my-list", "a b c,d"), new("x-amz-target", "T")], change: request =>
            request.Headers["My-List"] = new Microsoft.Extensions.Primitives.StringValues(["  a   b c ", "d"]));
        Assert.That(Check(request), Is.Null);
    }

    [TestCase(
        "AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA512 ", "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512' (only AWS4-HMAC-SHA256 for now). ")]
    [TestCase("host;x-amz-date", "x-amz-date", "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")]
    [TestCase("/aws4_request", "", "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKID/20300101/us-east-1/dynamodb'")]
    [TestCase("/aws4_request", "/aws4_request/x", "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKID/20300101/us-east-1/dynamodb/aws4_request/x'")]
    [TestCase("us-east-1", "us-west-2", "Credential should be scoped to a valid region, not 'us-west-2'. ")]
    [TestCase("/dynamodb/", "/dax/", "Credential should be scoped to correct service: 'dynamodb'. ")]
    [TestCase("aws4_request", "aws5", "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'. ")]
    [TestCase("AKID/20300101", "AKID/20300102", "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20300102' != '20300101', from '20300101T000000Z'.")]
    [TestCase(Scope, "1/2/3/4", "Credential should be scoped to a valid region, not '2'. Credential should be scoped to correct service: 'dynamodb'. Credential should be scoped with a valid terminator: 'aws4_request', not '4'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '1' != '20300101', from '20300101T000000Z'.")]
    [TestCase("AKID/", "AKIE/", "The security token included in the request is invalid.")]
    public void Check_HeaderWithAFault_SaysWhich(string part, string instead, string expected)
    {
        HttpRequest request = Signed();
        request.Headers.Authorization = request.Headers.Authorization.ToString().Replace(part, instead);
        Assert.That(Check(request)?.Message, Is.EqualTo(expected));
    }

    [TestCase(-900, null)]
    [TestCase(900, null)]
    [TestCase(901, "Signature expired: 20300101T000000Z is now earlier than 20300101T000001Z (20300101T001501Z - 15 min.)")]
    [TestCase(-901, "Signature not yet current: 20300101T000000Z is still later than 20291231T235959Z (20291231T234459Z + 15 min.)")]
    public void Check_SignedAtAnotherTime_IsTrueForAQuarterOfAnHour(double secondsLater, string? expected)
    {
        time.Advance(secondsLater);
        Assert.That(Check(Signed())?.Message, Is.EqualTo(expected));
    }

    [TestCase("Tue, 01 Jan 2030 00:00:00 GMT")]
    [TestCase("2030-01-01T00:00:00Z")]
    [TestCase("20300101T000000")]
    public void Check_DateInAnotherFormat_IsRefused(string date)
    {
        HttpRequest request = Signed();
        request.Headers["X-Amz-Date"] = date;
        Assert.That(Check(request)?.Message, Is.EqualTo(
            $"Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"));
    }

    [Test]
    public void Check_SessionToken_IsRefusedAsTheKeyHasNone()
    {
        HttpRequest request = Signed(headers: [new("x-amz-security-token", "token")]);
        Assert.That(
            (Check(request)?.Name, Check(request)?.Message),
            Is.EqualTo(("UnrecognizedClientException", "The security token included in the request is invalid")));
    }

    [Test]
    public void Check_SignatureInTheQuery_IsVerified()
    {
        HttpRequest request = Presigned(Secret);
        Assert.That(Check(request), Is.Null);
        request.Headers.Host = "other";
        Assert.That(Check(request)?.Name, Is.EqualTo("InvalidSignatureException"));
        Assert.That(Check(Presigned("other"))?.Message, Does.Contain(
            "'POST\n/\nX-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20300101%2Fus-east-1%2Fdynamodb%2Faws4_request"
            + "&X-Amz-Date=20300101T000000Z&X-Amz-SignedHeaders=host&a=&b=%20c\nhost:localhost:8000\n"));
        time.Advance(901);
        Assert.That(Check(Presigned(Secret))?.Message, Does.StartWith("Signature expired"));
    }

    [TestCase("X-Amz-Target")]
    [TestCase("X-Amz-Content-Sha256")]
    [TestCase("X-Amz-Security-Token")]
    public void Check_HeaderThatDecidesButIsNotSigned_IsRefused(string name)
    {
        HttpRequest request = Signed(headers: []);
        Assert.That(Check(request), Is.Null);
        request.Headers[name] = "DynamoDB_20120810.DeleteTable";
        Assert.That(
            (Check(request)?.Name, Check(request)?.Message),
            Is.EqualTo(("InvalidSignatureException", $"'{name}' must be a 'SignedHeader' in the AWS Authorization.")));
    }

    [Test]
    public void Check_DateThatIsNotSigned_IsRefused()
    {
        HttpRequest request = Signed();
        request.Headers.Authorization = request.Headers.Authorization.ToString().Replace("x-amz-date;", "");
        Assert.That(Check(request)?.Message, Is.EqualTo("'X-Amz-Date' must be a 'SignedHeader' in the AWS Authorization."));
    }

    [Test]
    public void Check_PresignedWithATargetThatIsNotSigned_IsRefused()
    {
        HttpRequest request = Presigned(Secret);
        request.Headers["X-Amz-Target"] = "DynamoDB_20120810.DeleteTable";
        Assert.That(Check(request)?.Message, Is.EqualTo("'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization."));
    }

    [Test]
    public void Check_AuthorizationTwice_IsRefused()
    {
        HttpRequest request = Signed();
        string header = request.Headers.Authorization.ToString();
        request.Headers.Authorization = new Microsoft.Extensions.Primitives.StringValues([header, header]);
        Assert.That(Check(request)?.Message, Is.EqualTo("Found more than one 'Authorization' HTTP header."));
    }

    [TestCase("60", 60, null)]
    [TestCase("60", 61, "Signature expired: 20300101T000000Z is now earlier than 20300101T000001Z (20300101T000101Z - 60 sec.)")]
    [TestCase("86400", 86_400, null)]
    [TestCase("604800", 604_800, null)]
    [TestCase(
        "604800", 604_801, "Signature expired: 20300101T000000Z is now earlier than 20300101T000001Z (20300108T000001Z - 604800 sec.)")]
    [TestCase(
        "3600", -901, "Signature not yet current: 20300101T000000Z is still later than 20291231T235959Z (20291231T234459Z + 15 min.)")]
    [TestCase("604801", 0, "X-Amz-Expires must be a number of seconds between 1 and 604800, which is a week")]
    [TestCase("0", 0, "X-Amz-Expires must be a number of seconds between 1 and 604800, which is a week")]
    [TestCase("-1", 0, "X-Amz-Expires must be a number of seconds between 1 and 604800, which is a week")]
    [TestCase("1e3", 0, "X-Amz-Expires must be a number of seconds between 1 and 604800, which is a week")]
    [TestCase("99999999999999999999", 0, "X-Amz-Expires must be a number of seconds between 1 and 604800, which is a week")]
    public void Check_PresignedWithALifetime_IsTrueForAsLong(string lifetime, double secondsLater, string? expected)
    {
        time.Advance(secondsLater);
        Assert.That(Check(Presigned(Secret, lifetime))?.Message, Is.EqualTo(expected));
    }

    [Test]
    public void Check_LifetimeChangedSinceItWasSigned_IsRefused()
    {
        HttpRequest request = Presigned(Secret, "60");
        request.QueryString = new QueryString(request.QueryString.Value!.Replace("Expires=60", "Expires=600"));
        Assert.That(Check(request)?.Message, Does.StartWith("The request signature we calculated does not match"));
    }

    [Test]
    public void Check_AuthoritySignedInPlaceOfHost_IsTheHost()
    {
        HttpRequest request = Signed();
        request.Headers.Authorization = AnySignature.Authorization(
            "POST",
            [new(":authority", "localhost:8000"), new("x-amz-date", Timestamp), new("x-amz-target", "DynamoDB_20120810.ListTables")],
            "{}"u8,
            Scope,
            "AKID",
            Secret,
            Timestamp);
        Assert.That(Check(request), Is.Null);
    }

    [Test]
    public void Check_DigestOfAnotherBody_IsRefusedThoughTheSignatureFitsThisOne()
    {
        string right = Convert.ToHexStringLower(SHA256.HashData("{}"u8)), wrong = Convert.ToHexStringLower(SHA256.HashData("[]"u8));
        Assert.That(Check(Signed(headers: [new("x-amz-content-sha256", right)])), Is.Null);
        Assert.That(Check(Signed(headers: [new("x-amz-content-sha256", right.ToUpperInvariant())])), Is.Null);
        Assert.That(Check(Signed(headers: [new("x-amz-content-sha256", "UNSIGNED-PAYLOAD")])), Is.Null);
        Assert.That(
            Check(Signed(headers: [new("x-amz-content-sha256", wrong)]))?.Message,
            Does.StartWith("The request signature we calculated does not match"));
    }

    [Test]
    public void CheckHead_WithoutABody_FindsWhatTheHeadersTell()
    {
        Assert.That(verifier.CheckHead(Signed()), Is.Null);
        Assert.That(verifier.CheckHead(Signed(secret: "other")), Is.Null, "only the body could tell");
        HttpRequest withToken = Signed(headers: [new("x-amz-security-token", "t")]);
        Assert.That(verifier.CheckHead(withToken)?.Name, Is.EqualTo("UnrecognizedClientException"));
        time.Advance(3600);
        Assert.That(verifier.CheckHead(Signed())?.Message, Does.StartWith("Signature expired"));
    }

    [Test]
    public void CheckHead_DigestOfTheBodyGiven_FindsAWrongSignature()
    {
        string digest = Convert.ToHexStringLower(SHA256.HashData("{}"u8));
        Assert.That(verifier.CheckHead(With(digest)), Is.Null);
        Assert.That(verifier.CheckHead(With(digest, "other"))?.Message, Does.StartWith("The request signature we calculated"));
        Assert.That(verifier.CheckHead(With("UNSIGNED-PAYLOAD", "other")), Is.Null, "no digest");

        static HttpRequest With(string digest, string secret = Secret) => Signed(secret, [new("x-amz-content-sha256", digest)]);
    }

    private DynamoError? Check(HttpRequest request, string body = "{}") =>
        verifier.Check(request, new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(body)), null, out _);

    private static HttpRequest Signed(
        string secret = Secret, IReadOnlyList<KeyValuePair<string, string>>? headers = null, Action<HttpRequest>? change = null)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        request.Method = "POST";
        request.Path = "/";
        List<KeyValuePair<string, string>> signed =
        [
            new("host", "localhost:8000"),
            .. headers is null ? [] : headers.Where(header => string.CompareOrdinal(header.Key, "x-amz-date") < 0),
            new("x-amz-date", Timestamp),
            .. headers?.Where(header => string.CompareOrdinal(header.Key, "x-amz-date") > 0)
                ?? [new("x-amz-target", "DynamoDB_20120810.ListTables")],
        ];
        foreach ((string name, string value) in signed)
        {
            request.Headers[name] = value;
        }

        change?.Invoke(request);
        request.Headers.Authorization = AnySignature.Authorization("POST", signed, "{}"u8, Scope, "AKID", secret, Timestamp);
        return request;
    }

    private static HttpRequest Presigned(string secret, string? lifetime = null)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        request.Method = "POST";
        request.Path = "/";
        request.Headers.Host = "localhost:8000";
        string credential = Uri.EscapeDataString("AKID/" + Scope), expires = lifetime is null ? "" : $"&X-Amz-Expires={lifetime}";
        CanonicalRequest canonical = CanonicalRequest.Begin(
            "POST",
            "/",
            $"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Date={Timestamp}{expires}&X-Amz-SignedHeaders=host&a=&b=%20c");
        canonical.AddHeader("host", "localhost:8000");
        canonical.End("host", SHA256.HashData("{}"u8));
        char[] digits = new char[2 * SignatureV4.SignatureBytes];
        SignatureV4.Sign(canonical, Timestamp, Scope, new SigningKey(SignatureV4.DeriveKey(secret, Scope)), digits);
        request.QueryString = new QueryString(
            $"?b=%20c&X-Amz-Date={Timestamp}&X-Amz-Algorithm=AWS4-HMAC-SHA256&a&X-Amz-Credential={credential}&X-Amz-SignedHeaders=host"
            + $"{expires}&X-Amz-Signature={new string(digits)}");
        return request;
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, Piece? next, long at)
        {
            Memory = bytes;
            Next = next;
            RunningIndex = at;
        }
    }
}
