using Amazon.Runtime;
using DaxProxy.Auth;
using DaxProxy.Backends.Remote;

namespace DaxProxy.Report;

/// <summary>Has what requests are signed with now: one for all connections of a load. Thread-safe.</summary>
/// <remarks>Credentials are asked for once a second, and renew themselves; the derived key stays until they or the day change.</remarks>
internal sealed class LoadSigner(AWSCredentials credentials, string region, TimeProvider time)
{
    private SigningMoment? current;
    private string secret = "";

    /// <summary>What to sign with.</summary>
    /// <exception cref="AmazonClientException">Expired credentials could not be renewed.</exception>
    public SigningMoment Now()
    {
        DateTimeOffset now = time.GetUtcNow();
        SigningMoment? known = Volatile.Read(ref current);
        return known?.Second == now.ToUnixTimeSeconds() ? known : Renew(now);
    }

    private SigningMoment Renew(DateTimeOffset now)
    {
        ImmutableCredentials identity = credentials.GetCredentials();
        string scope = SignatureV4.Scope(now, region, RequestSigner.Service);
        lock (credentials)
        {
            SigningKey key = current is { } last && last.Scope == scope && secret == identity.SecretKey
                ? last.Key
                : new SigningKey(SignatureV4.DeriveKey(identity.SecretKey, scope));
            secret = identity.SecretKey;
            SigningMoment moment = new(
                now.ToUnixTimeSeconds(), SignatureV4.Timestamp(now), scope, identity.AccessKey, identity.UseToken ? identity.Token : null, key);
            Volatile.Write(ref current, moment);
            return moment;
        }
    }
}
