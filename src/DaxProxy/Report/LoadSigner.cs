using Amazon.Runtime;
using DaxProxy.Auth;

namespace DaxProxy.Report;

/// <summary>Has what requests are signed with now: one for all connections of a load. Thread-safe.</summary>
/// <remarks>Credentials are asked for once a second, and renew themselves; the derived key stays until they or the day change.</remarks>
internal sealed class LoadSigner(AWSCredentials credentials, string region, TimeProvider time)
{
    private SigningMoment? current;

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
        SigningMoment moment = SigningMoment.Of(now, credentials.GetCredentials(), region, Volatile.Read(ref current));
        Volatile.Write(ref current, moment);
        return moment;
    }
}
