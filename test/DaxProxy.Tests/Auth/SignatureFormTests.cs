using DaxProxy.Auth;
using NUnit.Framework;

namespace DaxProxy.Tests.Auth;

[TestFixture]
public sealed class SignatureFormTests
{
    /// <summary>The quick way and the patient one must find the same, or what is verified would not be what was checked.</summary>
    [Test]
    public void TrySplit_WhateverItFinds_IsWhatStandsBehindTheNames()
    {
        string[] pieces =
            ["AWS4-HMAC-SHA256", " ", ",", ", ", "Credential=", "SignedHeaders=", "Signature=", "a/b/c/d/e", "host;x-amz-date", "0f", "="];
        string[] whole =
            ["AWS4-HMAC-SHA256", " ", "Credential=", "a/b/c/d/e", ", ", "SignedHeaders=", "host;x-amz-date", ", ", "Signature=", "0f"];
        Random random = new(3);
        int found = 0;
        for (int round = 0; round < 100_000; round++)
        {
            List<string> parts = [.. whole];
            for (int change = random.Next(3); change > 0; change--)
            {
                int at = random.Next(parts.Count);
                parts.RemoveRange(at, random.Next(2));
                parts.Insert(at, pieces[random.Next(pieces.Length)]);
            }

            string header = string.Concat(parts);
            if (SignatureForm.TrySplit(
                header, out ReadOnlySpan<char> credential, out ReadOnlySpan<char> signedHeaders, out ReadOnlySpan<char> signature))
            {
                found++;
                Assert.That(
                    (credential.ToString(), signedHeaders.ToString(), signature.ToString()),
                    Is.EqualTo((
                        SignatureForm.ValueOf(header, SignatureForm.Credential).ToString(),
                        SignatureForm.ValueOf(header, SignatureForm.SignedHeaders).ToString(),
                        SignatureForm.ValueOf(header, SignatureForm.Signature).ToString())),
                    header);
            }
        }

        Assert.That(found, Is.GreaterThan(10_000));
    }
}
