using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Hosting;

/// <summary>
/// The authorities that sign the certificates of clients (mutual TLS). They are read from a PEM file, and again when it changes. A client's
/// certificate is accepted if it leads to one of them, is meant for clients, and has not expired. Revocation is not checked.
/// </summary>
/// <remarks>Thread-safe. The certificates of the file are all trusted, also those that are no roots.</remarks>
internal sealed class ClientAuthorities
{
    /// <summary>What a certificate is for that a client shows. Source: RFC 5280, id-kp-clientAuth.</summary>
    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly WatchedFiles<X509Certificate2Collection> file;

    private ClientAuthorities(WatchedFiles<X509Certificate2Collection> file) => this.file = file;

    /// <summary>Reads the configured authorities; null when no certificates of clients are wanted.</summary>
    /// <param name="option">The option that names the file.</param>
    /// <param name="path">The file; empty for none.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">There are none. The message names the option and the remedy.</exception>
    public static ClientAuthorities? Of(string option, string path, ILogger logger, TimeProvider time)
    {
        if (path.Length == 0)
        {
            return null;
        }

        FileStamp.Require(option, path, "a PEM file");
        return new ClientAuthorities(new WatchedFiles<X509Certificate2Collection>([path], () => Read(option, path), Tell, time));

        void Tell(Exception? fault)
        {
            if (fault is null)
            {
                Log.AuthoritiesRenewed(logger, path);
            }
            else
            {
                Log.AuthoritiesKept(logger, path, fault.Message);
            }
        }
    }

    /// <summary>Asks for a client's certificate in a handshake.</summary>
    /// <param name="tls">The handshake's options.</param>
    /// <param name="isRequired">Whether a client without one is refused there; otherwise what answers it must look.</param>
    public void AskIn(SslServerAuthenticationOptions tls, bool isRequired)
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(file.Current);
        policy.ApplicationPolicy.Add(new Oid(ForClients));
        tls.ClientCertificateRequired = true;
        tls.CertificateRevocationCheckMode = X509RevocationMode.NoCheck;
        tls.CertificateChainPolicy = policy;
        tls.RemoteCertificateValidationCallback = (_, certificate, _, faults) =>
            certificate is null ? !isRequired : faults == SslPolicyErrors.None;
    }

    private static X509Certificate2Collection Read(string option, string path)
    {
        X509Certificate2Collection authorities = [];
        try
        {
            authorities.ImportFromPemFile(path);
        }
        catch (CryptographicException fault)
        {
            throw Unusable(option, path, fault);
        }

        return authorities.Count > 0 ? authorities : throw Unusable(option, path, null);
    }

    private static IOException Unusable(string option, string path, Exception? fault) => new(
        $"{option}: {path} holds no certificate; "
            + "name a PEM file with the certificates of the authorities that sign those of clients",
        fault);
}
