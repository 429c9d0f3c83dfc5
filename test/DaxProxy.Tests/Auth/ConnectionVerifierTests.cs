using System.Globalization;
using System.Text;
using DaxProxy.Auth;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Options;
using DaxProxy.Tests.Caching;
using DaxProxy.Tests.Options;
using DaxProxy.Tests.Wire.Dax;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Tests.Auth;

/// <summary>
/// Connections as recorded clients opened them, and what is wrong with them a quarter of an hour later or with something changed.
/// </summary>
public sealed class ConnectionVerifierTests
{
    private const string Secret = "secret";

    private static IEnumerable<DaxVector> Recorded => DaxVectors.All.Where(vector => vector.Json.TryGetProperty("verify", out _));

    private static ConnectionAuthorization First => DaxServiceCalls.ReadAuthorization(Recorded.First().Bytes)!;

    private static string SecretOf(DaxVector vector) => vector.Json.GetProperty("verify").GetProperty("secretAccessKey").GetString()!;

    [TestCaseSource(nameof(Recorded))]
    public void Check_ClientsAsRecorded_AreWhoTheySay(object vector)
    {
        DaxVector call = (DaxVector)vector;
        ConnectionAuthorization authorization = DaxServiceCalls.ReadAuthorization(call.Bytes)!;
        Assert.Multiple(() =>
        {
            Assert.That(Check(authorization, SecretOf(call)), Is.Null);
            Assert.That(Check(authorization, SecretOf(call), seconds: 900), Is.Null);
            Assert.That(Check(authorization, SecretOf(call), seconds: 901), Does.StartWith("InvalidSignatureException: Signature expired"));
            Assert.That(
                Check(authorization, SecretOf(call), seconds: -901),
                Does.StartWith("InvalidSignatureException: Signature not yet current"));
            Assert.That(Check(authorization, SecretOf(call) + "x"), Does.StartWith("UnrecognizedClientException"));
            Assert.That(
                Check(authorization with { AccessKeyId = "AKIDOTHER" }, SecretOf(call)), Does.StartWith("UnrecognizedClientException"));
            Assert.That(
                Check(authorization with { SessionToken = "token" }, SecretOf(call)), Does.StartWith("UnrecognizedClientException"));
            Assert.That(Check(authorization with { Signature = authorization.Signature[..^1] + "g" }, SecretOf(call)), Is.Not.Null);
            Assert.That(Check(authorization with { Signature = "" }, SecretOf(call)), Is.Not.Null);
            Assert.That(Check(authorization, SecretOf(call), region: "eu-north-1"), Is.Not.Null);
        });
    }

    [Test]
    public void Check_AnyCharacterOfTheSignedTextChanged_IsRefused()
    {
        ConnectionAuthorization authorization = First;
        string secret = SecretOf(Recorded.First());
        for (int i = 0; i < authorization.StringToSign.Length; i++)
        {
            byte[] changed = [.. authorization.StringToSign];
            changed[i] ^= 1;
            Assert.That(Check(authorization with { StringToSign = changed }, secret), Is.Not.Null, $"byte {i}");
        }
    }

    [Test]
    public void Check_TextRightlySignedForAnotherRequest_IsRefused()
    {
        // The same key signs other requests: only the one that stands for a connection will do.
        string[] lines = Encoding.UTF8.GetString(First.StringToSign).Split('\n');
        lines[3] = new string('0', 64);
        byte[] other = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        byte[] signature = new byte[SignatureV4.SignatureBytes];
        new SigningKey(SignatureV4.DeriveKey(Secret, lines[2])).Sign(other, signature);
        ConnectionAuthorization forged = First with { StringToSign = other, Signature = Convert.ToHexStringLower(signature) };

        Assert.That(Check(forged, Secret), Does.StartWith("UnrecognizedClientException"));
    }

    [Test]
    public void Sign_PublishedExample_IsTheSame()
    {
        byte[] signature = new byte[SignatureV4.SignatureBytes];
        new SigningKey(SignatureV4.DeriveKey("sk", "20180227/us-east-1/dax/aws4_request")).Sign(
            "AWS4-HMAC-SHA256\n20180227T181912Z\n20180227/us-east-1/dax/aws4_request\n059996a9cb1161028c24513d3ea105ae4b06076943a02d9a0f72e2b5d7e6fef0"u8,
            signature);
        Assert.That(Convert.ToHexStringLower(signature), Is.EqualTo("a7ee7b960e8c11f149d55288149b834cd5f18583401c04b3dac24f4579c3e647"));
    }

    /// <summary>What is wrong, so many seconds after it was signed.</summary>
    private static string? Check(ConnectionAuthorization authorization, string secret, int seconds = 0, string region = "us-east-1")
    {
        using TemporaryFile file = new($"[a]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = {secret}\n");
        string timestamp = Encoding.UTF8.GetString(First.StringToSign).Split('\n')[1];
        timestamp = Encoding.UTF8.GetString(authorization.StringToSign).Split('\n') is [_, { Length: 16 } own, ..]
            && DateTimeOffset.TryParseExact(
                own, SignatureTime.Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _) ? own : timestamp;
        ManualTime time = new();
        DateTimeOffset signedAt = DateTimeOffset.ParseExact(
            timestamp, SignatureTime.Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        time.Advance((signedAt - time.GetUtcNow()).TotalSeconds + seconds);
        KeyStore keys = KeyStore.Of(new AuthOptions { Mode = AuthMode.Verify, CredentialsFile = file.Path }, NullLogger.Instance, time)!;
        return new ConnectionVerifier(keys, null, region, time).Check(authorization, out _) is { } fault
            ? $"{fault.Name}: {fault.Message}"
            : null;
    }
}
