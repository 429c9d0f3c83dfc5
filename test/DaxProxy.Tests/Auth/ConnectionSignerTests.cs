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

/// <summary>Connections that a node opens to another one.</summary>
public sealed class ConnectionSignerTests
{
    [Test]
    public void Sign_AtTheTimeOfARecordedClient_IsWhatItSigned()
    {
        DaxVector recorded = DaxVectors.All.First(vector => vector.Json.TryGetProperty("verify", out _));
        ConnectionAuthorization client = DaxServiceCalls.ReadAuthorization(recorded.Bytes)!;
        string[] lines = Encoding.UTF8.GetString(client.StringToSign).Split('\n');
        ManualTime time = At(
            DateTimeOffset.ParseExact(lines[1], SignatureTime.Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
        using TemporaryFile file = new(
            Profile("a", client.AccessKeyId, recorded.Json.GetProperty("verify").GetProperty("secretAccessKey").GetString()!));

        ConnectionAuthorization signed = new ConnectionSigner(Keys(file, time), lines[2].Split('/')[1], time).Sign("me");

        Assert.Multiple(() =>
        {
            Assert.That(signed.StringToSign, Is.EqualTo(client.StringToSign));
            Assert.That(signed.Signature, Is.EqualTo(client.Signature));
            Assert.That((signed.AccessKeyId, signed.SessionToken, signed.UserAgent), Is.EqualTo((client.AccessKeyId, (string?)null, "me")));
        });
    }

    [Test]
    public void Sign_WithTheFirstKey_IsGoodForANodeThatHasIt()
    {
        ManualTime time = At(new DateTimeOffset(2030, 5, 6, 7, 8, 9, TimeSpan.Zero));
        using TemporaryFile mine = new(Profile("z", "AKIDZ", "first") + Profile("a", "AKIDA", "second")),
            others = new(Profile("x", "AKIDZ", "first"));
        using TemporaryFile strangers = new(Profile("x", "AKIDA", "second"));

        ConnectionAuthorization signed = new ConnectionSigner(Keys(mine, time), "eu-central-1", time).Sign("me");

        Assert.That(signed.AccessKeyId, Is.EqualTo("AKIDZ"));
        Assert.That(new ConnectionVerifier(Keys(others, time), null, "eu-central-1", time).Check(signed, out _), Is.Null);
        Assert.That(new ConnectionVerifier(Keys(others, time), null, "us-east-1", time).Check(signed, out _), Is.Not.Null);
        Assert.That(new ConnectionVerifier(Keys(strangers, time), null, "eu-central-1", time).Check(signed, out _), Is.Not.Null);
    }

    private static string Profile(string name, string id, string secret) =>
        $"[{name}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n";

    private static KeyStore Keys(TemporaryFile file, ManualTime time) =>
        KeyStore.Of(new AuthOptions { Mode = AuthMode.Verify, CredentialsFile = file.Path }, NullLogger.Instance, time)!;

    private static ManualTime At(DateTimeOffset instant)
    {
        ManualTime time = new();
        time.Advance((instant - time.GetUtcNow()).TotalSeconds);
        return time;
    }
}
